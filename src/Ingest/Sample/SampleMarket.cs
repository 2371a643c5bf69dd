using System.Net;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>A trunk group as the player needs it: its names, its addresses, and what its decks have to sell.</summary>
internal sealed class SampleGroup
{
    public required TrunkGroupConfig Config { get; init; }

    public required IReadOnlyList<TrunkConfig> Trunks { get; init; }

    public SampleCodes? International { get; init; }

    public SampleCodes? UsCanada { get; init; }

    public string Name => Config.Name;

    public bool IsNanp => Config.Form == NumberingForm.Nanp;

    /// <summary>No other group takes calls from the first trunk's address, so that the address alone says which group it is.</summary>
    public bool HasOwnAddress { get; init; }
}

/// <summary>The groups of a carrier by their part in a call.</summary>
internal sealed class SampleMarket
{
    private readonly Dictionary<(SampleCodes, SampleCodes), IReadOnlyList<string>> _uncovered = [];

    /// <exception cref="InvalidOperationException">The carrier has nobody to call from or to.</exception>
    public SampleMarket(RatingConfig config)
    {
        Dictionary<RateDeckId, SampleCodes> codes = config.Decks
            .Where(deck => deck.Settings.Type is DeckType.InternationalDialed or DeckType.Npanxx)
            .ToDictionary(deck => deck.Id, deck => new SampleCodes(deck));
        List<SampleGroup> groups = [.. config.TrunkGroups.OrderBy(group => group.Id.Value).Select(group => GroupOf(config, group, codes))];
        Customers = [.. Of(groups, Direction.Termination, Relation.Customer)];
        Vendors = [.. Of(groups, Direction.Termination, Relation.Vendor)];
        NumberVendors = [.. Of(groups, Direction.Origination, Relation.Vendor)];
        NumberOwners = [.. Of(groups, Direction.Origination, Relation.Customer)];
        InternationalCustomers = [.. Customers.Where(group => group.International is not null)];
        UsCustomers = [.. Customers.Where(group => group.UsCanada is not null)];
        InternationalVendors = [.. Vendors.Where(group => group.International is not null)];
        UsVendors = [.. Vendors.Where(group => group.UsCanada is not null)];
        if (InternationalCustomers.Count + UsCustomers.Count == 0 || InternationalVendors.Count + UsVendors.Count == 0)
        {
            throw new InvalidOperationException(
                "The carrier has no Termination customer or no Termination vendor with an International or US & Canada deck, so no sample calls can be made for it.");
        }
    }

    public IReadOnlyList<SampleGroup> Customers { get; }

    public IReadOnlyList<SampleGroup> Vendors { get; }

    public IReadOnlyList<SampleGroup> InternationalCustomers { get; }

    public IReadOnlyList<SampleGroup> UsCustomers { get; }

    public IReadOnlyList<SampleGroup> InternationalVendors { get; }

    public IReadOnlyList<SampleGroup> UsVendors { get; }

    /// <summary>Vendors that deliver calls to our numbers.</summary>
    public IReadOnlyList<SampleGroup> NumberVendors { get; }

    /// <summary>Customers that our numbers belong to.</summary>
    public IReadOnlyList<SampleGroup> NumberOwners { get; }

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

    private static SampleGroup GroupOf(RatingConfig config, TrunkGroupConfig group, Dictionary<RateDeckId, SampleCodes> codes)
    {
        TrunkConfig[] trunks = [.. config.Trunks.Where(trunk => trunk.TrunkGroup == group.Id).OrderBy(trunk => trunk.Id.Value)];
        SampleCodes? CodesOf(CallClass callClass) => config.Assignments
            .Where(assignment => assignment.TrunkGroup == group.Id && assignment.Class == callClass)
            .OrderBy(assignment => assignment.InForce.FromMs)
            .Select(assignment => codes.GetValueOrDefault(assignment.Deck))
            .FirstOrDefault(found => found is not null);
        return new SampleGroup
        {
            Config = group,
            Trunks = trunks,
            International = CodesOf(CallClass.International),
            UsCanada = CodesOf(CallClass.UsCanada),
            HasOwnAddress = trunks.Length > 0
                && IPAddress.TryParse(trunks[0].Address, out _)
                && !config.Trunks.Any(other => other.Address == trunks[0].Address && other.TrunkGroup != group.Id),
        };
    }
}
