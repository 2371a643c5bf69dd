using System.Buffers;
using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;

namespace Perimeter.Rating.Decks;

/// <summary>
/// Which row of a code holds when: of its rows the one that began last, unless that has ended; then the code's parent decides. The rows of a code stand in the order
/// in which they are asked: the one that began last in the code's own slot of <see cref="DeckRows"/>, those before it one behind the other further on.
/// </summary>
internal sealed class RateTimelines
{
    /// <summary>For each code the first slot of its other rows, and behind the last code where they end; empty where no code has any.</summary>
    private readonly int[] _others;

    private RateTimelines(ulong[] codes, int[] parents, int[] others)
    {
        Codes = codes;
        Parents = parents;
        _others = others;
    }

    /// <summary>The deck's distinct codes, packed, ascending.</summary>
    public ulong[] Codes { get; }

    /// <summary>For each code the next shorter one that begins it, or <see cref="CodeTable.None"/>.</summary>
    public int[] Parents { get; }

    /// <summary>The slot of the row that holds at the instant for a code, or <see cref="DeckRows.NoSlot"/>.</summary>
    public int SlotAt(DeckRows rows, int code, long instantMs)
    {
        for (; code != CodeTable.None; code = Parents[code])
        {
            ref readonly RowTerms terms = ref rows.TermsOf(code);
            if (terms.Holds(instantMs))
            {
                return code;
            }

            if (terms.FromMs > instantMs && SlotBefore(rows, code, instantMs) is >= 0 and int slot)
            {
                return slot;
            }
        }

        return DeckRows.NoSlot;
    }

    /// <summary>Asks for the memory that <see cref="NextSlot"/> reads.</summary>
    public void Prefetch(int code)
    {
        Memory.Prefetch(Parents, code);
        Memory.Prefetch(_others, code);
    }

    /// <summary>The slot that <see cref="SlotAt"/> looks at next where a code's last row does not hold; where there is none, any.</summary>
    public int NextSlot(DeckRows rows, int code, long instantMs) =>
        _others.Length > 0 && rows.TermsOf(code).FromMs > instantMs ? _others[code] : Parents[code];

    /// <summary>Of the rows before a code's last one that which holds.</summary>
    private int SlotBefore(DeckRows rows, int code, long instantMs)
    {
        if (_others.Length == 0)
        {
            return DeckRows.NoSlot;
        }

        for (int slot = _others[code]; slot < _others[code + 1]; slot++)
        {
            ref readonly RowTerms terms = ref rows.TermsOf(slot);
            if (terms.FromMs <= instantMs)
            {
                return terms.Holds(instantMs) ? slot : DeckRows.NoSlot;
            }
        }

        return DeckRows.NoSlot;
    }

    /// <summary>Of a deck whose rows are found by code.</summary>
    /// <param name="slots">For each slot its row; as long as there are rows.</param>
    /// <param name="previous">Of the deck as it was: where it had the same codes, they are shared.</param>
    public static RateTimelines Build(RateRows rows, Span<int> slots, RateTimelines? previous)
    {
        int[] byCode = ArrayPool<int>.Shared.Rent(rows.Count);
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(rows.Count);
        SortByCode(rows, keys.AsSpan(0, rows.Count), byCode.AsSpan(0, rows.Count));
        ulong[] codes = DistinctOf(keys.AsSpan(0, rows.Count), previous?.Codes ?? []);
        int[] parents = previous is not null && ReferenceEquals(codes, previous.Codes) ? previous.Parents : CodeParents.Find(codes);
        int[] others = codes.Length < rows.Count ? new int[codes.Length + 1] : [];
        int other = codes.Length;
        for (int code = 0, first = 0; code < codes.Length; code++)
        {
            int end = first + 1;
            while (end < rows.Count && keys[end] == codes[code])
            {
                end++;
            }

            if (end - first > 1)
            {
                LastBegunFirst(rows, byCode.AsSpan(first, end - first));
            }

            slots[code] = byCode[first];
            if (others.Length > 0)
            {
                others[code] = other;
                byCode.AsSpan(first + 1, end - first - 1).CopyTo(slots[other..]);
                other += end - first - 1;
                others[code + 1] = other;
            }

            first = end;
        }

        ArrayPool<int>.Shared.Return(byCode);
        ArrayPool<ulong>.Shared.Return(keys);
        return new RateTimelines(codes, parents, others);
    }

    /// <summary>Of a deck whose rows are found by more than their codes, or by something else: slots are rows.</summary>
    /// <param name="hasCodes">Whether rows have codes.</param>
    public static RateTimelines WithoutDates(RateRows rows, bool hasCodes, Span<int> slots)
    {
        for (int row = 0; row < slots.Length; row++)
        {
            slots[row] = row;
        }

        if (!hasCodes)
        {
            return new RateTimelines([], [], []);
        }

        ulong[] sorted = rows.Codes.ToArray();
        Array.Sort(sorted);
        ulong[] codes = DistinctOf(sorted, []);
        return new RateTimelines(codes, CodeParents.Find(codes), []);
    }

    /// <summary>Rows by code, those of one code in the order of the file.</summary>
    private static void SortByCode(RateRows rows, Span<ulong> keys, Span<int> byCode)
    {
        rows.Codes.CopyTo(keys);
        for (int row = 0; row < byCode.Length; row++)
        {
            byCode[row] = row;
        }

        CodeSort.Sort(keys, byCode);
    }

    /// <returns>Each once; <paramref name="known"/> itself where that is what they are.</returns>
    private static ulong[] DistinctOf(ReadOnlySpan<ulong> sorted, ulong[] known)
    {
        int distinct = 0;
        bool areKnown = true;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
            {
                areKnown = areKnown && distinct < known.Length && known[distinct] == sorted[i];
                distinct++;
            }
        }

        if (areKnown && distinct == known.Length)
        {
            return known;
        }

        ulong[] codes = new ulong[distinct];
        int code = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
            {
                codes[code++] = sorted[i];
            }
        }

        return codes;
    }

    /// <summary>A code has few rows: each moves to its place among those before it.</summary>
    private static void LastBegunFirst(RateRows rows, Span<int> ofCode)
    {
        for (int i = 1; i < ofCode.Length; i++)
        {
            int row = ofCode[i];
            int place = i;
            for (; place > 0 && KeyedRows.Compare(rows, ofCode[place - 1], row) < 0; place--)
            {
                ofCode[place] = ofCode[place - 1];
            }

            ofCode[place] = row;
        }
    }
}
