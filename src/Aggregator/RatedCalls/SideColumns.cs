using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>The columns that one side of an attempt fills, in the order of <c>rated_calls</c>: there, and twice in <c>call_adjustments</c>.</summary>
internal sealed class SideColumns
{
    private readonly NumberColumn<uint> _relationship;
    private readonly NumberColumn<sbyte> _direction;
    private readonly NumberColumn<sbyte> _relation;
    private readonly NumberColumn<sbyte> _class;
    private readonly NumberColumn<sbyte> _outcome;
    private readonly NumberColumn<sbyte> _jurisdiction;
    private readonly NumberColumn<uint> _deck;
    private readonly NumberColumn<uint> _deckVersion;
    private readonly NumberColumn<ulong> _code;
    private readonly NumberColumn<uint> _destination;
    private readonly NumberColumn<uint> _seconds;
    private readonly NumberColumn<uint> _billedSeconds;
    private readonly NumberColumn<long> _rate;
    private readonly NumberColumn<long> _charge;
    private readonly NumberColumn<uint> _currency;
    private readonly NumberColumn<long> _exchangeRate;
    private readonly NumberColumn<long> _systemCharge;

    /// <param name="set">The set that the columns join.</param>
    /// <param name="side">a or b: what names end with.</param>
    /// <param name="prefix">What names begin with.</param>
    public SideColumns(ColumnSet set, char side, string prefix = "")
    {
        TrunkGroup = set.AddNumber<uint>($"{prefix}trunk_group_{side}");
        _relationship = set.AddNumber<uint>($"{prefix}relationship_{side}");
        _direction = set.AddNumber<sbyte>($"{prefix}direction_{side}");
        _relation = set.AddNumber<sbyte>($"{prefix}relation_{side}");
        _class = set.AddNumber<sbyte>($"{prefix}class_{side}");
        _outcome = set.AddNumber<sbyte>($"{prefix}outcome_{side}");
        _jurisdiction = set.AddNumber<sbyte>($"{prefix}jurisdiction_{side}");
        _deck = set.AddNumber<uint>($"{prefix}deck_{side}");
        _deckVersion = set.AddNumber<uint>($"{prefix}deck_version_{side}");
        _code = set.AddNumber<ulong>($"{prefix}code_packed_{side}");
        _destination = set.AddNumber<uint>($"{prefix}destination_{side}");
        _seconds = set.AddNumber<uint>($"{prefix}seconds_{side}");
        _billedSeconds = set.AddNumber<uint>($"{prefix}billed_seconds_{side}");
        _rate = set.AddDecimal($"{prefix}rate_{side}", Money.Scale);
        _charge = set.AddDecimal($"{prefix}charge_{side}", Money.Scale);
        _currency = set.AddNumber<uint>($"{prefix}currency_packed_{side}");
        _exchangeRate = set.AddDecimal($"{prefix}exchange_rate_{side}", ExchangeRate.Scale);
        _systemCharge = set.AddDecimal($"{prefix}system_charge_{side}", Money.Scale);
    }

    public NumberColumn<uint> TrunkGroup { get; }

    /// <summary>Fills the rows from <paramref name="first"/> on with sides as ClickHouse holds them: those at <paramref name="rows"/> of a block that has these columns from <paramref name="column"/> on.</summary>
    public void Take(int first, in NativeBlock block, int column, ReadOnlySpan<int> rows)
    {
        TrunkGroup.Take(first, block.Numbers<uint>(column), rows);
        _relationship.Take(first, block.Numbers<uint>(column + 1), rows);
        _direction.Take(first, block.Numbers<sbyte>(column + 2), rows);
        _relation.Take(first, block.Numbers<sbyte>(column + 3), rows);
        _class.Take(first, block.Numbers<sbyte>(column + 4), rows);
        _outcome.Take(first, block.Numbers<sbyte>(column + 5), rows);
        _jurisdiction.Take(first, block.Numbers<sbyte>(column + 6), rows);
        _deck.Take(first, block.Numbers<uint>(column + 7), rows);
        _deckVersion.Take(first, block.Numbers<uint>(column + 8), rows);
        _code.Take(first, block.Numbers<ulong>(column + 9), rows);
        _destination.Take(first, block.Numbers<uint>(column + 10), rows);
        _seconds.Take(first, block.Numbers<uint>(column + 11), rows);
        _billedSeconds.Take(first, block.Numbers<uint>(column + 12), rows);
        _rate.Take(first, block.Numbers<long>(column + 13), rows);
        _charge.Take(first, block.Numbers<long>(column + 14), rows);
        _currency.Take(first, block.Numbers<uint>(column + 15), rows);
        _exchangeRate.Take(first, block.Numbers<long>(column + 16), rows);
        _systemCharge.Take(first, block.Numbers<long>(column + 17), rows);
    }

    /// <summary>Writes the sides to the rows from <paramref name="first"/> on; the set has been fitted for them.</summary>
    public void Write(int first, ReadOnlySpan<RatedSide> sides)
    {
        int end = first + sides.Length;
        Span<uint> trunkGroup = TrunkGroup.Values[first..end];
        Span<uint> relationship = _relationship.Values[first..end];
        Span<sbyte> direction = _direction.Values[first..end];
        Span<sbyte> relation = _relation.Values[first..end];
        Span<sbyte> callClass = _class.Values[first..end];
        Span<sbyte> outcome = _outcome.Values[first..end];
        Span<sbyte> jurisdiction = _jurisdiction.Values[first..end];
        Span<uint> deck = _deck.Values[first..end];
        Span<uint> deckVersion = _deckVersion.Values[first..end];
        Span<ulong> code = _code.Values[first..end];
        Span<uint> destination = _destination.Values[first..end];
        Span<uint> seconds = _seconds.Values[first..end];
        Span<uint> billedSeconds = _billedSeconds.Values[first..end];
        Span<long> rate = _rate.Values[first..end];
        Span<long> charge = _charge.Values[first..end];
        Span<uint> currency = _currency.Values[first..end];
        Span<long> exchangeRate = _exchangeRate.Values[first..end];
        Span<long> systemCharge = _systemCharge.Values[first..end];
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
