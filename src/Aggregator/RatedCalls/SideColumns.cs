using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>The columns that one side of an attempt fills, in the order of <c>rated_calls</c>: there, and as they stood in <c>call_adjustments</c>.</summary>
internal sealed class SideColumns
{
    /// <param name="set">The set that the columns join.</param>
    /// <param name="side">a or b: what names end with.</param>
    /// <param name="name">The name of a column but for the side; null where it is the field's own.</param>
    public SideColumns(ColumnSet set, char side, Func<string, string>? name = null)
    {
        string Name(string field) => $"{(name is null ? field : name(field))}_{side}";
        TrunkGroup = set.AddNumber<uint>(Name("trunk_group"));
        Relationship = set.AddNumber<uint>(Name("relationship"));
        Direction = set.AddNumber<sbyte>(Name("direction"));
        Relation = set.AddNumber<sbyte>(Name("relation"));
        Class = set.AddNumber<sbyte>(Name("class"));
        Outcome = set.AddNumber<sbyte>(Name("outcome"));
        Jurisdiction = set.AddNumber<sbyte>(Name("jurisdiction"));
        Deck = set.AddNumber<uint>(Name("deck"));
        DeckVersion = set.AddNumber<uint>(Name("deck_version"));
        Code = set.AddNumber<ulong>(Name("code_packed"));
        Destination = set.AddNumber<uint>(Name("destination"));
        Seconds = set.AddNumber<uint>(Name("seconds"));
        BilledSeconds = set.AddNumber<uint>(Name("billed_seconds"));
        Rate = set.AddDecimal(Name("rate"), Domain.Money.Scale);
        Charge = set.AddDecimal(Name("charge"), Domain.Money.Scale);
        Currency = set.AddNumber<uint>(Name("currency_packed"));
        ExchangeRate = set.AddDecimal(Name("exchange_rate"), Domain.ExchangeRate.Scale);
        SystemCharge = set.AddDecimal(Name("system_charge"), Domain.Money.Scale);
    }

    public NumberColumn<uint> TrunkGroup { get; }

    public NumberColumn<uint> Relationship { get; }

    public NumberColumn<sbyte> Direction { get; }

    public NumberColumn<sbyte> Relation { get; }

    public NumberColumn<sbyte> Class { get; }

    public NumberColumn<sbyte> Outcome { get; }

    public NumberColumn<sbyte> Jurisdiction { get; }

    public NumberColumn<uint> Deck { get; }

    public NumberColumn<uint> DeckVersion { get; }

    public NumberColumn<ulong> Code { get; }

    public NumberColumn<uint> Destination { get; }

    public NumberColumn<uint> Seconds { get; }

    public NumberColumn<uint> BilledSeconds { get; }

    public NumberColumn<long> Rate { get; }

    public NumberColumn<long> Charge { get; }

    public NumberColumn<uint> Currency { get; }

    public NumberColumn<long> ExchangeRate { get; }

    public NumberColumn<long> SystemCharge { get; }

    /// <summary>Fills the rows from <paramref name="first"/> on with sides as ClickHouse holds them: those at <paramref name="rows"/> of a block that has these columns from <paramref name="column"/> on.</summary>
    public void Take(int first, in NativeBlock block, int column, ReadOnlySpan<int> rows)
    {
        TrunkGroup.Take(first, block.Numbers<uint>(column), rows);
        Relationship.Take(first, block.Numbers<uint>(column + 1), rows);
        Direction.Take(first, block.Numbers<sbyte>(column + 2), rows);
        Relation.Take(first, block.Numbers<sbyte>(column + 3), rows);
        Class.Take(first, block.Numbers<sbyte>(column + 4), rows);
        Outcome.Take(first, block.Numbers<sbyte>(column + 5), rows);
        Jurisdiction.Take(first, block.Numbers<sbyte>(column + 6), rows);
        Deck.Take(first, block.Numbers<uint>(column + 7), rows);
        DeckVersion.Take(first, block.Numbers<uint>(column + 8), rows);
        Code.Take(first, block.Numbers<ulong>(column + 9), rows);
        Destination.Take(first, block.Numbers<uint>(column + 10), rows);
        Seconds.Take(first, block.Numbers<uint>(column + 11), rows);
        BilledSeconds.Take(first, block.Numbers<uint>(column + 12), rows);
        Rate.Take(first, block.Numbers<long>(column + 13), rows);
        Charge.Take(first, block.Numbers<long>(column + 14), rows);
        Currency.Take(first, block.Numbers<uint>(column + 15), rows);
        ExchangeRate.Take(first, block.Numbers<long>(column + 16), rows);
        SystemCharge.Take(first, block.Numbers<long>(column + 17), rows);
    }

    /// <summary>Writes the sides to the rows from <paramref name="first"/> on; the set has been fitted for them.</summary>
    public void Write(int first, ReadOnlySpan<RatedSide> sides)
    {
        int end = first + sides.Length;
        Span<uint> trunkGroup = TrunkGroup.Values[first..end];
        Span<uint> relationship = Relationship.Values[first..end];
        Span<sbyte> direction = Direction.Values[first..end];
        Span<sbyte> relation = Relation.Values[first..end];
        Span<sbyte> callClass = Class.Values[first..end];
        Span<sbyte> outcome = Outcome.Values[first..end];
        Span<sbyte> jurisdiction = Jurisdiction.Values[first..end];
        Span<uint> deck = Deck.Values[first..end];
        Span<uint> deckVersion = DeckVersion.Values[first..end];
        Span<ulong> code = Code.Values[first..end];
        Span<uint> destination = Destination.Values[first..end];
        Span<uint> seconds = Seconds.Values[first..end];
        Span<uint> billedSeconds = BilledSeconds.Values[first..end];
        Span<long> rate = Rate.Values[first..end];
        Span<long> charge = Charge.Values[first..end];
        Span<uint> currency = Currency.Values[first..end];
        Span<long> exchangeRate = ExchangeRate.Values[first..end];
        Span<long> systemCharge = SystemCharge.Values[first..end];
        for (int i = 0; i < sides.Length; i++)
        {
            ref readonly RatedSide side = ref sides[i];
            trunkGroup[i] = (uint)side.TrunkGroup.Value;
            relationship[i] = (uint)side.Relationship.Value;
            direction[i] = (sbyte)side.Direction;
            relation[i] = (sbyte)side.Relation;
            callClass[i] = (sbyte)side.Class;
            outcome[i] = (sbyte)side.Outcome;
            jurisdiction[i] = (sbyte)side.Jurisdiction;
            deck[i] = (uint)side.Deck.Value;
            deckVersion[i] = (uint)side.DeckVersion;
            code[i] = side.Code.Packed;
            destination[i] = (uint)side.Destination.Value;
            seconds[i] = (uint)side.Seconds;
            billedSeconds[i] = (uint)side.BilledSeconds;
            rate[i] = side.Rate.NanosPerMinute;
            charge[i] = side.Charge.Nanos;
            currency[i] = (uint)side.Currency.Packed;
            exchangeRate[i] = side.ExchangeRate.Picos;
            systemCharge[i] = side.SystemCharge.Nanos;
        }
    }
}
