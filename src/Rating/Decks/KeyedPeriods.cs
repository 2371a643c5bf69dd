using Perimeter.Domain;

namespace Perimeter.Rating.Decks;

/// <summary>Which row of one key is in force when; the latest first.</summary>
internal readonly struct KeyedPeriods
{
    private readonly (Interval InForce, int Row)[] _latestFirst;

    private KeyedPeriods((Interval InForce, int Row)[] latestFirst) => _latestFirst = latestFirst;

    public static KeyedPeriods Of(IReadOnlyList<RateRow> rows, IEnumerable<int> ofKey)
    {
        int[] ordered = [.. ofKey];
        Array.Sort(ordered, (left, right) => KeyedRows.Compare(rows, left, right));
        List<(Interval, int)> periods = [];
        for (int i = ordered.Length - 1; i >= 0; i--)
        {
            Interval inForce = rows[ordered[i]].InForce with { ToMs = KeyedRows.EndMs(rows, ordered, i) };
            if (!inForce.IsEmpty)
            {
                periods.Add((inForce, ordered[i]));
            }
        }

        return new KeyedPeriods([.. periods]);
    }

    /// <summary>The row, or <see cref="TimelineSegment.NoRow"/>.</summary>
    public int RowAt(long instantMs)
    {
        foreach ((Interval inForce, int row) in _latestFirst)
        {
            if (inForce.Contains(instantMs))
            {
                return row;
            }
        }

        return TimelineSegment.NoRow;
    }
}
