using Perimeter.Domain;

namespace Perimeter.Ingest;

/// <summary>
/// The keys of one request or batch of lines, so that its repeats are counted: exact, whole hashes in open addressing. Its room is used again,
/// up to <see cref="MaxKeptSlots"/>; <see cref="IngestLimits.MaxRecordsPerRequest"/> bounds what it holds.
/// </summary>
internal sealed class KeySet
{
    /// <summary>2 MiB: room for 65,536 keys, more than a batch of a file's lines has.</summary>
    public const int MaxKeptSlots = 1 << 17;

    private const int LeastSlots = 256;
    private const int MostWaiting = 16;

    // A slot of 0 is free. A hash that is 0 itself is noted apart.
    private UInt128[] _slots = new UInt128[LeastSlots];
    private readonly UInt128[] _waiting = new UInt128[MostWaiting];
    private int _waits;
    private long _repeats;
    private int _taken;
    private bool _hasZero;

    /// <summary>How many of the keys had been put before.</summary>
    public long Repeats
    {
        get
        {
            AddWaiting();
            return _repeats;
        }
    }

    /// <summary>Puts a key. Its slot's memory comes near while others are put: it is looked at some keys later.</summary>
    public void Put(UInt128 key)
    {
        if (_waits == MostWaiting)
        {
            AddWaiting();
        }

        _waiting[_waits++] = key;
        Memory.Prefetch(_slots, FirstSlotOf(key, _slots));
    }

    public void Clear()
    {
        if (_slots.Length > MaxKeptSlots)
        {
            _slots = new UInt128[LeastSlots];
        }
        else
        {
            Array.Clear(_slots);
        }

        _taken = 0;
        _waits = 0;
        _repeats = 0;
        _hasZero = false;
    }

    private void AddWaiting()
    {
        foreach (UInt128 key in _waiting.AsSpan(0, _waits))
        {
            _repeats += Add(key) ? 0 : 1;
        }

        _waits = 0;
    }

    /// <returns>False where the key is there already.</returns>
    private bool Add(UInt128 key)
    {
        if (key == UInt128.Zero)
        {
            bool isNew = !_hasZero;
            _hasZero = true;
            return isNew;
        }

        if (_taken * 2 >= _slots.Length)
        {
            Grow();
        }

        ref UInt128 slot = ref SlotOf(key);
        if (slot == key)
        {
            return false;
        }

        slot = key;
        _taken++;
        return true;
    }

    /// <summary>The key's slot, or the free one that it belongs in. Half of the slots are free, so that there always is one.</summary>
    private ref UInt128 SlotOf(UInt128 key)
    {
        UInt128[] slots = _slots;
        int mask = slots.Length - 1;
        int at = FirstSlotOf(key, slots);
        while (slots[at] != UInt128.Zero && slots[at] != key)
        {
            at = (at + 1) & mask;
        }

        return ref slots[at];
    }

    private static int FirstSlotOf(UInt128 key, UInt128[] slots) => unchecked((int)(ulong)key) & (slots.Length - 1);

    private void Grow()
    {
        UInt128[] old = _slots;
        _slots = new UInt128[old.Length * 2];
        foreach (UInt128 key in old)
        {
            if (key != UInt128.Zero)
            {
                SlotOf(key) = key;
            }
        }
    }
}
