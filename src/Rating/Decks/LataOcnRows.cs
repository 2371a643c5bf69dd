using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating.Decks;

/// <summary>
/// The rows of a LATA/OCN or Peering deck (rating.md, "Which code"): found by whose the number is and where. Both first, then the OCN, then the LATA,
/// then the row that names neither; one that is not in force gives way to the next.
/// </summary>
internal sealed class LataOcnRows
{
    private readonly RowPeriods _periods;
    private readonly Dictionary<LataOcn, PeriodRange> _byKey;

    public LataOcnRows(RateRows rows)
    {
        _periods = new RowPeriods(rows);
        _byKey = Enumerable.Range(0, rows.Count).GroupBy(row => LataOcn.Of(rows.KeyOf(row))).ToDictionary(static key => key.Key, _periods.Add);
    }

    /// <summary>The row for a number of such a place at an instant, or <see cref="DeckRows.NoRow"/>.</summary>
    public int RowAt(in NumberPlace place, long instantMs)
    {
        for (int step = 0; step < LataOcn.Steps; step++)
        {
            if (LataOcn.Tried(place, step) is { } key && _byKey.TryGetValue(key, out PeriodRange range) && _periods.RowAt(range, instantMs) is >= 0 and int row)
            {
                return row;
            }
        }

        return DeckRows.NoRow;
    }
}
