namespace Perimeter.RatingEngine;

/// <summary>
/// From a key to the oldest entry that holds it: open addressing with linear probing, 8 bytes a slot: 32 bits of the key as a tag, then the low 32 bits of the entry's number.
/// A larger table is filled in one pass from the smaller, without a look at the entries.
/// </summary>
internal sealed class KeyIndex<TEntry>(KeyQueue<TEntry> queue)
    where TEntry : struct, IKeyedEntry
{
    // At most 3/4 full; grown by half and so at least half full: 16 bytes a key at most, beyond the first slots.
    private readonly KeySlots _slots = new();

    public int Count { get; private set; }

    public long Bytes => _slots.Bytes;

    public void Reserve(int count)
    {
        long least = ((Count + (long)count) * 4 / 3) + 1;
        if (least > _slots.Length)
        {
            _slots.Grow(Math.Max(least, _slots.Length + (_slots.Length / 2L)));
        }
    }

    /// <summary>Asks for the slot that <see cref="Find"/> begins with.</summary>
    public void AskFor(ulong low) => _slots.AskFor(Tag(low));

    /// <summary>The number of the oldest entry with this key, or -1 and the slot where it belongs.</summary>
    public long Find(ulong high, ulong low, out int slot)
    {
        uint tag = Tag(low);
        KeySlots.Probe probe = _slots.ProbeFrom(tag);
        for (ulong found = probe.Slot; found != 0; found = probe.Slot)
        {
            if (TagOf(found) == tag)
            {
                long number = queue.Number(NumberBits(found));
                ref TEntry entry = ref queue[number];
                if (entry.Low == low && entry.High == high)
                {
                    slot = probe.At;
                    return number;
                }
            }

            probe.Next();
        }

        slot = probe.At;
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
        uint tag = Tag(entry.Low);
        ulong wanted = Slot(tag, queue.First);
        KeySlots.Probe probe = _slots.ProbeFrom(tag);
        while (probe.Slot != wanted)
        {
            probe.Next();
        }

        if (entry.NextAfter != 0)
        {
            _slots[probe.At] = Slot(tag, queue.First + entry.NextAfter);
        }
        else
        {
            Close(probe.At);
            Count--;
        }
    }

    /// <summary>Empties a slot, moving back those behind it that would no longer be found: no tombstones gather.</summary>
    private void Close(int hole)
    {
        int at = hole;
        while (true)
        {
            at = _slots.After(at);
            ulong slot = _slots[at];
            if (slot == 0)
            {
                break;
            }

            int home = _slots.Home(TagOf(slot));
            bool homeBehindHole = hole < at ? home > hole && home <= at : home > hole || home <= at;
            if (!homeBehindHole)
            {
                _slots[hole] = slot;
                hole = at;
            }
        }

        _slots[hole] = 0;
    }

    private static ulong Slot(uint tag, long number) => ((ulong)tag << 32) | (uint)(number & uint.MaxValue);

    private static uint TagOf(ulong slot) => (uint)(slot >> 32);

    private static uint NumberBits(ulong slot) => (uint)(slot & uint.MaxValue);

    // Never 0, so that a slot in use never looks empty.
    private static uint Tag(ulong low) => (uint)(low >> 32) | 1;
}
