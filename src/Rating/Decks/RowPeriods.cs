using Perimeter.Domain;
using Perimeter.Rating.Charges;

namespace Perimeter.Rating.Decks;

/// <summary>Where the periods of one key stand among <see cref="RowPeriods"/>.</summary>
internal readonly record struct PeriodRange(int First, int End);

/// <summary>Which row of a key is in force when, for decks whose keys are not codes alone. The periods of a key stand together, the earliest first.</summary>
/// <param name="rows">As the deck has them.</param>
internal sealed class RowPeriods(RateRows rows)
{
    private readonly List<Period> _periods = new(rows.Count);

    /// <summary>Adds the rows of one key.</summary>
    public PeriodRange Add(IEnumerable<int> ofKey)
    {
        int first = _periods.Count;
        int[] ordered = [.. ofKey];
        Array.Sort(ordered, (left, right) => KeyedRows.Compare(rows, left, right));
        for (int i = 0; i < ordered.Length; i++)
        {
            long fromMs = rows.DetailsOf(ordered[i]).InForce.FromMs;
            long toMs = KeyedRows.EndMs(rows, ordered, i);
            if (fromMs < toMs)
            {
                _periods.Add(new Period(fromMs, toMs, ordered[i]));
            }
        }

        return new PeriodRange(first, _periods.Count);
    }

    /// <summary>The row of a key that is in force at the instant, or <see cref="DeckRows.NoRow"/>.</summary>
    public int RowAt(PeriodRange ofKey, long instantMs)
    {
        for (int i = ofKey.End - 1; i >= ofKey.First; i--)
        {
            Period period = _periods[i];
            if (period.FromMs <= instantMs)
            {
                return instantMs < period.ToMs ? period.Row : DeckRows.NoRow;
            }
        }

        return DeckRows.NoRow;
    }

    private readonly record struct Period(long FromMs, long ToMs, int Row);
}
