namespace Perimeter.Streaming;

/// <summary>
/// The place of one row in a topic. <paramref name="Incarnation"/> tells a topic that was made anew from the one before it,
/// <paramref name="Frame"/> counts the frames of the partition from 0, <paramref name="Row"/> the rows of the frame from 0.
/// </summary>
public readonly record struct LogPosition(ulong Incarnation, int Partition, long Frame, int Row)
{
    /// <summary>Rows of a frame fit so many bits of <see cref="Packed"/>.</summary>
    public const int RowBits = 20;

    /// <summary>Frame and row in one number that grows along the partition: what ClickHouse keeps as <c>log_offset</c>.</summary>
    public ulong Packed => ((ulong)Frame << RowBits) | (uint)Row;

    public static LogPosition FromPacked(ulong incarnation, int partition, ulong packed) =>
        new(incarnation, partition, (long)(packed >> RowBits), (int)(packed & ((1 << RowBits) - 1)));
}
