using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;

namespace Perimeter.Rating.Decks;

/// <summary>
/// The rows of an origin-based deck (rating.md, "Which code"): the longest destination first, then the longest origin. For each destination its origins are
/// sorted as words are, with the next shorter origin that begins each: so the last one that does not sort after the ANI is the longest that begins it, or leads there.
/// </summary>
internal sealed class OriginRows
{
    private const int None = CodeTable.None;

    private readonly RateRows _rows;
    private readonly int[] _parents;
    private readonly Destination[] _destinations;
    private readonly Origin[] _origins;
    private readonly RowPeriods _periods;

    private OriginRows(RateRows rows, int[] parents, Destination[] destinations, Origin[] origins, RowPeriods periods)
    {
        _rows = rows;
        _parents = parents;
        _destinations = destinations;
        _origins = origins;
        _periods = periods;
    }

    /// <param name="rows">As the deck has them.</param>
    public static OriginRows Build(RateRows rows, RateTimelines timelines)
    {
        ulong[] codes = timelines.Codes;
        ILookup<ulong, int> byCode = Enumerable.Range(0, rows.Count).ToLookup(row => rows.Codes[row]);
        Destination[] destinations = new Destination[codes.Length];
        List<Origin> origins = [];
        RowPeriods periods = new(rows);
        for (int code = 0; code < codes.Length; code++)
        {
            ILookup<RateOrigin, int> byOrigin = byCode[codes[code]].ToLookup(row => rows.KeyOf(row).Origin);
            int first = origins.Count;
            E164[] known = [.. byOrigin.Select(static origin => origin.Key.Code).Where(static origin => !origin.IsNone).Order()];
            int[] parents = CodeParents.Find([.. known.Select(static origin => origin.Packed)]);
            for (int i = 0; i < known.Length; i++)
            {
                int parent = parents[i] == None ? None : first + parents[i];
                origins.Add(new Origin(known[i], parent, periods.Add(byOrigin[RateOrigin.Of(known[i])])));
            }

            destinations[code] = new Destination(
                first, origins.Count, periods.Add(byOrigin[RateOrigin.Any]), periods.Add(byOrigin[RateOrigin.Unknown]));
        }

        return new OriginRows(rows, timelines.Parents, destinations, [.. origins], periods);
    }

    /// <summary>The row for a destination and a calling number at an instant, or <see cref="DeckRows.NoRow"/>.</summary>
    /// <param name="code">The longest code of the deck that begins the number, by its place.</param>
    /// <param name="ani">None where it is missing or invalid.</param>
    public int RowAt(int code, E164 ani, long instantMs)
    {
        for (int at = code; at != None; at = _parents[at])
        {
            int row = ani.IsNone ? _periods.RowAt(_destinations[at].Unknown, instantMs) : RowOf(_destinations[at], ani, instantMs);
            if (row != DeckRows.NoRow)
            {
                return row;
            }
        }

        return ani.IsNone ? Highest(code, instantMs) : DeckRows.NoRow;
    }

    private int RowOf(in Destination destination, E164 ani, long instantMs)
    {
        for (int origin = LastNotAfter(destination, ani); origin != None; origin = _origins[origin].Parent)
        {
            if (ani.StartsWith(_origins[origin].Code) && _periods.RowAt(_origins[origin].Periods, instantMs) is >= 0 and int row)
            {
                return row;
            }
        }

        return _periods.RowAt(destination.Any, instantMs);
    }

    private int LastNotAfter(in Destination destination, E164 ani)
    {
        int low = destination.FirstOrigin;
        int high = destination.EndOrigin;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_origins[middle].Code.Packed <= ani.Packed)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > destination.FirstOrigin ? low - 1 : None;
    }

    /// <summary>Where no row is for unknown origins: of the longest destination that has a row in force, the one with the highest rate.</summary>
    private int Highest(int code, long instantMs)
    {
        for (int at = code; at != None; at = _parents[at])
        {
            int highest = HigherOf(_periods.RowAt(_destinations[at].Any, instantMs), DeckRows.NoRow);
            for (int origin = _destinations[at].FirstOrigin; origin < _destinations[at].EndOrigin; origin++)
            {
                highest = HigherOf(_periods.RowAt(_origins[origin].Periods, instantMs), highest);
            }

            if (highest != DeckRows.NoRow)
            {
                return highest;
            }
        }

        return DeckRows.NoRow;
    }

    /// <summary>Of the same rate the row that stands first in the deck; a row without a rate, which is blocked, only where there is no other.</summary>
    private int HigherOf(int one, int other)
    {
        if (one == DeckRows.NoRow || other == DeckRows.NoRow)
        {
            return Math.Max(one, other);
        }

        long oneNanos = _rows.RatesOf(one).All?.NanosPerMinute ?? long.MinValue;
        long otherNanos = _rows.RatesOf(other).All?.NanosPerMinute ?? long.MinValue;
        return oneNanos != otherNanos ? (oneNanos > otherNanos ? one : other) : Math.Min(one, other);
    }

    private readonly record struct Destination(int FirstOrigin, int EndOrigin, PeriodRange Any, PeriodRange Unknown);

    private readonly record struct Origin(E164 Code, int Parent, PeriodRange Periods);
}
