using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.RatingEngine.Tests;

/// <summary>One customer, one vendor and a flat deck for each; the customer pays as many cents a minute as the revision's number.</summary>
internal static class SmallCarrier
{
    public const string CustomerGroup = "customer-in";
    public const string VendorGroup = "vendor-out";

    private const int Cent = 10_000_000;

    public static SnapshotCompilation Compile(int revision) => RatingSnapshot.Compile(Config(revision), previous: null);

    public static CurrentSnapshot Published(int revision)
    {
        var snapshots = new CurrentSnapshot();
        Assert.True(snapshots.TrySwap(Compile(revision)));
        return snapshots;
    }

    /// <summary>What a call of whole minutes costs the customer by a revision.</summary>
    public static Money Charge(int revision, long minutes) => new(minutes * revision * Cent);

    private static RatingConfig Config(int revision) => new()
    {
        Revision = new ConfigRevision(revision),
        SystemCurrency = CurrencyCode.Usd,
        Relationships =
        [
            new(new(1), "Customer", CurrencyCode.Usd, "UTC", Interval.Always),
            new(new(2), "Vendor", CurrencyCode.Usd, "UTC", Interval.Always),
        ],
        TrunkGroups =
        [
            new(new(1), CustomerGroup, new(1), Direction.Termination, Relation.Customer, NumberingForm.E164, "", Interval.Always),
            new(new(2), VendorGroup, new(2), Direction.Termination, Relation.Vendor, NumberingForm.E164, "", Interval.Always),
        ],
        Trunks = [],
        Assignments =
        [
            new(1, new(1), CallClass.International, new(1), Interval.Always),
            new(2, new(2), CallClass.International, new(2), Interval.Always),
        ],
        ExchangeRates = [],
        Decks = [Deck(1, Relation.Customer, revision * Cent), Deck(2, Relation.Vendor, Cent / 2)],
        EmergencyNumbers = EmergencyNumberConfig.Defaults,
        DestinationNames = ["", "United Kingdom"],
    };

    private static RateDeckConfig Deck(int id, Relation relation, long nanosPerMinute) => new(
        new(id), $"deck {id}", Direction.Termination, relation, new RateDeckSettings { Type = DeckType.InternationalDialed }, Interval.Always,
        [new RateRow { Code = E164.Parse("44"), CodeText = "44", Destination = new(1), Rate = new Rate(nanosPerMinute), Line = 2 }]);
}
