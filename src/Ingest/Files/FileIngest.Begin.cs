using System.IO.Compression;
using System.IO.Hashing;
using Perimeter.Csv;

namespace Perimeter.Ingest;

/// <content>Where taking a file begins: whether it is known, how far, and how it is read.</content>
public sealed partial class FileIngest
{
    /// <summary>Opens a file at the place up to which it was taken. Called within <see cref="EnterAsync"/>.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="held">The file where it is open already, whatever name it has by now; it stays the caller's where this throws. Null opens what has the name.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="isAtRest">Nothing is being written to it: what is shorter than a file that it begins like is no copy under way.</param>
    /// <param name="cancellationToken">Ends the reading of what was taken before.</param>
    /// <exception cref="UnfinishedFileException">It may be the beginning of a copy of a file that was taken, or has no whole line yet.</exception>
    /// <exception cref="CallFileException">It cannot be taken.</exception>
    internal FileReading Begin(string path, FileStream? held, FileIngestOptions options, bool isAtRest, CancellationToken cancellationToken)
    {
        long changes = _positions.Changes;
        byte[] head = LookThrough(path, held, ReadHead);
        (FilePosition? known, bool isShort) = FindKnown(path, held, head, options.SwitchName, cancellationToken);
        if (isShort && !isAtRest)
        {
            throw new UnfinishedFileException(path, "begins like a file that was taken further than this one goes: it is taken when nothing was written to it for a while, and is no copy under way.");
        }

        FilePosition? left = known?.Path == path ? null : _positions.LeftAt(path, options.SwitchName);
        if (left is not null && !options.TakeChanged)
        {
            throw Changed(path, left);
        }

        Stream opened = OpenAtStart(path, held);
        bool isGzip = opened is GZipStream;
        var content = new FileContent(opened, known?.Offset ?? 0, read =>
        {
            bool isAtRest = isGzip ? GzipEnd.IsWhole(path, read.Crc, read.BytesRead) : IsAtRest(read.File!);
            read.IsCut = isAtRest && options.Switch is { } files && !files.IsWhole(read.HeldBack);
            return isAtRest && !read.IsCut;
        });
        try
        {
            IFileRecords records = Open(path, content, head, options);
            if (known is not null)
            {
                records.SkipTo(known.Offset, known.Line);

                // Another file may have got the name between the look at what is known and this opening.
                if (content.HashTo(known.Offset) != known.ContentHash)
                {
                    throw new UnfinishedFileException(path, "was put in place of another while it was looked at: it is looked at again.");
                }
            }

            // A file that goes on under another name is written down even where it has nothing new: the old name is then free for another file.
            bool isMoved = known is not null && known.Path != path;
            return new FileReading(PlaceOf(known, path, options.SwitchName), content, records, head)
            {
                Changes = changes,
                MustWrite = isMoved,
                Replaced = known is null ? left : null,
            };
        }
        catch (Exception e)
        {
            long given = content.Position;
            if (held is null)
            {
                content.Dispose();
            }

            if (e is CallFileException && given == 0 && !isAtRest)
            {
                throw new UnfinishedFileException(path, "has no whole line yet", e);
            }

            throw;
        }
    }

    private static FilePosition PlaceOf(FilePosition? known, string path, string ofSwitch) => new()
    {
        Id = known is null || known.Path != path ? Guid.NewGuid() : known.Id,
        Origin = known is null || known.Path == path ? known?.Origin ?? Guid.Empty : known.Id,
        Switch = ofSwitch,
        Path = path,
        Offset = known?.Offset ?? 0,
        Line = known?.Line ?? 1,
        HeadLength = known?.HeadLength ?? 0,
        HeadHash = known?.HeadHash ?? default,
        ContentHash = known?.ContentHash ?? default,
        TakenAtMs = 0,
    };

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
    /// <returns>Whether the file ends before a place of one with the same beginning, too.</returns>
    private (FilePosition? Known, bool IsShort) FindKnown(string path, FileStream? held, byte[] head, string ofSwitch, CancellationToken cancellationToken)
    {
        IReadOnlyList<FilePosition> candidates = _positions.WithHead(head, ofSwitch);
        return candidates.Count == 0 ? (null, false) : LookThrough(path, held, stream => FindKnown(stream, path, candidates, cancellationToken));
    }

    private static (FilePosition? Known, bool IsShort) FindKnown(Stream stream, string path, IReadOnlyList<FilePosition> candidates, CancellationToken cancellationToken)
    {
        var hash = new XxHash128();
        byte[] buffer = new byte[1 << 20];
        long offset = 0;
        FilePosition? best = null;
        foreach (IGrouping<long, FilePosition> at in candidates.GroupBy(p => p.Offset).OrderBy(g => g.Key))
        {
            while (offset < at.Key)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = Read(stream, buffer.AsSpan(0, (int)Math.Min(buffer.Length, at.Key - offset)));
                if (read == 0)
                {
                    return (best, true);
                }

                hash.Append(buffer.AsSpan(0, read));
                offset += read;
            }

            UInt128 content = hash.GetCurrentHashAsUInt128();
            best = at.Where(p => p.ContentHash == content).OrderByDescending(p => p.Path == path).FirstOrDefault() ?? best;
        }

        return (best, false);
    }

    private static int Read(Stream stream, Span<byte> buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (InvalidDataException) when (FileContent.IsCutGzip(stream))
        {
            return 0;
        }
    }

    private static CallFileException Changed(string path, FilePosition before) => new(
        path,
        $"its content changed: a file of this name was taken up to line {before.Line - 1}, and those lines are not in it as they were. If that file was renamed, "
        + "take it first under its new name. To take this one from its beginning, say so with --take-changed: calls that were taken before are repeats.");

    /// <summary>Whether nothing was written to the file for a while, so that a last line without a line end is a whole one.</summary>
    private bool IsAtRest(FileStream file) => _clock.GetUtcNow() - File.GetLastWriteTimeUtc(file.SafeFileHandle) >= _limits.MinLastLineAge;

    private static Stream OpenAtStart(string path, FileStream? held)
    {
        if (held is null)
        {
            return InputFile.OpenRead(path);
        }

        held.Position = 0;
        return held;
    }

    private static T LookThrough<T>(string path, FileStream? held, Func<Stream, T> look)
    {
        Stream stream = OpenAtStart(path, held);
        try
        {
            return look(stream);
        }
        finally
        {
            if (held is null)
            {
                stream.Dispose();
            }
        }
    }

    private static byte[] ReadHead(Stream stream)
    {
        byte[] head = new byte[FilePosition.MaxHeadBytes];
        int length = 0;
        int read;
        while (length < head.Length && (read = Read(stream, head.AsSpan(length))) > 0)
        {
            length += read;
        }

        return head[..length];
    }
}
