using System.IO.Compression;
using System.IO.Hashing;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>
/// Takes CDR files: CSV by a mapping, or NDJSON; plain or gzip. Each batch of lines goes to the log in one append with the place reached, so that a file
/// taken again, after a crash or because it grew, neither skips nor repeats a line. A file is known by its content: taken once, whatever its name.
/// One file is taken at a time.
/// </summary>
public sealed class FileIngest : IAsyncDisposable
{
    private readonly ILog _log;
    private readonly IngestLimits _limits;
    private readonly TimeProvider _clock;
    private readonly IngestCounters _counters;
    private readonly FilePositions _positions;
    private readonly FilePositionLog _positionLog;
    private readonly SemaphoreSlim _oneAtATime = new(1);

    private FileIngest(ILog log, IngestLimits limits, TimeProvider clock, IngestCounters counters, FilePositions positions, FilePositionLog positionLog)
    {
        _log = log;
        _limits = limits;
        _clock = clock;
        _counters = counters;
        _positions = positions;
        _positionLog = positionLog;
    }

    /// <summary>The group that reads <see cref="Topics.FilePositions"/>: the log keeps the topic's frames for it.</summary>
    public static LogGroup Group => new(Topics.FilePositions, FilePositionLog.Group);

    /// <summary>Ends with a fault where the log of positions cannot be read on: the process should not go on then.</summary>
    public Task Completion => _positionLog.Reading;

