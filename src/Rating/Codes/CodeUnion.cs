using System.Buffers;

namespace Perimeter.Rating.Codes;

/// <summary>The codes of many decks, each once. A carrier's decks have mostly the same ones, so that they are merged deck by deck and memory is for the union only.</summary>
internal static class CodeUnion
{
    /// <param name="ofDecks">Each distinct and ascending.</param>
    /// <returns>Distinct, ascending; an array of a deck itself where that has all codes.</returns>
    public static ulong[] Of(IReadOnlyList<ulong[]> ofDecks)
    {
        ulong[] most = ofDecks.MaxBy(static codes => codes.Length) ?? [];
        ulong[] union = most;
        int count = most.Length;
        foreach (ulong[] codes in ofDecks)
        {
            if (Misses(union.AsSpan(0, count), codes) is var missed and > 0)
            {
                ulong[] merged = ArrayPool<ulong>.Shared.Rent(count + missed);
                Merge(union.AsSpan(0, count), codes, merged);
                count += missed;
                Return(union, most);
                union = merged;
            }
        }

        ulong[] exact = ReferenceEquals(union, most) ? most : union.AsSpan(0, count).ToArray();
        Return(union, most);
        return exact;
    }

    private static void Return(ulong[] rented, ulong[] most)
    {
        if (!ReferenceEquals(rented, most))
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    /// <summary>How many of the codes the others have not.</summary>
    private static int Misses(ReadOnlySpan<ulong> others, ReadOnlySpan<ulong> codes)
    {
        int missed = 0;
        int other = 0;
        foreach (ulong code in codes)
        {
            while (other < others.Length && others[other] < code)
            {
                other++;
            }

            missed += other < others.Length && others[other] == code ? 0 : 1;
        }

        return missed;
    }

    private static void Merge(ReadOnlySpan<ulong> one, ReadOnlySpan<ulong> other, Span<ulong> merged)
    {
        int a = 0;
        int b = 0;
        for (int to = 0; a < one.Length || b < other.Length; to++)
        {
            bool isOne = b >= other.Length || (a < one.Length && one[a] <= other[b]);
            merged[to] = isOne ? one[a] : other[b];
            b += b < other.Length && other[b] == merged[to] ? 1 : 0;
            a += isOne ? 1 : 0;
        }
    }
}
