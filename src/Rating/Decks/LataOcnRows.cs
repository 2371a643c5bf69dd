using Perimeter.Domain;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating.Decks;

/// <summary>
/// The rows of a LATA/OCN or Peering deck (rating.md, "Which code"): found by whose the number is and where. Both first, then the OCN, then the LATA,
/// then the row that names neither; one that is not in force gives way to the next.
/// </summary>
internal sealed class LataOcnRows
{
    private readonly Dictionary<LataOcn, KeyedPeriods> _byKey;

    private LataOcnRows(Dictionary<LataOcn, KeyedPeriods> byKey) => _byKey = byKey;

    public static LataOcnRows Build(IReadOnlyList<RateRow> rows) => new(Enumerable.Range(0, rows.Count)
        .GroupBy(row => LataOcn.Of(rows[row]))
        .ToDictionary(static key => key.Key, key => KeyedPeriods.Of(rows, key)));

    /// <summary>The row for a number of such a place at an instant, or <see cref="TimelineSegment.NoRow"/>.</summary>
    public int RowAt(in NumberPlace place, long instantMs)
    {
        for (int step = 0; step < LataOcn.Steps; step++)
        {
            if (LataOcn.Tried(place, step) is { } key && _byKey.TryGetValue(key, out KeyedPeriods periods) && periods.RowAt(instantMs) is >= 0 and int row)
            {
                return row;
            }
        }

        return TimelineSegment.NoRow;
    }
}
