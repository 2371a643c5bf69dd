namespace Perimeter.Streaming;

/// <summary>A group that reads a topic: the log keeps every frame of the topic until the group has committed past it, even a group that never ran.</summary>
public readonly record struct LogGroup(string Topic, string Group);

/// <summary>How the embedded log is opened. Sizes in bytes.</summary>
public sealed record EmbeddedLogOptions
{
    /// <summary>The folder of the journal; made where it does not exist. One process at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>Fixed when the log is made: opening it with another count is an error.</summary>
    public int PartitionCount { get; init; } = 4;

    /// <summary>
    /// Who reads what. Retention holds a topic's frames for these groups; a topic that none of them reads is kept by age alone.
    /// </summary>
    public IReadOnlyList<LogGroup> Groups { get; init; } = [];

    /// <summary>A new segment file is begun when this would be passed; retention deletes whole segments.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>
    /// A segment that every group has read is kept so long after its last append: what is in memory behind the log (deduplication) is rebuilt from it.
    /// </summary>
    public TimeSpan RetentionAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Above this, segments that every group has read go before their age, oldest first.</summary>
    public long RetentionBytes { get; init; } = long.MaxValue;

    /// <summary>Appends fail as "full" when the disk would have less than this left; commits without output may use the half of it, so that readers can drain.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>The most bytes of frames in one append or unit of work.</summary>
    public int MaxAppendBytes { get; init; } = 64 << 20;

    /// <summary>The most appends waiting for the writer; further callers wait.</summary>
    public int MaxPendingAppends { get; init; } = 1024;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
