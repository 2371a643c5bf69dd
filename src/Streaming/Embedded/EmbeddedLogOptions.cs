namespace Perimeter.Streaming;

/// <summary>A group that reads a topic: the log keeps every frame of the topic until the group has committed past it, even a group that never ran.</summary>
public readonly record struct LogGroup(string Topic, string Group);

/// <summary>How the embedded log is opened. Sizes in bytes.</summary>
public sealed record EmbeddedLogOptions
{
    public const long DefaultMinFreeBytes = 64L << 20;

    /// <summary>The folder of the journal; made where it does not exist. One process at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>Fixed when the log is made: opening it with another count is an error.</summary>
    public int PartitionCount { get; init; } = 4;

    /// <summary>
    /// Who reads what. Retention holds a topic's frames for these groups, and for groups that are consuming at the time.
    /// A topic that none of them reads is kept by age alone.
    /// </summary>
    public IReadOnlyList<LogGroup> Groups { get; init; } = [];

    /// <summary>A new segment file is begun when this would be passed; retention deletes whole segments. Files are not allocated ahead.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>
    /// A segment that every group has read is kept so long after its last append: what is in memory behind the log (deduplication) is rebuilt from it,
    /// so it has to be longer than the horizon of that.
    /// </summary>
    public TimeSpan RetentionAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Above this, segments that every group has read go before their age, oldest first.</summary>
    public long RetentionBytes { get; init; } = long.MaxValue;

    /// <summary>
    /// Appends fail as "full" when the disk would have less than this left. Units of work may use it down to a half, commits without output down to
    /// a quarter, so that what was taken can still be worked off.
    /// </summary>
    public long MinFreeBytes { get; init; } = DefaultMinFreeBytes;

    /// <summary>The most bytes of frames in one append or unit of work.</summary>
    public int MaxAppendBytes { get; init; } = 256 << 20;

    /// <summary>The most appends waiting for the writer; further callers wait.</summary>
    public int MaxPendingAppends { get; init; } = 1024;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Called before each call that changes the disk, with its name (write, sync, truncate, create, delete): tests count, delay and fail them.</summary>
    internal Action<string>? BeforeDiskCall { get; init; }

    /// <exception cref="ArgumentException">Names everything that is wrong.</exception>
    internal void Validate()
    {
        List<string> errors = [];
        Check(!string.IsNullOrWhiteSpace(Folder), "Folder is empty");
        Check(PartitionCount is >= 1 and <= 1024, $"PartitionCount is {PartitionCount}; it must be 1 to 1024");
        Check(SegmentBytes is >= 4096 and <= int.MaxValue, $"SegmentBytes is {SegmentBytes}; it must be 4096 to {int.MaxValue}");
        Check(RetentionAge >= TimeSpan.Zero, $"RetentionAge is {RetentionAge}; it must not be negative");
        Check(RetentionBytes >= 0, $"RetentionBytes is {RetentionBytes}; it must not be negative");
        Check(MinFreeBytes >= 0, $"MinFreeBytes is {MinFreeBytes}; it must not be negative");
        Check(MaxAppendBytes is >= 1024 and <= 1 << 30, $"MaxAppendBytes is {MaxAppendBytes}; it must be 1024 to {1 << 30}");
        Check(MaxPendingAppends >= 1, $"MaxPendingAppends is {MaxPendingAppends}; it must be at least 1");
        if (errors.Count > 0)
        {
            throw new ArgumentException("The embedded log cannot be opened: " + string.Join("; ", errors) + ".");
        }

        void Check(bool holds, string error)
        {
            if (!holds)
            {
                errors.Add(error);
            }
        }
    }
}
