using Perimeter.Ingest.Sample;
using Perimeter.Oracle;

namespace Perimeter.RatingEngine.Tests.Sample;

public sealed class SampleTrafficTests
{
    private const long Calls = 30_000;

    private static readonly List<AttemptResult> Attempts = [];
    private static readonly Lazy<OracleReport> Rated = new(() => SampleCalls.Rate(SampleCalls.Bytes(Calls, SampleFormat.Ndjson), Attempts.Add));

    private static IEnumerable<(SideResult Side, CallRecord Record)> RatedSides =>
        (Rated.Value.Calls > 0 ? Attempts : []).SelectMany(attempt => new[] { (attempt.A, attempt.Record), (attempt.B, attempt.Record) }).Where(side => side.Item1.Outcome == "Rated");

    [Fact]
    public void Between_45_and_55_percent_of_the_calls_are_answered() => Assert.InRange(Rated.Value.All.Asr!.Value, 45m, 55m);

    [Fact]
    public void Answered_calls_last_between_two_and_a_half_and_three_and_a_half_minutes() =>
        Assert.InRange(Rated.Value.All.Aloc!.Value, 2.5m, 3.5m);

    [Fact]
    public void Five_percent_of_the_calls_and_more_have_several_attempts() =>
        Assert.True(Rated.Value.CallsWithSeveralAttempts.Count >= Rated.Value.Calls / 20, $"only {Rated.Value.CallsWithSeveralAttempts.Count}");

    [Fact]
    public void Every_call_asked_for_is_there() => Assert.Equal(Calls, Rated.Value.Calls);

    [Theory]
    [InlineData("A", "Advanced")]
    [InlineData("A", "NoTrunkGroup")]
    [InlineData("A", "InvalidNumber")]
    [InlineData("A", "NoDeck")]
    [InlineData("A", "NoCode")]
    [InlineData("A", "Blocked")]
    [InlineData("A", "NotAnswered")]
    [InlineData("A", "Rated")]
    [InlineData("B", "NoTrunkGroup")]
    [InlineData("B", "InvalidNumber")]
    [InlineData("B", "NoDeck")]
    [InlineData("B", "NoCode")]
    [InlineData("B", "Blocked")]
    [InlineData("B", "NotAnswered")]
    [InlineData("B", "Rated")]
    public void Every_outcome_that_a_side_can_have_is_there(string side, string outcome) =>
        Assert.True(Rated.Value.Outcomes.GetValueOrDefault((side, outcome)) >= 20, $"{side} {outcome}");

    [Fact]
    public void Every_deck_rates_calls()
    {
        Dictionary<int, int> rated = RatedSides.CountBy(side => side.Side.Deck).ToDictionary();
        Assert.Empty(SampleFiles.Snapshot.Config.Decks.Where(deck => rated.GetValueOrDefault(deck.Id.Value) < 5).Select(deck => $"{deck.Name}: {rated.GetValueOrDefault(deck.Id.Value)}"));
    }

    [Fact]
    public void Every_group_has_rated_calls() =>
        Assert.Empty(SampleFiles.Snapshot.Config.TrunkGroups.Select(group => group.Id.Value).Except(RatedSides.Select(side => side.Side.TrunkGroup)));

    [Theory]
    [InlineData("Interstate")]
    [InlineData("Intrastate")]
    [InlineData("Indeterminate")]
    [InlineData("Local")]
    public void Every_jurisdiction_is_there(string jurisdiction) =>
        Assert.True(RatedSides.Count(side => side.Side.Jurisdiction == jurisdiction) >= 50, jurisdiction);

    [Fact]
    public void Every_tier_is_there() => Assert.Equal(
        ["1", "2", "3", "4", "5", "6", "7"],
        RatedSides.Where(side => side.Side.Class == "Did" && side.Side.Code.Length == 1).Select(side => side.Side.Code).Distinct().Order());

    [Fact]
    public void A_forwarded_call_goes_on_as_another_one_with_four_charges()
    {
        Assert.True(Rated.Value.Calls > 0);
        Dictionary<string, AttemptResult> byId = Attempts.DistinctBy(attempt => attempt.Record.CallId).ToDictionary(attempt => attempt.Record.CallId);
        AttemptResult[] onward = [.. Attempts.Where(attempt => attempt.Record.ForwardedFrom.Length > 0)];
        Assert.True(onward.Length >= 50, $"{onward.Length} forwarded calls");
        Assert.All(onward, attempt => Assert.Equal(attempt.IsAnswered, byId[attempt.Record.ForwardedFrom].IsAnswered));
        Assert.Contains(onward, attempt => new[] { attempt.A, attempt.B, byId[attempt.Record.ForwardedFrom].A, byId[attempt.Record.ForwardedFrom].B }.All(side => side.Outcome == "Rated"));
    }

