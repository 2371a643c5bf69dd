using System.Buffers.Binary;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>Numbers the different texts of one column while it is written.</summary>
internal sealed class TextDictionary
{
    /// <summary>A column of more different texts is written text by text.</summary>
    public const int MaxEntries = 4096;

    private const int Slots = MaxEntries * 2;

    /// <summary>From here on a column has to repeat itself, or it is no dictionary's.</summary>
    private const int EntriesUntested = 32;

    /// <summary>Places in the arena whose texts are known, the last of those that share one here.</summary>
    private const int Places = 256;

    private readonly TextSpan[] _entries = new TextSpan[MaxEntries];

    /// <summary>Entry numbers from 1; open addressing. Only the slots in use are cleared.</summary>
    private readonly ushort[] _slots = new ushort[Slots];
    private readonly int[] _slotOf = new int[MaxEntries];

    private readonly Place[] _places = new Place[Places];

    private readonly record struct Place(TextSpan Span, long Index);

    public int Count { get; private set; }

    public ReadOnlySpan<TextSpan> Entries => _entries.AsSpan(0, Count);

    /// <summary>Numbers the texts of a column.</summary>
    /// <returns>False where the column has too many different texts.</returns>
    public bool TryNumber(TextArena texts, ReadOnlySpan<TextSpan> spans, Span<long> indexes)
    {
        Clear();
        for (int i = 0; i < spans.Length; i++)
        {
            // Rows read from a dictionary share a few places in the arena.
            TextSpan span = spans[i];
            ref Place place = ref _places[(span.Offset ^ span.Length) & (Places - 1)];
            if (place.Span != span)
            {
                int before = Count;
                long index = IndexOf(texts, span);
                if (index < 0 || (Count > before && Count > EntriesUntested && Count * 2 > i + EntriesUntested))
                {
                    return false;
                }

                place = new Place(span, index);
            }

            indexes[i] = place.Index;
        }

        return true;
    }

    private long IndexOf(TextArena texts, TextSpan text)
    {
        ReadOnlySpan<byte> bytes = texts[text];
        int slot = (int)(Hash(bytes) % Slots);
        while (_slots[slot] != 0)
        {
            int entry = _slots[slot] - 1;
            if (texts[_entries[entry]].SequenceEqual(bytes))
            {
                return entry;
            }

            slot = (slot + 1) % Slots;
        }

        if (Count == MaxEntries)
        {
            return -1;
        }

        _entries[Count] = text;
        _slotOf[Count] = slot;
        _slots[slot] = (ushort)++Count;
        return Count - 1;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            ulong hash = (ulong)bytes.Length;
            while (bytes.Length >= sizeof(ulong))
            {
                hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 0x9E3779B97F4A7C15;
                hash ^= hash >> 32;
                bytes = bytes[sizeof(ulong)..];
            }

            foreach (byte b in bytes)
            {
                hash = (hash ^ b) * 0x100000001B3;
            }

            return (uint)((hash * 0x9E3779B97F4A7C15) >> 40);
        }
    }

    private void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            _slots[_slotOf[i]] = 0;
        }

        Array.Fill(_places, new Place(new TextSpan(-1, -1), 0));

        Count = 0;
    }
}
