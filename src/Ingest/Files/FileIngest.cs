using System.Collections.Concurrent;
using System.IO.Hashing;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>
/// Takes CDR files: CSV by a mapping, or NDJSON; plain or gzip. Each batch of lines goes to the log in one append with the place reached, so that a file
/// taken again, after a crash or because it grew, neither skips nor repeats a line. A file is known by its content: taken once, whatever its name.
/// Of one switch one file is taken at a time; several switches take turns, batch by batch.
/// </summary>
public sealed partial class FileIngest : IAsyncDisposable
{
    private readonly ILog _log;
    private readonly IngestLimits _limits;
    private readonly TimeProvider _clock;
    private readonly IngestCounters _counters;
    private readonly FilePositions _positions;
    private readonly FilePositionLog _positionLog;

    // One for each switch, and one for what is of none: the same content is not taken twice side by side.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _oneAtATime = new(StringComparer.Ordinal);

    // Batches being read and appended: they bound memory, and whoever has a huge file waits behind those who have a short one.
    private readonly SemaphoreSlim _batches = new(Math.Max(2, Environment.ProcessorCount / 2));

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
        using IDisposable turn = await EnterAsync(options.SwitchName, cancellationToken);
        try
        {
            return await TakeOneAsync(Path.GetFullPath(path), options, progress, cancellationToken);
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw new CallFileException(path, $"cannot be read: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _positionLog.DisposeAsync();
        foreach (SemaphoreSlim gate in _oneAtATime.Values)
        {
            gate.Dispose();
        }

        _batches.Dispose();
    }

    internal IngestLimits Limits => _limits;

    /// <summary>Whether a file is to blame, and not the log or this process.</summary>
    internal static bool IsOfFile(Exception e) =>
        e is InvalidDataException or UnauthorizedAccessException || (e is IOException and not (CallFileException or LogFullException or LogFailedException));

    /// <summary>Waits until no other file of the switch is being taken. Until disposed, none is.</summary>
    internal async Task<IDisposable> EnterAsync(string ofSwitch, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _oneAtATime.GetOrAdd(ofSwitch, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        return new Turn(gate);
    }

    internal CallIntake NewIntake(FileIngestOptions options) => new(_log.PartitionCount, _limits, _clock, options.TimeZone) { FixedValues = options.Mapping.FixedValues };

    /// <summary>Takes the next lines onto the log. Called within <see cref="EnterAsync"/>.</summary>
    /// <param name="reading">The file; of no use where this throws.</param>
    /// <param name="intake">What the lines are read into.</param>
    /// <param name="taken">Told what was taken; null where nobody asks.</param>
    /// <param name="cancellationToken">Ends the waiting for a turn.</param>
    internal async Task<FileBatch> TakeBatchAsync(FileReading reading, CallIntake intake, FileTally? taken, CancellationToken cancellationToken)
    {
        await _batches.WaitAsync(cancellationToken);
        try
        {
            if (!reading.IsAsItWas)
            {
                return FileBatch.Changed;
            }

            bool atEnd = ReadBatch(reading, intake);

            // What was cut while it was being read gave parts of lines.
            if (!reading.IsAsItWas)
            {
                return FileBatch.Changed;
            }

            if (intake.Records == 0 && !reading.MustWrite)
            {
                return FileBatch.AtEnd;
            }

            FilePosition place = Advance(reading);

            // The lines and the place behind them, both or neither. A crash before: taken again from the place before. After: gone on from here.
            List<LogOutput> frames = intake.ToFrames();
            frames.Add(new LogOutput(Topics.FilePositions, FilePositionLog.Partition, FilePositionFrame.Write([place], isSnapshot: false)));
            await _log.AppendAsync(frames, CancellationToken.None);
            _positions.Apply(place);
            _counters.Taken(intake);
            taken?.Add(intake);
            reading.Advance(place);
            return atEnd ? FileBatch.AtEnd : FileBatch.More;
        }
        finally
        {
            _batches.Release();
        }
    }

    /// <summary>Whether nobody took what begins like this further since it was begun, under whatever name. Otherwise it has to be begun anew: its content tells how far it is taken.</summary>
    internal bool IsCurrent(FileReading reading) => !_positions.IsTakenFurther(reading.Place, reading.Changes);

    /// <summary>Whether what was taken there goes on in a file of another name, or went on since.</summary>
    internal bool GoesOn(FilePosition place) => !_positions.IsLast(place);

    /// <summary>Writes down that a file which was taken has another name from now on.</summary>
    internal async Task MoveAsync(FilePosition place, string path)
    {
        FilePosition moved = place with { Id = Guid.NewGuid(), Origin = place.Id, Path = path, TakenAtMs = _clock.GetUtcNow().ToUnixTimeMilliseconds() };
        await _log.AppendAsync([new LogOutput(Topics.FilePositions, FilePositionLog.Partition, FilePositionFrame.Write([moved], isSnapshot: false))], CancellationToken.None);
        _positions.Apply(moved);
    }

    /// <exception cref="UnfinishedFileException">It is a gzip, and its end is not there.</exception>
    /// <exception cref="CallFileException">Its last record was cut.</exception>
    internal static void CheckEnd(FileReading reading)
    {
        if (reading.Content.IsCut)
        {
            throw new CallFileException(
                reading.Place.Path,
                $"ends in the middle of a record, in line {reading.Place.Line}: its writer was stopped, or its disk was full. Lines before are taken; it is taken when it is whole. Remove it if it never will be.");
        }

        if (reading.IsGzip && !GzipEnd.IsWhole(reading.Place.Path, reading.Content.Crc, reading.Content.BytesRead))
        {
            throw new UnfinishedFileException(
                reading.Place.Path,
                $"the gzip ends before its end: the file was cut, or is still being written. Lines before {reading.Place.Line} are taken; take it again when it is whole.");
        }
    }

    private async Task<FileIngestResult> TakeOneAsync(string path, FileIngestOptions options, IProgress<FileProgress>? progress, CancellationToken cancellationToken)
    {
        using FileReading reading = Begin(path, held: null, options, isAtRest: true, cancellationToken);
        CallIntake intake = NewIntake(options);
        var taken = new FileTally(path, reading.Place.Line, _limits);
        FileBatch batch;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            long before = reading.Place.Offset;
            batch = await TakeBatchAsync(reading, intake, taken, cancellationToken);
            if (reading.Place.Offset > before)
            {
                progress?.Report(new FileProgress(path, reading.Place.Offset, reading.Place.Line - 1, taken.Accepted, taken.Quarantined));
            }
        }
        while (batch == FileBatch.More);

        if (batch == FileBatch.Changed)
        {
            throw new CallFileException(path, $"was cut or written anew while it was read. Lines before {reading.Place.Line} are taken; take it again.");
        }

        CheckEnd(reading);
        return taken.ToResult(reading.Place.Line, reading.Content.HeldBackBytes);
    }

    /// <returns>True at the end of the content.</returns>
    private bool ReadBatch(FileReading reading, CallIntake intake)
    {
        FilePosition place = reading.Place;
        IFileRecords records = reading.Records;
        intake.Begin(SwitchSource.OfFile(place.Switch, place.Path), new FrameSource(FrameSourceKind.File, place.Path, place.Offset));
        while (!intake.IsFull && intake.Records < _limits.FileBatchLines && records.Offset - place.Offset < _limits.FileBatchBytes)
        {
            if (!records.ReadRecord(intake))
            {
                return true;
            }
        }

        return false;
    }

    private FilePosition Advance(FileReading reading)
    {
        FilePosition place = reading.Place;
        IFileRecords records = reading.Records;
        byte[] head = reading.Head;
        int headLength = place.HeadLength > 0 ? place.HeadLength : (int)Math.Min(head.Length, records.Offset);
        return place with
        {
            Offset = records.Offset,
            Line = records.NextLine,
            HeadLength = headLength,
            HeadHash = XxHash128.HashToUInt128(head.AsSpan(0, headLength)),
            ContentHash = reading.Content.HashTo(records.Offset),
            TakenAtMs = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
