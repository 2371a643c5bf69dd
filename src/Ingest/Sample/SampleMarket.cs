using System.Net;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>Who delivers calls to which numbers of our own, and who takes them.</summary>
internal sealed record SampleTrade(
    CallClass Class, DeckLocation Location, IReadOnlyList<SampleGroup> Vendors, IReadOnlyList<SampleGroup> Owners, IReadOnlyList<string> Numbers)
{
    public bool IsUs => Location == DeckLocation.UsCanada;
}

/// <summary>The groups of a carrier by their part in a call.</summary>
internal sealed class SampleMarket
{
    private readonly Dictionary<(SampleCodes, SampleCodes), IReadOnlyList<string>> _uncovered = [];

    /// <exception cref="InvalidOperationException">The carrier has nobody to call from or to.</exception>
    public SampleMarket(RatingConfig config)
    {
        Dictionary<RateDeckId, SampleCodes> codes = config.Decks
            .Where(deck => deck.Settings.Type is DeckType.InternationalDialed or DeckType.OriginBased or DeckType.Npanxx)
            .ToDictionary(deck => deck.Id, deck => new SampleCodes(deck));
        List<SampleGroup> groups = [.. config.TrunkGroups.OrderBy(group => group.Id.Value).Select(group => GroupOf(config, group, codes))];
        SampleGroup[] customers = [.. Of(groups, Direction.Termination, Relation.Customer)];
        Vendors = [.. Of(groups, Direction.Termination, Relation.Vendor)];
        InternationalCustomers = [.. customers.Where(group => group.International is not null)];
        UsCustomers = [.. customers.Where(group => group.UsCanada is not null)];
        TollFreeCustomers = [.. customers.Where(group => group.Has(CallClass.TollFree))];
        InternationalVendors = [.. Vendors.Where(group => group.International is not null)];
        UsVendors = [.. Vendors.Where(group => group.UsCanada is not null || group.HasUsDeck(DeckType.LataOcn))];
        TollFreeVendors = [.. Vendors.Where(group => group.Has(CallClass.TollFree))];
        EmergencyVendors = [.. Vendors.Where(group => group.Has(CallClass.Emergency))];
        LocalVendors = [.. Vendors.Where(group => group.HasUsDeck(DeckType.Local))];
        Peers = [.. Vendors.Where(group => group.HasUsDeck(DeckType.Peering))];
        if (InternationalCustomers.Count + UsCustomers.Count == 0 || InternationalVendors.Count + UsVendors.Count == 0)
        {
            throw new InvalidOperationException(
                "The carrier has no Termination customer or no Termination vendor with an International or US & Canada deck, so no sample calls can be made for it.");
        }

        HashSet<Ocn> peers = [.. Peers.SelectMany(peer => peer.Decks[CallClass.UsCanada].Rows).Select(row => row.Ocn)];
        PeeredExchanges = [.. config.ReferenceData.Where(row => row.Code.Length == 7 && peers.Contains(row.Ocn)).Select(row => row.Code.ToString()).Distinct().Order(StringComparer.Ordinal)];
        DidTrades = TradesOf(CallClass.Did, config.Numbers, groups);
        TollFreeTrades = TradesOf(CallClass.TollFree, config.Numbers, groups);
    }

    public IReadOnlyList<SampleGroup> Vendors { get; }

    public IReadOnlyList<SampleGroup> InternationalCustomers { get; }

    public IReadOnlyList<SampleGroup> UsCustomers { get; }

    /// <summary>Customers that call toll-free numbers of others through us.</summary>
    public IReadOnlyList<SampleGroup> TollFreeCustomers { get; }

    public IReadOnlyList<SampleGroup> InternationalVendors { get; }

    public IReadOnlyList<SampleGroup> UsVendors { get; }

    public IReadOnlyList<SampleGroup> TollFreeVendors { get; }

    public IReadOnlyList<SampleGroup> EmergencyVendors { get; }

