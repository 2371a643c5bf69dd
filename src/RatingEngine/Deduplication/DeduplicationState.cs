using System.Diagnostics;

namespace Perimeter.RatingEngine;

/// <summary>
/// The keys of one partition whose events came within the window. What an event is depends on nothing but the events of its key in the window before it and on
/// the log's own times; so the state can be rebuilt from the log, from <see cref="NeededFromMs"/> on, and decides as if it had never been gone.
/// </summary>
/// <remarks>
/// Time is counted in whole minutes of the log's clock: a key is kept for the window, rounded up to minutes, after the minute in which its event came.
/// Memory a key: 24 bytes of entry and 11 to 16 of index. Used by one caller at a time.
/// </remarks>
public sealed class DeduplicationState
{
    /// <summary>The grain in which keys grow old.</summary>
    public const long GrainMs = 60_000;

    private const long GrainTicks = GrainMs * TimeSpan.TicksPerMillisecond;

    private readonly KeyQueue _queue;
    private readonly KeyIndex _index;
    private readonly GrainMarks _marks = new();
    private readonly long _windowGrains;
    private long _now = long.MinValue;

    public DeduplicationState(DeduplicationOptions options, KeyBudget budget)
    {
        _queue = new KeyQueue(budget);
        _index = new KeyIndex(_queue);
        _windowGrains = (options.Window.Ticks + GrainTicks - 1) / GrainTicks;
    }

    /// <summary>Keys in memory.</summary>
    public int Keys => _index.Count;

    /// <summary>Events in memory: a key has one for each minute of the window in which it came.</summary>
    public long Entries => _queue.End - _queue.First;

    /// <summary>Memory of the keys, in bytes.</summary>
    public long Bytes => _queue.Bytes + _index.Bytes;

    /// <summary>Events that the log took before this instant cannot matter to an event that it took at <paramref name="appendedAtMs"/> or later.</summary>
    public long NeededFromMs(long appendedAtMs) => (GrainOf(appendedAtMs) - _windowGrains) * GrainMs;

    /// <summary>The log's time of the events that come next. Keys that left the window are forgotten. A time before an earlier one counts as that one.</summary>
    public void Advance(long appendedAtMs)
    {
        long grain = GrainOf(appendedAtMs);
        if (grain <= _now)
        {
            return;
        }

        _now = grain;
        long stays = _marks.DropBefore(grain - _windowGrains, _queue.End);
        while (_queue.First < stays)
        {
            _index.RemoveFirst();
            _queue.RemoveFirst();
        }
    }

    /// <summary>Makes room for so many events, so that <see cref="Take"/> cannot fail. False at the limit of keys: wait, and forget none.</summary>
    public bool TryReserve(int events)
    {
        if (!_queue.TryReserve(events))
        {
            return false;
        }

        _index.Reserve(events);
        return true;
    }

    /// <summary>Takes one ended attempt, by its key's and its content's hash. Time must have been given and room reserved.</summary>
    public Arrival Take(UInt128 key, UInt128 content)
    {
        Debug.Assert(_now != long.MinValue);
        ulong high = (ulong)(key >> 64);
        ulong low = (ulong)(key & ulong.MaxValue);
        uint contentBits = (uint)(content & uint.MaxValue);
        long oldest = _index.Find(high, low, out int slot);
        if (oldest < 0)
        {
            _index.Set(slot, low, Append(high, low, contentBits));
            return Arrival.New;
        }

        Hold(oldest, high, low, contentBits);
        return _queue[oldest].Content == contentBits ? Arrival.Repeat : Arrival.Conflict;
    }

    /// <summary>Gives its share of the limit back to the other partitions; the state is of no use after.</summary>
    public void Release() => _queue.Release();

    /// <summary>
    /// Keeps the key for a window from this event on. One entry a minute is enough, which bounds what a switch that repeats one call for ever can cost.
    /// </summary>
    private void Hold(long oldest, ulong high, ulong low, uint content)
    {
        long newest = oldest;
        while (_queue[newest].NextAfter != 0)
        {
            newest += _queue[newest].NextAfter;
        }

        if (_marks.GrainOf(newest) != _now)
        {
            _queue[newest].NextAfter = checked((uint)(Append(high, low, content) - newest));
        }
    }

    private long Append(ulong high, ulong low, uint content)
    {
        long number = _queue.Append(high, low, content);
        _marks.Began(_now, number);
        return number;
    }

    private static long GrainOf(long instantMs) => (instantMs - (((instantMs % GrainMs) + GrainMs) % GrainMs)) / GrainMs;
}
