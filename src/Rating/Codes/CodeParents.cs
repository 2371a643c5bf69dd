namespace Perimeter.Rating.Codes;

/// <summary>For each of a list of codes the next shorter one that begins it.</summary>
internal static class CodeParents
{
    /// <param name="sortedCodes">Distinct codes, packed, ascending: a code comes after all that begin it.</param>
    /// <returns>For each its parent's place in the list, or <see cref="CodeTable.None"/>.</returns>
    public static int[] Find(ReadOnlySpan<ulong> sortedCodes)
    {
        int[] parents = new int[sortedCodes.Length];
        for (int code = 0; code < sortedCodes.Length; code++)
        {
            int parent = code - 1;
            while (parent >= 0 && !Begins(sortedCodes[parent], sortedCodes[code]))
            {
                parent = parents[parent];
            }

            parents[code] = parent;
        }

        return parents;
    }

    private static bool Begins(ulong code, ulong number) => ((code ^ number) >> (64 - (4 * (int)(code & 0xF)))) == 0;
}