    /// <summary>Vendors that take calls within a rate centre only.</summary>
    public IReadOnlyList<SampleGroup> LocalVendors { get; }

    /// <summary>Vendors that take calls to their own numbers only.</summary>
    public IReadOnlyList<SampleGroup> Peers { get; }

    /// <summary>1NPANXX of the peers.</summary>
    public IReadOnlyList<string> PeeredExchanges { get; }

    /// <summary>Calls to DIDs of our own: of the US and Canada, and abroad.</summary>
    public IReadOnlyList<SampleTrade> DidTrades { get; }

    public IReadOnlyList<SampleTrade> TollFreeTrades { get; }

    /// <summary>Codes that <paramref name="seller"/> sells and <paramref name="buyer"/> has no code for.</summary>
    public IReadOnlyList<string> Uncovered(SampleCodes seller, SampleCodes buyer)
    {
        if (!_uncovered.TryGetValue((seller, buyer), out IReadOnlyList<string>? codes))
        {
            codes = [.. seller.Open.Where(code => !buyer.Covers(code))];
            _uncovered.Add((seller, buyer), codes);
        }

        return codes;
    }

    private static IEnumerable<SampleGroup> Of(List<SampleGroup> groups, Direction direction, Relation relation) =>
        groups.Where(group => group.Config.Direction == direction && group.Config.Relation == relation);

    private static List<SampleTrade> TradesOf(CallClass callClass, IReadOnlyList<NumberConfig> all, List<SampleGroup> groups)
    {
        NumberType type = callClass == CallClass.Did ? NumberType.Did : NumberType.TollFree;
        string[] numbers = [.. all.Where(number => number.Type == type).Select(number => number.Number.ToString()).Distinct().Order(StringComparer.Ordinal)];
        List<SampleTrade> trades = [];
        foreach (DeckLocation location in (DeckLocation[])[DeckLocation.UsCanada, DeckLocation.International])
        {
            SampleTrade trade = new(
                callClass, location,
                [.. Of(groups, Direction.Origination, Relation.Vendor).Where(group => group.Trades(callClass, location))],
                [.. Of(groups, Direction.Origination, Relation.Customer).Where(group => group.Trades(callClass, location))],
                [.. numbers.Where(number => number[0] == '1' == (location == DeckLocation.UsCanada))]);
            if (trade is { Vendors.Count: > 0, Owners.Count: > 0, Numbers.Count: > 0 })
            {
                trades.Add(trade);
            }
        }

        return trades;
    }

    private static SampleGroup GroupOf(RatingConfig config, TrunkGroupConfig group, Dictionary<RateDeckId, SampleCodes> codes)
    {
        TrunkConfig[] trunks = [.. config.Trunks.Where(trunk => trunk.TrunkGroup == group.Id).OrderBy(trunk => trunk.Id.Value)];
        Dictionary<CallClass, RateDeckConfig> decks = config.Assignments
            .Where(assignment => assignment.TrunkGroup == group.Id)
            .OrderBy(assignment => assignment.InForce.FromMs)
            .DistinctBy(assignment => assignment.Class)
            .ToDictionary(assignment => assignment.Class, assignment => config.Decks.First(deck => deck.Id == assignment.Deck));
        SampleCodes? CodesOf(CallClass callClass) => decks.TryGetValue(callClass, out RateDeckConfig? deck) ? codes.GetValueOrDefault(deck.Id) : null;
        return new SampleGroup
        {
            Config = group,
            Trunks = trunks,
            Writing = new SampleWriting(group, config.Manipulations.Where(manipulation => manipulation.TrunkGroup == group.Id)),
            Decks = decks,
            International = CodesOf(CallClass.International),
            UsCanada = CodesOf(CallClass.UsCanada),
            HasOwnAddress = trunks.Length > 0
                && IPAddress.TryParse(trunks[0].Address, out _)
                && !config.Trunks.Any(other => other.Address == trunks[0].Address && other.TrunkGroup != group.Id),
        };
    }
}
