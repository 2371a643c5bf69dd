using Perimeter.Ingest.Switches;

namespace Perimeter.Commands;

/// <summary>What a running instance does, as <c>perimeter status</c> and the live progress show it.</summary>
public sealed record InstanceStatus
{
    public required int ProcessId { get; init; }

    public required string Version { get; init; }

    /// <summary>What this process does.</summary>
    public required string Roles { get; init; }

    public required string DataFolder { get; init; }

    public required string HttpAddress { get; init; }

    public required string ClickHouseAddress { get; init; }

    /// <summary>Whether it takes calls.</summary>
    public required bool Takes { get; init; }

    /// <summary>Whether it has a configuration and passes calls on.</summary>
    public required bool HasConfig { get; init; }

    /// <summary>Where aggregators of other processes write; empty where none do.</summary>
    public required string WriterAddress { get; init; }

    /// <summary>Kafka's brokers; empty where the log is embedded or there is none.</summary>
    public required string Kafka { get; init; }

    /// <summary>The ClickHouse server; empty where the engine is embedded or there is none.</summary>
    public required string ClickHouseServer { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The configuration in use; 0 where none was published yet.</summary>
    public required int Revision { get; init; }

    public required IReadOnlyList<string> NotReadyBecause { get; init; }

    /// <summary>The folders of switches that are watched.</summary>
    public IReadOnlyList<FolderState> Folders { get; init; } = [];

    public required StageCounts Counts { get; init; }
}

/// <summary>Events and rows since the instance started, and how far each stage is behind the one before.</summary>
public readonly record struct StageCounts
{
    public long Taken { get; init; }

    public long Quarantined { get; init; }

    /// <summary>Rows that the rating engine has committed.</summary>
    public long Rated { get; init; }

    public long Repeats { get; init; }

    public long Conflicts { get; init; }

    public long Landed { get; init; }

    /// <summary>Frames on the log that were not rated yet.</summary>
    public long FramesToRate { get; init; }

    /// <summary>Frames of rated calls and of the quarantine that have not landed yet.</summary>
    public long FramesToLand { get; init; }

    /// <summary>Nothing that was taken is still on its way.</summary>
    public bool IsIdle => FramesToRate == 0 && FramesToLand == 0;
}
