namespace Perimeter.RatingEngine;

/// <summary>The keys that the partitions of one process may hold together. They take and return whole segments, so that partitions of unlike size share.</summary>
public sealed class KeyBudget(long maxKeys)
{
    private long _left = maxKeys;

    public long MaxKeys { get; } = maxKeys;

    public long Left => Interlocked.Read(ref _left);

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
