using System.Numerics;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>
/// The columns of <c>call_adjustments</c> that one side fills: as it stood, and as it is rated now. What seldom differs is held as a change, now less before;
/// where it differs on no row of a part its column is not even sent.
/// </summary>
internal sealed class AdjustmentSide
{
    private static readonly string[] HeldAsChanges =
        ["trunk_group", "relationship", "deck", "deck_version", "code_packed", "destination", "seconds", "billed_seconds", "currency_packed", "exchange_rate"];

    private readonly SideColumns _new;

    /// <param name="set">The set that the columns join.</param>
    /// <param name="side">a or b: what names end with.</param>
    public AdjustmentSide(ColumnSet set, char side)
    {
        Old = new SideColumns(set, side, static field => $"old_{field}");
        _new = new SideColumns(set, side, static field => HeldAsChanges.Contains(field) ? $"{field}_change" : $"new_{field}");
        Clear();
    }

    /// <summary>As the side stood: filled before <see cref="WriteNew"/>.</summary>
    public SideColumns Old { get; }

    public void Clear()
    {
        foreach (Column change in (ReadOnlySpan<Column>)
            [_new.TrunkGroup, _new.Relationship, _new.Deck, _new.DeckVersion, _new.Code, _new.Destination, _new.Seconds, _new.BilledSeconds, _new.Currency, _new.ExchangeRate])
        {
            change.IsLeftOut = true;
        }
    }

    /// <summary>Writes the sides as they are now to the rows from <paramref name="first"/> on.</summary>
    public void WriteNew(int first, ReadOnlySpan<RatedSide> sides)
    {
        _new.Write(first, sides);
        var rows = new Range(first, first + sides.Length);
        Subtract(_new.TrunkGroup, Old.TrunkGroup, rows);
        Subtract(_new.Relationship, Old.Relationship, rows);
        Subtract(_new.Deck, Old.Deck, rows);
        Subtract(_new.DeckVersion, Old.DeckVersion, rows);
        Subtract(_new.Code, Old.Code, rows);
        Subtract(_new.Destination, Old.Destination, rows);
        Subtract(_new.Seconds, Old.Seconds, rows);
        Subtract(_new.BilledSeconds, Old.BilledSeconds, rows);
        Subtract(_new.Currency, Old.Currency, rows);
        Subtract(_new.ExchangeRate, Old.ExchangeRate, rows);
    }

    /// <summary>Differences wrap around, and wrap back where the table adds them.</summary>
    private static void Subtract<T>(NumberColumn<T> column, NumberColumn<T> old, Range rows)
        where T : unmanaged, IBinaryInteger<T>
    {
        Span<T> values = column.Values[rows];
        ReadOnlySpan<T> before = old.Values[rows];
        Vector<T> any = Vector<T>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> change = new Vector<T>(values[i..]) - new Vector<T>(before[i..]);
            change.CopyTo(values[i..]);
            any |= change;
        }

        bool isChanged = any != Vector<T>.Zero;
        for (; i < values.Length; i++)
        {
            values[i] = unchecked(values[i] - before[i]);
            isChanged |= values[i] != T.Zero;
        }

        column.IsLeftOut &= !isChanged;
    }
}