    [Fact]
    public void Payphones_call_toll_free_numbers() =>
        Assert.Contains(RatedSides, side => side.Side.Class == "TollFree" && side.Record.Oli is "27" or "29" or "70" && side.Side.ChargeNanos > 300_000_000);

    [Theory]
    [InlineData("Adria National", "0")]
    [InlineData("Baltic In", "00")]
    [InlineData("Continental In", "*67")]
    [InlineData("Continental In", "810")]
    [InlineData("Continental Wholesale B", "9002*00")]
    public void Groups_write_numbers_in_ways_of_their_own(string group, string beginning) => Assert.Contains(
        RatedSides, side => side.Record.TrunkGroupA == group && side.Record.Dnis.StartsWith(beginning, StringComparison.Ordinal));

    [Fact]
    public void A_few_percent_of_the_calls_cannot_be_rated()
    {
        string[] fine = ["Advanced", "NotAnswered", "Rated"];
        decimal share = 100m * Rated.Value.Outcomes.Where(outcome => outcome.Key.Side == "A" && !fine.Contains(outcome.Key.Outcome)).Sum(outcome => outcome.Value) / Calls;
        Assert.InRange(share, 1m, 6m);
    }

    [Fact]
    public void The_carrier_earns_money() => Assert.InRange(100m * (decimal)(Rated.Value.RevenueNanos - Rated.Value.CostNanos) / (decimal)Rated.Value.RevenueNanos, 3m, 40m);

    [Fact]
    public void Some_records_come_twice_or_changed_or_broken()
    {
        Assert.True(Rated.Value.Repeats > Calls / 500, $"{Rated.Value.Repeats} repeats");
        Assert.True(Rated.Value.Conflicts > 0, "no conflicts");
        Assert.True(Rated.Value.Broken > 0, "no broken records");
    }

    [Fact]
    public void Some_records_come_hours_late()
    {
        long latestMs = 0;
        long mostLateMs = 0;
        SampleCalls.Rate(SampleCalls.Bytes(Calls, SampleFormat.Ndjson), attempt =>
        {
            latestMs = Math.Max(latestMs, attempt.Record.SetupMs!.Value);
            mostLateMs = Math.Max(mostLateMs, latestMs - attempt.Record.SetupMs.Value);
        });
        Assert.True(mostLateMs > 2 * 3_600_000, $"at most {mostLateMs} ms late");
    }

    [Fact]
    public void A_batch_made_again_is_the_same_whatever_was_made_before()
    {
        SampleTraffic traffic = SampleCalls.Traffic(Calls);
        byte[] ninth = SampleCalls.Batch(traffic, 9, SampleFormat.Ndjson);
        SampleCalls.Batch(traffic, 3, SampleFormat.Csv);
        Assert.Equal(ninth, SampleCalls.Batch(traffic, 9, SampleFormat.Ndjson));
        Assert.Equal(ninth, SampleCalls.Batch(SampleCalls.Traffic(Calls), 9, SampleFormat.Ndjson));
    }

    [Fact]
    public void The_batches_one_after_the_other_are_the_file()
    {
        SampleTraffic traffic = SampleCalls.Traffic(10_000);
        byte[] batches = [.. Enumerable.Range(0, traffic.BatchCount).SelectMany(batch => SampleCalls.Batch(traffic, batch, SampleFormat.Ndjson))];
        Assert.Equal(SampleCalls.Bytes(10_000, SampleFormat.Ndjson), batches);
    }

    [Fact]
    public void Another_seed_makes_other_calls() =>
        Assert.NotEqual(SampleCalls.Bytes(100, SampleFormat.Ndjson, seed: 1), SampleCalls.Bytes(100, SampleFormat.Ndjson, seed: 2));

    [Fact]
    public void Csv_and_ndjson_come_to_the_same()
    {
        OracleReport csv = SampleCalls.Rate(SampleCalls.Bytes(Calls, SampleFormat.Csv));
        Assert.Equal(Rated.Value.Rows, csv.Rows);
        Assert.Equal(Rated.Value.Quarantined, csv.Quarantined);
        Assert.Equal(Rated.Value.Repeats, csv.Repeats);
        Assert.Equal(Rated.Value.RevenueNanos, csv.RevenueNanos);
        Assert.Equal(Rated.Value.CostNanos, csv.CostNanos);
    }
}
