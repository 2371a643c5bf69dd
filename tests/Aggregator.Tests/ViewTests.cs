using System.Runtime.CompilerServices;
using System.Text;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>The views that the summary is made of, over eight attempts that a person can add up.</summary>
public sealed class ViewTests(EngineFixture fixture)
{
    private const long Noon = 1_772_366_400_000; // 2026-03-01T12:00:00Z

    private static readonly string[] Views =
    [
        "totals", "margin_by_relationship_and_day", "margin_by_call_day_and_customer", "margin_by_trunk_group", "top_destinations", "asr_and_aloc_by_vendor",
        "unbilled_calls", "suspect_calls",
    ];

    [Fact]
    public async Task The_views_add_up_to_what_a_person_adds_up()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        partition.Append(RandomCalls.Frame(EightAttempts()), Noon);
        await Landings.LandAsync(engine, partition);
        using ClickHouseConnection connection = engine.Connect();
        Names.Publish(connection, TwoCompanies("Early Bird", new ConfigRevision(1)));
        Names.Publish(connection, TwoCompanies("Acme", new ConfigRevision(2)));
        Names.Publish(connection, TwoCompanies("Acme", new ConfigRevision(2)));
        var found = new StringBuilder();
        foreach (string view in Views)
        {
            found.Append("# ").Append(view).Append('\n').Append(connection.QueryText($"SELECT * FROM {view}", "CSVWithNames")).Append('\n');
        }

        Assert.Equal(await File.ReadAllTextAsync(GoldenFile(), TestContext.Current.CancellationToken), found.ToString());
    }

    [Fact]
    public async Task A_call_is_found_by_its_id_through_the_index_of_key_hashes()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        partition.Append(RandomCalls.Frame(EightAttempts()), Noon);
        await Landings.LandAsync(engine, partition);
        using ClickHouseConnection connection = engine.Connect();
        const string Where = "FROM rated_calls WHERE key_hash = xxHash64('c2') AND call_id = 'c2'";
        Assert.Equal("c2\t1\nc2\t2\n", connection.QueryText($"SELECT call_id, attempt {Where} ORDER BY attempt"));
        Assert.Contains("key_hash_index", connection.QueryText($"EXPLAIN indexes = 1 SELECT call_id {Where}", "TSVRaw"), StringComparison.Ordinal);
    }

    private static RatedCallBatch EightAttempts()
    {
        var batch = new RatedCallBatch();
        // Termination: 60 s sold at 0.10, bought at 0.06; then one that fails over, 120 s at 0.20 and 0.15.
        Add(batch, "c1", 1, 60, Side(1, Relation.Customer, 7, RatingOutcome.Rated, "0.10", 60), Side(3, Relation.Vendor, 7, RatingOutcome.Rated, "0.06", 60));
        Add(batch, "c2", 1, 0, Side(1, Relation.Customer, 7, RatingOutcome.Advanced), Side(3, Relation.Vendor, 7, RatingOutcome.NotAnswered), final: false);
        Add(batch, "c2", 2, 120, Side(1, Relation.Customer, 7, RatingOutcome.Rated, "0.20", 120), Side(4, Relation.Vendor, 7, RatingOutcome.Rated, "0.15", 120));
        batch.Events[^1].Marks = CallMarks.Suspect;
        // On-net: two revenues. Transit: two costs.
        Add(batch, "c3", 1, 30, Side(1, Relation.Customer, 8, RatingOutcome.Rated, "0.03", 30), Side(5, Relation.Customer, 8, RatingOutcome.Rated, "0.01", 30));
        Add(batch, "c4", 1, 30, Side(6, Relation.Vendor, 8, RatingOutcome.Rated, "0.02", 30), Side(3, Relation.Vendor, 8, RatingOutcome.Rated, "0.04", 30));
        // Answered, and nobody knows what to charge; refused before any vendor; not answered.
        Add(batch, "c5", 1, 5, Side(1, Relation.Customer, 0, RatingOutcome.NoCode), Side(3, Relation.Vendor, 7, RatingOutcome.Rated, "0.005", 5));
        Add(batch, "c6", 1, 0, Side(1, Relation.Customer, 8, RatingOutcome.Blocked), default);
        Add(batch, "c7", 1, 0, Side(1, Relation.Customer, 7, RatingOutcome.NotAnswered), Side(3, Relation.Vendor, 7, RatingOutcome.NotAnswered));
        batch.Revision = new ConfigRevision(2);
        batch.Passed = new PassedEvents(3, 1, 0, 0);
        return batch;
    }

    private static void Add(RatedCallBatch batch, string callId, ushort attempt, int seconds, RatedSide a, RatedSide b, bool final = true)
    {
        ref CallEvent added = ref batch.Events.Add();
        added.Attempt = attempt;
        added.Final = final;
        added.SetupMs = Noon;
        added.EndMs = Noon + 10_000 + (seconds * 1000);
        added.AnswerMs = seconds == 0 ? CallEvent.NoInstant : Noon + 10_000;
        added.CallId = batch.Events.Texts.Add(callId);
        batch.FitSides();
        batch.A[^1] = a;
        batch.B[^1] = b.Outcome == RatingOutcome.None ? new RatedSide { Outcome = RatingOutcome.NoTrunkGroup } : b;
        batch.ReceivedMs[^1] = Noon + 200_000;
    }

    private static RatedSide Side(int group, Relation relation, int destination, RatingOutcome outcome, string charge = "0", int billed = 0) => new()
    {
        TrunkGroup = new TrunkGroupId(group), Relationship = new RelationshipId(relation == Relation.Customer ? 1 : 2), Relation = relation, Outcome = outcome,
        Destination = new DestinationId(destination), Charge = Money.Parse(charge), SystemCharge = Money.Parse(charge), BilledSeconds = billed,
        Currency = CurrencyCode.Usd, ExchangeRate = ExchangeRate.One,
    };

    private static RatingConfig TwoCompanies(string customer, ConfigRevision revision) => new()
    {
        Revision = revision, SystemCurrency = CurrencyCode.Usd,
        Relationships =
        [
            new RelationshipConfig(new RelationshipId(1), customer, CurrencyCode.Usd, "UTC", Interval.Always),
            new RelationshipConfig(new RelationshipId(2), "Bulk Minutes", CurrencyCode.Usd, "UTC", Interval.Always),
        ],
        TrunkGroups = [.. Enumerable.Range(1, 6).Select(id => new TrunkGroupConfig(
            new TrunkGroupId(id), $"group {id}", new RelationshipId(id is 1 or 5 ? 1 : 2), Direction.Termination, id is 1 or 5 ? Relation.Customer : Relation.Vendor,
            NumberingForm.E164, "", Interval.Always))],
        Trunks = [], Assignments = [], ExchangeRates = [], Decks = [], EmergencyNumbers = [],
        DestinationNames = ["", "", "", "", "", "", "", "Spain, mobile", "Tonga"],
    };

    private static string GoldenFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", "views.txt");
}
