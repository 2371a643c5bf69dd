using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Records;

namespace Perimeter.Ingest;

/// <summary>How a CDR file is read.</summary>
public sealed record FileIngestOptions
{
    /// <summary>Which columns are which fields, and what fields all records share.</summary>
    public CallRecordMapping Mapping { get; init; } = CallRecordMapping.None;

    /// <summary>The zone of times that carry no offset; without one, such times are bad.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    /// <summary>The byte between columns; null finds it in the header.</summary>
    public byte? Delimiter { get; init; }

    /// <summary>How the files of its switch are read; null for CSV and NDJSON in our own fields.</summary>
    internal ISwitchFiles? Switch { get; init; }

    /// <summary>The name of its switch, whose files are known apart from those of others; empty where none was said.</summary>
    public string SwitchName { get; private init; } = "";

    /// <summary>Take a file from its beginning although a file of its name with other content was taken before.</summary>
    public bool TakeChanged { get; init; }

    /// <summary>How the files of a switch of the configuration are read.</summary>
    /// <exception cref="NotSupportedException">A switch of its type writes no files.</exception>
    public static FileIngestOptions OfSwitch(SwitchConfig config) => new()
    {
        Switch = SwitchKind.Of(config.Type)?.Files?.Invoke(config)
            ?? throw new NotSupportedException($"Switch {config.Name}: a switch of type {config.Type} writes no files that are taken; leave its folder empty."),
        SwitchName = config.Name,
        TimeZone = config.FindZone(),
    };
}

/// <summary>How far a file is, after each batch of lines. Bytes count the decompressed content.</summary>
public readonly record struct FileProgress(string Path, long Bytes, long Lines, long Accepted, long Quarantined);

/// <summary>What taking a file came to.</summary>
public sealed record FileIngestResult
{
    public required string Path { get; init; }

    /// <summary>The line that this run began with: 1, or the line after the last one taken before.</summary>
    public required long FromLine { get; init; }

    /// <summary>The line after the last one taken.</summary>
    public required long NextLine { get; init; }

    public long Accepted { get; init; }

    public long Quarantined { get; init; }

    /// <summary>Accepted records with the key and kind of an earlier one of their batch of lines.</summary>
    public long Repeats { get; init; }

    public long UnknownFields { get; init; }

    /// <summary>Records that are no attempt to be charged, by the reason.</summary>
    public IReadOnlyDictionary<string, long> PassedOver { get; init; } = new Dictionary<string, long>();

    /// <summary>Bytes of a last line without a line end, in a file written to a moment ago: taken the next time.</summary>
    public int HeldBackBytes { get; init; }

    /// <summary>The first bad lines, up to <see cref="IngestLimits.MaxErrorsListed"/>.</summary>
    public IReadOnlyList<RecordError> Errors { get; init; } = [];

    /// <summary>Whether every line had been taken before.</summary>
    public bool WasTakenBefore => FromLine > 1 && Accepted + Quarantined + PassedOver.Values.Sum() == 0;
}

/// <summary>A file that is not taken, or not to its end: what, where, why, and what to do.</summary>
public class CallFileException(string path, string reason, Exception? inner = null) : IOException($"{path}: {reason}", inner)
{
    public string Path { get; } = path;

    public string Reason { get; } = reason;
}

/// <summary>A file that is not whole yet, or of which only a part is written: it is tried again, and told only when that goes on.</summary>
public sealed class UnfinishedFileException(string path, string reason, Exception? inner = null) : CallFileException(path, reason, inner);
