using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest;

/// <summary>Reads what was put aside of a switch's records by the code that takes them.</summary>
internal sealed class SwitchReplay
{
    private readonly SwitchConfig _config;
    private readonly SwitchKind _kind;
    private readonly IngestLimits _limits;

    private SwitchReplay(SwitchConfig config, SwitchKind kind, IngestLimits limits, CallIntake intake)
    {
        _config = config;
        _kind = kind;
        _limits = limits;
        Intake = intake;
    }

    public CallIntake Intake { get; }

    /// <param name="config">The switch, as the configuration has it now.</param>
    /// <param name="partitionCount">Of the log.</param>
    /// <param name="limits">As at the switch edge.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="zone">Of times without an offset; null for the switch's own.</param>
    public static SwitchReplay Of(SwitchConfig config, int partitionCount, IngestLimits limits, TimeProvider clock, TimeZoneInfo? zone)
    {
        SwitchKind kind = SwitchKind.Of(config.Type) ?? throw new ArgumentException($"{config.Type} is no type of switch.", nameof(config));
        return new SwitchReplay(config, kind, limits, new CallIntake(partitionCount, limits, clock, zone ?? config.FindZone()));
    }

    /// <returns>Why the content as a whole cannot be read; null where the intake has its records, good or bad.</returns>
    public string? Read(PutAsideEvent putAside)
    {
        ReadOnlySpan<byte> content = putAside.Content.Span;
        Intake.NumberedAs = putAside.Attempt.Attempt;
        string? file = SwitchSource.FileIn(putAside.Source);

        // What was read as a record, and had something wrong with it, is one wherever it came in, though a file has more around it.
        bool isRecord = file is null || _kind.Files is null || putAside.Reason == QuarantineReason.Invalid;
        if (_kind.Bodies is { } bodies && isRecord)
        {
            bodies(_config).ReadBody(content, Intake);
            return null;
        }

        try
        {
            using MemoryStream stream = new(content.ToArray());
            IFileRecords records = _kind.Files!(_config).Open(stream, file ?? _config.Name, _limits);
            while (records.ReadRecord(Intake))
            {
            }

            return null;
        }
        catch (CallFileException e)
        {
            return $"{e.Reason} Mend it ('quarantine show ID --content', then --edit FILE)";
        }
    }
}
