using Perimeter.Domain;

namespace Perimeter.Rating.Decks;

/// <summary>The rows of a deck that have one key, over time (rating.md, "Which code").</summary>
internal static class KeyedRows
{
    /// <summary>By effective date; of the same date the later upload, then the later line, last: it is the one that holds.</summary>
    public static int Compare(RateRows rows, int left, int right)
    {
        ref readonly RateRowDetails a = ref rows.DetailsOf(left);
        ref readonly RateRowDetails b = ref rows.DetailsOf(right);
        int order = a.InForce.FromMs.CompareTo(b.InForce.FromMs);
        order = order != 0 ? order : a.Upload.CompareTo(b.Upload);
        order = order != 0 ? order : rows.Lines[left].CompareTo(rows.Lines[right]);
        return order != 0 ? order : left.CompareTo(right);
    }

    /// <summary>When a row of those in order ends: at the latest where the next begins, whether or not that one is still in force later.</summary>
    public static long EndMs(RateRows rows, ReadOnlySpan<int> ordered, int place)
    {
        long toMs = rows.DetailsOf(ordered[place]).InForce.ToMs;
        return place + 1 < ordered.Length ? Math.Min(toMs, rows.DetailsOf(ordered[place + 1]).InForce.FromMs) : toMs;
    }
}
