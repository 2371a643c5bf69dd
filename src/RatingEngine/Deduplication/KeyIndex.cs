namespace Perimeter.RatingEngine;

/// <summary>
/// From a key to the oldest entry that holds it: open addressing with linear probing, 8 bytes a slot: 32 bits of the key as a tag, then the low 32 bits of the entry's number.
/// A key's home grows with its tag, so a larger table is filled in one pass from the smaller, without a look at the entries.
/// </summary>
internal sealed class KeyIndex<TEntry>(KeyQueue<TEntry> queue)
    where TEntry : struct, IKeyedEntry
{
    // At most 3/4 full; grown by half and so at least half full: 16 bytes a key at most, beyond the first slots.
    private const int FirstSlots = 64;

    private ulong[] _slots = new ulong[FirstSlots];

    public int Count { get; private set; }

    public long Bytes => (long)_slots.Length * sizeof(ulong);

    public void Reserve(int count)
    {
        long least = ((Count + (long)count) * 4 / 3) + 1;
        if (least > _slots.Length)
        {
            Grow(Math.Max(least, _slots.Length + (_slots.Length / 2L)));
        }
    }

    /// <summary>The number of the oldest entry with this key, or -1 and the slot where it belongs.</summary>
    public long Find(ulong high, ulong low, out int slot)
    {
        ulong[] slots = _slots;
        uint tag = Tag(low);
        int at = Home(tag, slots.Length);
        while (slots[at] != 0)
        {
            if (TagOf(slots[at]) == tag)
            {
                long number = queue.Number(NumberBits(slots[at]));
                ref TEntry entry = ref queue[number];
                if (entry.Low == low && entry.High == high)
                {
                    slot = at;
                    return number;
                }
            }

            at = at + 1 == slots.Length ? 0 : at + 1;
        }

        slot = at;
        return -1;
    }

    /// <summary>Fills the slot that <see cref="Find"/> gave.</summary>
    public void Set(int slot, ulong low, long number)
    {
        _slots[slot] = Slot(Tag(low), number);
        Count++;
    }

    /// <summary>The queue's first entry, which every slot of its key points to, leaves: the next of its key takes its place, or none.</summary>
    public void RemoveFirst()
    {
        TEntry entry = queue[queue.First];
        ulong[] slots = _slots;
        uint tag = Tag(entry.Low);
        ulong wanted = Slot(tag, queue.First);
        int at = Home(tag, slots.Length);
        while (slots[at] != wanted)
        {
            at = at + 1 == slots.Length ? 0 : at + 1;
        }

        if (entry.NextAfter != 0)
        {
            slots[at] = Slot(tag, queue.First + entry.NextAfter);
        }
        else
        {
            Close(at);
            Count--;
        }
    }

    /// <summary>Empties a slot, moving back those behind it that would no longer be found: no tombstones gather.</summary>
    private void Close(int hole)
    {
        ulong[] slots = _slots;
        int at = hole;
        while (true)
        {
            at = at + 1 == slots.Length ? 0 : at + 1;
            if (slots[at] == 0)
            {
                break;
            }

            int home = Home(TagOf(slots[at]), slots.Length);
            bool homeBehindHole = hole < at ? home > hole && home <= at : home > hole || home <= at;
            if (!homeBehindHole)
            {
                slots[hole] = slots[at];
                hole = at;
            }
        }

        slots[hole] = 0;
    }

    private void Grow(long length)
    {
        ulong[] old = _slots;
        ulong[] larger = new ulong[checked((int)length)];
        foreach (ulong slot in old)
        {
            if (slot != 0)
            {
                int at = Home(TagOf(slot), larger.Length);
                while (larger[at] != 0)
                {
                    at = at + 1 == larger.Length ? 0 : at + 1;
                }

                larger[at] = slot;
            }
        }

        _slots = larger;
    }

    private static ulong Slot(uint tag, long number) => ((ulong)tag << 32) | (uint)(number & uint.MaxValue);

    private static uint TagOf(ulong slot) => (uint)(slot >> 32);

    private static uint NumberBits(ulong slot) => (uint)(slot & uint.MaxValue);

    // Never 0, so that a slot in use never looks empty.
    private static uint Tag(ulong low) => (uint)(low >> 32) | 1;

    private static int Home(uint tag, int length) => (int)((tag * (ulong)length) >> 32);
}
