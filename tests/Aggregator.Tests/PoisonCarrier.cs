using Perimeter.Domain;

namespace Perimeter.Aggregator.Tests;

/// <summary>A carrier whose rates are the highest that a deck may have, so that long calls come to the largest charges there are.</summary>
internal static class PoisonCarrier
{
    private const long HighestRate = 50_000_000_000_000;

    public static RatingConfig Config() => new()
    {
        Revision = new ConfigRevision(1),
        SystemCurrency = CurrencyCode.Usd,
        Relationships = [new(new(1), "Customer", CurrencyCode.Usd, "UTC", Interval.Always), new(new(2), "Vendor", CurrencyCode.Usd, "UTC", Interval.Always)],
        TrunkGroups =
        [
            new(new(1), "customer-in", new(1), Direction.Termination, Relation.Customer, NumberingForm.E164, "", Interval.Always),
            new(new(2), "vendor-out", new(2), Direction.Termination, Relation.Vendor, NumberingForm.E164, "", Interval.Always),
        ],
        Trunks = [],
        Assignments = [new(1, new(1), CallClass.International, new(1), Interval.Always), new(2, new(2), CallClass.International, new(2), Interval.Always)],
        ExchangeRates = [],
        Decks = [Deck(1, Relation.Customer, HighestRate), Deck(2, Relation.Vendor, -HighestRate)],
        EmergencyNumbers = EmergencyNumberConfig.Defaults,
        DestinationNames = ["", "United Kingdom"],
    };

    private static RateDeckConfig Deck(int id, Relation relation, long nanosPerMinute) => new(
        new(id), $"deck {id}", Direction.Termination, relation, new RateDeckSettings { Type = DeckType.InternationalDialed }, Interval.Always,
        [new RateRow { Code = E164.Parse("44"), CodeText = "44", Destination = new(1), Rate = new Rate(nanosPerMinute), Line = 2 }]);
}