    /// <summary>Reads how far each file was taken.</summary>
    /// <param name="log">The log.</param>
    /// <param name="limits">Of records and files.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="counters">Told what was taken.</param>
    /// <param name="reader">Tells this process from others on the same log; empty where there are none.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static async Task<FileIngest> OpenAsync(
        ILog log, IngestLimits limits, TimeProvider clock, IngestCounters counters, string reader, CancellationToken cancellationToken)
    {
        limits.Checked();
        var positions = new FilePositions(limits.MaxKnownFiles);
        FilePositionLog positionLog = await FilePositionLog.OpenAsync(log, reader, positions, clock, cancellationToken);
        return new FileIngest(log, limits, clock, counters, positions, positionLog);
    }

    /// <summary>Takes what is new in the file, to its end; complete when all of it is durable on the log.</summary>
    /// <exception cref="CallFileException">The file cannot be taken, or not further; lines before are taken.</exception>
    /// <exception cref="LogFullException">The disk is full; lines before are taken, and taking the file again goes on where this stopped.</exception>
    public async Task<FileIngestResult> TakeAsync(string path, FileIngestOptions options, IProgress<FileProgress>? progress, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await TakeOneAsync(Path.GetFullPath(path), options, progress, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or UnauthorizedAccessException || (e is IOException and not (CallFileException or LogFullException or LogFailedException)))
        {
            throw new CallFileException(path, $"cannot be read: {e.Message}", e);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _positionLog.DisposeAsync();
        _oneAtATime.Dispose();
    }

    private async Task<FileIngestResult> TakeOneAsync(string path, FileIngestOptions options, IProgress<FileProgress>? progress, CancellationToken cancellationToken)
    {
        byte[] head = ReadHead(path);
        FilePosition? known = FindKnown(path, head, cancellationToken);
        if (known?.Path != path && !options.TakeChanged)
        {
            RefuseChanged(path);
        }

        Stream opened = InputFile.OpenRead(path);
        bool isGzip = opened is GZipStream;
        using var content = new FileContent(opened, known?.Offset ?? 0, read => isGzip ? GzipEnd.IsWhole(path, read.Crc, read.BytesRead) : IsAtRest(path));
        IFileRecords records = Open(path, content, head, options);
        if (known is not null)
        {
            records.SkipTo(known.Offset, known.Line);
        }

        var place = new FilePosition
        {
            Id = known is null || known.Path != path ? Guid.NewGuid() : known.Id,
            Origin = known is null || known.Path == path ? known?.Origin ?? Guid.Empty : known.Id,
            Path = path,
            Offset = known?.Offset ?? 0,
            Line = known?.Line ?? 1,
            HeadLength = known?.HeadLength ?? 0,
            HeadHash = known?.HeadHash ?? default,
            ContentHash = known?.ContentHash ?? default,
            TakenAtMs = 0,
        };
        var intake = new CallIntake(_log.PartitionCount, _limits, _clock, options.TimeZone) { FixedValues = options.Mapping.FixedValues };
        var taken = new FileTally(path, place.Line, _limits);

        // A file that goes on under another name is written down even where it has nothing new: the old name is then free for another file.
        bool mustWrite = known is not null && known.Path != path;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool atEnd = ReadBatch(records, place, intake);
            if (intake.Records == 0 && !mustWrite)
            {
                break;
            }

            place = Advance(place, records, content, head);

            // The lines and the place behind them, both or neither. A crash before: taken again from the place before. After: gone on from here.
            List<LogOutput> frames = intake.ToFrames();
            frames.Add(new LogOutput(Topics.FilePositions, FilePositionLog.Partition, FilePositionFrame.Write([place], isSnapshot: false)));
            await _log.AppendAsync(frames, CancellationToken.None);
            _positions.Apply(place);
            _counters.Taken(intake);
            taken.Add(intake);
            mustWrite = false;
            progress?.Report(new FileProgress(path, place.Offset, place.Line - 1, taken.Accepted, taken.Quarantined));
            if (atEnd)
            {
                break;
            }
        }

        if (isGzip && !GzipEnd.IsWhole(path, content.Crc, content.BytesRead))
        {
            throw new CallFileException(path, $"the gzip ends before its end: the file was cut, or is still being written. Lines before {place.Line} are taken; take it again when it is whole.");
        }

        return taken.ToResult(place.Line, content.HeldBackBytes);
    }

    /// <returns>True at the end of the content.</returns>
    private bool ReadBatch(IFileRecords records, FilePosition place, CallIntake intake)
    {
        intake.Begin($"file:{Path.GetFileName(place.Path)}", new FrameSource(FrameSourceKind.File, place.Path, place.Offset));
        while (!intake.IsFull && intake.Records < _limits.FileBatchLines && records.Offset - place.Offset < _limits.FileBatchBytes)
        {
            if (!records.ReadRecord(intake))
            {
                return true;
            }
        }

        return false;
    }

    private FilePosition Advance(FilePosition place, IFileRecords records, FileContent content, byte[] head)
    {
        int headLength = place.HeadLength > 0 ? place.HeadLength : (int)Math.Min(head.Length, records.Offset);
        return place with
        {
            Offset = records.Offset,
            Line = records.NextLine,
            HeadLength = headLength,
            HeadHash = XxHash128.HashToUInt128(head.AsSpan(0, headLength)),
            ContentHash = content.HashTo(records.Offset),
            TakenAtMs = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    private IFileRecords Open(string path, FileContent content, byte[] head, FileIngestOptions options)
    {
        if (options.Switch is { } files)
        {
            return files.Open(content, path, _limits);
        }

        ReadOnlySpan<byte> start = head;
        start = (start.StartsWith("\uFEFF"u8) ? start[3..] : start).TrimStart(" \t\r\n"u8);
        if (start.IsEmpty)
        {
            throw new CallFileException(path, "is empty: it has no header row and no records.");
        }

        if (start[0] == '[')
        {
            throw new CallFileException(path, "is a JSON array; write one record on each line (NDJSON), or send the array to POST /v1/calls.");
        }

        if (start[0] == '{')
        {
            return new LineFileRecords(content, _limits, new JsonCallRecords().ReadLine);
        }

        try
        {
            CsvOptions csv = CsvCallRecords.OptionsFor(_limits) with { Delimiter = options.Delimiter };
            return new CsvFileRecords(new CsvCallRecords(new CsvReader(content, csv), options.Mapping));
        }
        catch (FormatException e) when (e is CsvHeaderException or CsvFormatException)
        {
            throw new CallFileException(path, $"its header is of no use: {e.Message}. Map columns with field=Header, or set a field for all records with field:=value.", e);
        }
    }

    /// <summary>The furthest place up to which the file's content is what was taken before; null where there is none.</summary>
    private FilePosition? FindKnown(string path, byte[] head, CancellationToken cancellationToken)
    {
        IReadOnlyList<FilePosition> candidates = _positions.WithHead(head);
        if (candidates.Count == 0)
        {
            return null;
        }

        using Stream stream = InputFile.OpenRead(path);
        var hash = new XxHash128();
        byte[] buffer = new byte[1 << 20];
        long offset = 0;
        FilePosition? best = null;
        foreach (IGrouping<long, FilePosition> at in candidates.GroupBy(p => p.Offset).OrderBy(g => g.Key))
        {
            while (offset < at.Key)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, at.Key - offset));
                if (read == 0)
                {
                    return best;
                }

                hash.Append(buffer.AsSpan(0, read));
                offset += read;
            }

            UInt128 content = hash.GetCurrentHashAsUInt128();
            best = at.Where(p => p.ContentHash == content).OrderByDescending(p => p.Path == path).FirstOrDefault() ?? best;
        }

        return best;
    }

    private void RefuseChanged(string path)
    {
        IReadOnlyList<FilePosition> all = _positions.All();
        FilePosition? before = all.Where(p => p.Path == path).MaxBy(p => p.TakenAtMs);
        if (before is null || all.Any(p => p.Origin == before.Id))
        {
            return;
        }

        throw new CallFileException(
            path,
            $"its content changed: a file of this name was taken up to line {before.Line - 1}, and those lines are not in it as they were. If that file was renamed, "
            + "take it first under its new name. To take this one from its beginning, say so with --take-changed: calls that were taken before are repeats.");
    }

    /// <summary>Whether nothing was written to the file for a while, so that a last line without a line end is a whole one.</summary>
    private bool IsAtRest(string path) => _clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) >= _limits.MinLastLineAge;

    private static byte[] ReadHead(string path)
    {
        using Stream stream = InputFile.OpenRead(path);
        byte[] head = new byte[FilePosition.MaxHeadBytes];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }
}
