using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Oracle;
using Perimeter.Rating;

namespace Perimeter.RatingEngine.Tests.Sample;

public sealed class RandomCarrierTests
{
    private const int Carriers = 150;
    private const int CallsOfEach = 200;

    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();
    private readonly HashSet<(DeckType, DeckLocation)> _ratedBy = [];

    /// <summary>A failure names the seed of the carrier: new RandomCarrier(seed) makes it again.</summary>
    [Fact]
    public void Random_carriers_are_rated_as_the_oracle_rates_them()
    {
        HashSet<(string, string, string)> seen = [];
        for (int seed = 1; seed <= Carriers; seed++)
        {
            using RandomCarrier carrier = new(seed);
            Compare(carrier.Folder, carrier.Call, seed, seen);
        }

        AssertOutcomes(seen);
        Assert.Equal(["Indeterminate", "Interstate", "Intrastate"], seen.Where(found => found.Item2 == "Rated" && found.Item3.Length > 0).Select(found => found.Item3).Distinct().Order());
    }

    /// <summary>A failure names the seed of the carrier: new RandomDeckTypes(seed) makes it again.</summary>
    [Fact]
    public void Random_carriers_with_decks_of_every_type_are_rated_as_the_oracle_rates_them()
    {
        HashSet<(string, string, string)> seen = [];
        for (int seed = 1; seed <= Carriers; seed++)
        {
            using RandomDeckTypes carrier = new(seed);
            Compare(carrier.Folder, carrier.Call, seed, seen);
        }

        AssertOutcomes(seen);
        Assert.Equal(
            from type in Enum.GetValues<DeckType>()
            where type != DeckType.None
            from location in DeckTypes.HasLocations(type) ? [DeckLocation.UsCanada, DeckLocation.International] : new[] { DeckTypes.LocationOf(type) }
            orderby type, location
            select (type, location),
            _ratedBy.Order());
        Assert.Equal(
            ["Indeterminate", "Interstate", "Intrastate", "Local"], seen.Where(found => found.Item2 == "Rated" && found.Item3.Length > 0).Select(found => found.Item3).Distinct().Order());
    }

    private static void AssertOutcomes(HashSet<(string, string, string)> seen)
    {
        string[] missing = [.. from side in new[] { "A", "B" }
            from outcome in new[] { "NoTrunkGroup", "InvalidNumber", "NoDeck", "NoCode", "Blocked", "NotAnswered", "Rated" }
            where !seen.Any(found => found.Item1 == side && found.Item2 == outcome)
            select $"{side} {outcome}"];
        Assert.Empty(missing);
    }

    private void Compare(string carrierFolder, Func<int, CallRecord> call, int seed, HashSet<(string, string, string)> seen)
    {
        CarrierFolder folder = CarrierFolder.Read(carrierFolder);
        Assert.True(folder.Errors.Count == 0, $"seed {seed}: {string.Join('\n', folder.Errors)}");
        CarrierOracle oracle = CarrierOracle.Open(carrierFolder, SampleFiles.DataFolder);
        List<CallRecord> records = [.. Enumerable.Range(0, CallsOfEach).Select(call)];
        _batch.Clear();
        records.ForEach(record => OracleEvents.Add(_batch.Events, record));
        _rater.Rate(RatingSnapshot.Compile(folder.Config!, previous: null).Snapshot!, _batch);
        SideComparison comparison = new(folder.Config!.DestinationNames);
        for (int row = 0; row < records.Count; row++)
        {
            AttemptResult expected = oracle.Rate(records[row]);
            comparison.Compare(expected, _batch.A[row], _batch.B[row]);
            AddRatedBy(folder.Config, expected.A);
            AddRatedBy(folder.Config, expected.B);
            seen.Add(("A", expected.A.Outcome, expected.A.Jurisdiction));
            seen.Add(("B", expected.B.Outcome, expected.B.Jurisdiction));
        }

        comparison.AssertNone($"seed {seed}");
    }

    private void AddRatedBy(RatingConfig config, SideResult side)
    {
        if (side.Outcome == "Rated" && side.ChargeNanos != 0)
        {
            RateDeckSettings settings = config.Decks.Single(deck => deck.Id.Value == side.Deck).Settings;
            _ratedBy.Add((settings.Type, DeckTypes.HasLocations(settings.Type) ? settings.Location : DeckTypes.LocationOf(settings.Type)));
        }
    }
}
