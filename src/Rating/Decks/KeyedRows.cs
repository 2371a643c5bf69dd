using Perimeter.Domain;

namespace Perimeter.Rating.Decks;

/// <summary>The rows of a deck that have one key, over time (rating.md, "Which code").</summary>
internal static class KeyedRows
{
    /// <summary>By effective date; of the same date the later upload, then the later line, last: it is the one that holds.</summary>
    public static int Compare(IReadOnlyList<RateRow> rows, int left, int right)
    {
        RateRow a = rows[left];
        RateRow b = rows[right];
        int order = a.InForce.FromMs.CompareTo(b.InForce.FromMs);
        order = order != 0 ? order : a.Upload.CompareTo(b.Upload);
        order = order != 0 ? order : a.Line.CompareTo(b.Line);
        return order != 0 ? order : left.CompareTo(right);
    }

    /// <summary>When a row of those in order ends: at the latest where the next begins, whether or not that one is still in force later.</summary>
    public static long EndMs(IReadOnlyList<RateRow> rows, ReadOnlySpan<int> ordered, int place)
    {
        long toMs = rows[ordered[place]].InForce.ToMs;
        return place + 1 < ordered.Length ? Math.Min(toMs, rows[ordered[place + 1]].InForce.FromMs) : toMs;
    }

    /// <summary>The same, of rows whose intervals were read already.</summary>
    public static long EndMs(ReadOnlySpan<Interval> inForce, ReadOnlySpan<int> ordered, int place)
    {
        long toMs = inForce[ordered[place]].ToMs;
        return place + 1 < ordered.Length ? Math.Min(toMs, inForce[ordered[place + 1]].FromMs) : toMs;
    }
}
