using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>One side of the attempts of a block, as they lie in ClickHouse: the columns of <see cref="RatedCalls.SideColumns"/>, in their order.</summary>
public readonly ref struct LandedSides
{
    /// <summary>Columns that a side takes.</summary>
    public const int Columns = 18;

    private readonly ReadOnlySpan<uint> _trunkGroup;
    private readonly ReadOnlySpan<uint> _relationship;
    private readonly ReadOnlySpan<sbyte> _direction;
    private readonly ReadOnlySpan<sbyte> _relation;
    private readonly ReadOnlySpan<sbyte> _class;
    private readonly ReadOnlySpan<sbyte> _outcome;
    private readonly ReadOnlySpan<sbyte> _jurisdiction;
    private readonly ReadOnlySpan<uint> _deck;
    private readonly ReadOnlySpan<uint> _deckVersion;
    private readonly ReadOnlySpan<ulong> _code;
    private readonly ReadOnlySpan<uint> _destination;
    private readonly ReadOnlySpan<uint> _seconds;
    private readonly ReadOnlySpan<uint> _billedSeconds;
    private readonly ReadOnlySpan<long> _rate;
    private readonly ReadOnlySpan<long> _charge;
    private readonly ReadOnlySpan<uint> _currency;
    private readonly ReadOnlySpan<long> _exchangeRate;
    private readonly ReadOnlySpan<long> _systemCharge;

    /// <param name="block">The rows.</param>
    /// <param name="first">The place of the side's trunk group among the columns of the block.</param>
    public LandedSides(in NativeBlock block, int first)
    {
        _trunkGroup = block.Numbers<uint>(first);
        _relationship = block.Numbers<uint>(first + 1);
        _direction = block.Numbers<sbyte>(first + 2);
        _relation = block.Numbers<sbyte>(first + 3);
        _class = block.Numbers<sbyte>(first + 4);
        _outcome = block.Numbers<sbyte>(first + 5);
        _jurisdiction = block.Numbers<sbyte>(first + 6);
        _deck = block.Numbers<uint>(first + 7);
        _deckVersion = block.Numbers<uint>(first + 8);
        _code = block.Numbers<ulong>(first + 9);
        _destination = block.Numbers<uint>(first + 10);
        _seconds = block.Numbers<uint>(first + 11);
        _billedSeconds = block.Numbers<uint>(first + 12);
        _rate = block.Numbers<long>(first + 13);
        _charge = block.Numbers<long>(first + 14);
        _currency = block.Numbers<uint>(first + 15);
        _exchangeRate = block.Numbers<long>(first + 16);
        _systemCharge = block.Numbers<long>(first + 17);
    }

    /// <summary>Whether a side is in everything that is stored what it was: what <see cref="SideDifference"/> finds no reason for, without making the side.</summary>
    public bool IsSame(int row, in RatedSide side) =>
        _systemCharge[row] == side.SystemCharge.Nanos && _charge[row] == side.Charge.Nanos && _rate[row] == side.Rate.NanosPerMinute
        && _code[row] == side.Code.Packed && _billedSeconds[row] == (uint)side.BilledSeconds && _seconds[row] == (uint)side.Seconds
        && _exchangeRate[row] == side.ExchangeRate.Picos && _deck[row] == (uint)side.Deck.Value && _deckVersion[row] == (uint)side.DeckVersion
        && _trunkGroup[row] == (uint)side.TrunkGroup.Value && _relationship[row] == (uint)side.Relationship.Value && _destination[row] == (uint)side.Destination.Value
        && _currency[row] == (uint)side.Currency.Packed && _outcome[row] == (sbyte)side.Outcome && _class[row] == (sbyte)side.Class
        && _jurisdiction[row] == (sbyte)side.Jurisdiction && _direction[row] == (sbyte)side.Direction && _relation[row] == (sbyte)side.Relation;

    public TrunkGroupId TrunkGroup(int row) => new((int)_trunkGroup[row]);

    public ChargedSide Charged(int row) => new(new RelationshipId((int)_relationship[row]), (Relation)_relation[row], _systemCharge[row]);

    /// <summary>The side as it was rated, but for <see cref="RatedSide.DeckRow"/>, which is not stored.</summary>
    public RatedSide this[int row] => new()
    {
        TrunkGroup = new TrunkGroupId((int)_trunkGroup[row]),
        Relationship = new RelationshipId((int)_relationship[row]),
        Direction = (Direction)_direction[row],
        Relation = (Relation)_relation[row],
        Class = (CallClass)_class[row],
        Outcome = (RatingOutcome)_outcome[row],
        Jurisdiction = (Jurisdiction)_jurisdiction[row],
        Deck = new RateDeckId((int)_deck[row]),
        DeckVersion = (int)_deckVersion[row],
        Code = E164.FromPacked(_code[row]),
        Destination = new DestinationId((int)_destination[row]),
        DeckRow = -1,
        Seconds = (int)_seconds[row],
        BilledSeconds = (int)_billedSeconds[row],
        Rate = new Rate(_rate[row]),
        Charge = new Money(_charge[row]),
        Currency = new CurrencyCode((int)_currency[row]),
        ExchangeRate = new ExchangeRate(_exchangeRate[row]),
        SystemCharge = new Money(_systemCharge[row]),
    };
}
