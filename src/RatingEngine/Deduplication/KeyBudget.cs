namespace Perimeter.RatingEngine;

/// <summary>
/// The keys, answer times among them, that the partitions of one process may hold together. They take and return whole segments, so that partitions of unlike size share; while one
/// of them finds no room, those that hold more than their share give up keys that have landed.
/// </summary>
public sealed class KeyBudget(long maxKeys)
{
    /// <summary>Entries of a segment, as a power of two. Tiny where tests should meet every boundary.</summary>
#if DEBUG
    internal const int SegmentBits = 3;
#else
    internal const int SegmentBits = 12;
#endif
    internal const int SegmentKeys = 1 << SegmentBits;

    private long _left = maxKeys;
    private int _sharers;
    private int _short;

    public long MaxKeys { get; } = maxKeys;

    public long Left => Interlocked.Read(ref _left);

    /// <summary>A partition waits for room.</summary>
    internal bool IsShort => Volatile.Read(ref _short) > 0;

    /// <summary>Keys of each partition where all have the same.</summary>
    internal long Share => MaxKeys / Math.Max(1, Volatile.Read(ref _sharers));

    internal void Join() => Interlocked.Increment(ref _sharers);

    internal void Leave() => Interlocked.Decrement(ref _sharers);

    internal void WaitForRoom(bool waits) => Interlocked.Add(ref _short, waits ? 1 : -1);

    internal bool TryTake(int keys)
    {
        if (Interlocked.Add(ref _left, -keys) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _left, keys);
        return false;
    }

    internal void Return(int keys) => Interlocked.Add(ref _left, keys);
}
