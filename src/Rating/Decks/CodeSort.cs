namespace Perimeter.Rating.Decks;

/// <summary>
/// Sorts rows by their codes, those of one code staying in order: byte by byte from the last, since half a million codes differ in a few bytes only and
/// comparing them would take several times as long.
/// </summary>
internal static class CodeSort
{
    private const int Values = 256;

    /// <param name="keys">Packed codes; sorted on return.</param>
    /// <param name="rows">Of each key its row; sorted alike.</param>
    public static void Sort(ref ulong[] keys, ref int[] rows)
    {
        ulong[] toKeys = new ulong[keys.Length];
        int[] toRows = new int[rows.Length];
        Span<int> places = stackalloc int[Values];
        for (int shift = 0; shift < 64; shift += 8)
        {
            places.Clear();
            foreach (ulong key in keys)
            {
                places[(int)((key >> shift) & 0xFF)]++;
            }

            if (places.Contains(keys.Length))
            {
                continue;
            }

            int place = 0;
            foreach (ref int count in places)
            {
                (count, place) = (place, place + count);
            }

            for (int i = 0; i < keys.Length; i++)
            {
                int to = places[(int)((keys[i] >> shift) & 0xFF)]++;
                toKeys[to] = keys[i];
                toRows[to] = rows[i];
            }

            (keys, toKeys) = (toKeys, keys);
            (rows, toRows) = (toRows, rows);
        }
    }
}
