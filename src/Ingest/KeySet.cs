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

    // A slot of 0 is free. A hash that is 0 itself is noted apart.
    private UInt128[] _slots = new UInt128[LeastSlots];
    private int _taken;
    private bool _hasZero;

    /// <returns>False where the key is there already.</returns>
    public bool Add(UInt128 key)
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
        _hasZero = false;
    }

    /// <summary>The key's slot, or the free one that it belongs in. Half of the slots are free, so that there always is one.</summary>
    private ref UInt128 SlotOf(UInt128 key)
    {
        UInt128[] slots = _slots;
        int mask = slots.Length - 1;
        int at = (int)((ulong)(key & ulong.MaxValue) & (ulong)mask);
        while (slots[at] != UInt128.Zero && slots[at] != key)
        {
            at = (at + 1) & mask;
        }

        return ref slots[at];
    }

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
