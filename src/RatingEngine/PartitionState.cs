using Perimeter.Domain;

namespace Perimeter.RatingEngine;

public enum PartitionStage : byte
{
    /// <summary>Reads the keys of the window back from the log.</summary>
    Rebuilding,

    /// <summary>Nothing is passed until a configuration is published.</summary>
    WaitingForConfiguration,

    Running,

    /// <summary>The log is full: the unit of work is tried again until there is room.</summary>
    WaitingForLog,

    /// <summary>The limit of keys is reached by calls that have not landed: none of them is forgotten, so the partition waits.</summary>
    WaitingForKeys,

    /// <summary>Old events wait to be looked up: ClickHouse does not answer, or what must have landed has not.</summary>
    WaitingForWarehouse,
}

/// <summary>What one partition does, as of its last unit of work. Counts are since this process was given the partition.</summary>
public sealed record PartitionState(int Partition)
{
    public PartitionStage Stage { get; init; }

    /// <summary>Why it waits and what to do; empty while it runs.</summary>
    public string Message { get; init; } = "";

    /// <summary>The frame after the last committed.</summary>
    public long CommittedFrame { get; init; }

    /// <summary>The frame after the newest of the log.</summary>
    public long EndFrame { get; init; }

    public long LagFrames => EndFrame - CommittedFrame;

    /// <summary>Attempts rated and committed, whatever their outcomes.</summary>
    public long Rated { get; init; }

    public PassedEvents Passed { get; init; }

    /// <summary>Frames that could not be read and events that rating cannot take: in the quarantine.</summary>
    public long Unusable { get; init; }

    /// <summary>Fields of single-call messages with names that mean nothing here, each time they came.</summary>
    public long UnknownFields { get; init; }

    public int Keys { get; init; }

    /// <summary>Memory of the keys and answers, in bytes.</summary>
    public long KeyBytes { get; init; }

    /// <summary>The configuration of the last batch.</summary>
    public ConfigRevision Revision { get; init; }
}
