namespace Perimeter.Streaming;

/// <summary>Where a partition begins and ends: frames from <paramref name="FirstFrame"/> to the one before <paramref name="EndFrame"/>.</summary>
public readonly record struct LogPartitionStatus(string Topic, int Partition, long FirstFrame, long EndFrame);

/// <summary>What a group has committed: lag is the partition's end less this.</summary>
public readonly record struct LogCursorStatus(string Group, string Topic, int Partition, long NextFrame);

/// <summary>What the embedded log holds at one moment.</summary>
public sealed record LogStatus(
    ulong Incarnation, int Segments, long Bytes, IReadOnlyList<LogPartitionStatus> Partitions, IReadOnlyList<LogCursorStatus> Cursors);
