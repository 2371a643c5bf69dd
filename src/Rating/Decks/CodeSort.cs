using System.Buffers;

namespace Perimeter.Rating.Decks;

/// <summary>
/// Sorts rows by their codes, those of one code staying in order: byte by byte from the last, since half a million codes differ in a few bytes only and
/// comparing them would take several times as long.
/// </summary>
internal static class CodeSort
{
    private const int Values = 256;
    private const int Bytes = sizeof(ulong);

    /// <param name="keys">Packed codes; sorted on return.</param>
    /// <param name="rows">Of each key its row; sorted alike.</param>
    public static void Sort(Span<ulong> keys, Span<int> rows)
    {
        if (IsSorted(keys))
        {
            return;
        }

        int[] counts = CountBytes(keys);
        ulong[] otherKeys = ArrayPool<ulong>.Shared.Rent(keys.Length);
        int[] otherRows = ArrayPool<int>.Shared.Rent(rows.Length);
        Span<ulong> toKeys = otherKeys.AsSpan(0, keys.Length);
        Span<int> toRows = otherRows.AsSpan(0, rows.Length);
        bool isElsewhere = false;
        for (int at = 0; at < Bytes; at++)
        {
            Span<int> places = counts.AsSpan(at * Values, Values);
            if (places.Contains(keys.Length))
            {
                continue;
            }

            if (isElsewhere)
            {
                Move(8 * at, places, toKeys, toRows, keys, rows);
            }
            else
            {
                Move(8 * at, places, keys, rows, toKeys, toRows);
            }

            isElsewhere = !isElsewhere;
        }

        if (isElsewhere)
        {
            toKeys.CopyTo(keys);
            toRows.CopyTo(rows);
        }

        ArrayPool<ulong>.Shared.Return(otherKeys);
        ArrayPool<int>.Shared.Return(otherRows);
    }

    private static bool IsSorted(ReadOnlySpan<ulong> keys)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            if (keys[i] < keys[i - 1])
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>How often each value stands in the last byte of the keys, then in the last but one, and so on.</returns>
    private static int[] CountBytes(ReadOnlySpan<ulong> keys)
    {
        int[] counts = new int[Bytes * Values];
        foreach (ulong key in keys)
        {
            for (int at = 0; at < Bytes; at++)
            {
                counts[(at * Values) + (int)((key >> (8 * at)) & 0xFF)]++;
            }
        }

        return counts;
    }

    private static void Move(int shift, Span<int> places, Span<ulong> fromKeys, Span<int> fromRows, Span<ulong> toKeys, Span<int> toRows)
    {
        int place = 0;
        foreach (ref int count in places)
        {
            (count, place) = (place, place + count);
        }

        for (int i = 0; i < fromKeys.Length; i++)
        {
            int to = places[(int)((fromKeys[i] >> shift) & 0xFF)]++;
            toKeys[to] = fromKeys[i];
            toRows[to] = fromRows[i];
        }
    }
}
