using System.Numerics;
using Perimeter.Domain;
using Perimeter.Ingest.Sample;
using Perimeter.Oracle;
using Perimeter.Rating;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>The product and the oracle, which share no code, on the same calls of the same carrier: every field of every side.</summary>
public sealed class RaterAgainstOracleTests
{
    private const int BatchRows = 4_096;
    private const int MostShown = 20;

    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();
    private readonly List<AttemptResult> _expected = [];
    private readonly List<string> _differences = [];

    [Theory]
    [InlineData(1, 60_000)]
    [InlineData(2, 20_000)]
    [InlineData(3, 20_000)]
    public void Every_side_of_every_sample_call_is_what_the_oracle_says(ulong seed, long calls)
    {
        OracleReport report = SampleCalls.Rate(SampleCalls.Bytes(calls, SampleFormat.Ndjson, seed), Take);
        Compare();
        Assert.True(report.Rows > calls, "no calls were compared");
        Assert.True(_differences.Count == 0, $"{_differences.Count} differences in {report.Rows} attempts of seed {seed}:\n{string.Join('\n', _differences.Take(MostShown))}");
    }

    private void Take(AttemptResult attempt)
    {
        _expected.Add(attempt);
        OracleEvents.Add(_batch.Events, attempt.Record);
        if (_expected.Count == BatchRows)
        {
            Compare();
        }
    }

    private void Compare()
    {
        RatingSnapshot snapshot = SampleFiles.Snapshot;
        _rater.Rate(snapshot, _batch);
        for (int row = 0; row < _expected.Count; row++)
        {
            Compare(snapshot, _expected[row], "A", _expected[row].A, _batch.A[row]);
            Compare(snapshot, _expected[row], "B", _expected[row].B, _batch.B[row]);
        }

        _expected.Clear();
        _batch.Clear();
    }

    private void Compare(RatingSnapshot snapshot, AttemptResult attempt, string name, SideResult expected, RatedSide actual)
    {
        List<string> different = [];
        void Same(string field, object of, object with)
        {
            if (!of.Equals(with))
            {
                different.Add($"{field}: oracle {of}, product {with}");
            }
        }

        Same("outcome", expected.Outcome, actual.Outcome.ToString());
        Same("trunk group", expected.TrunkGroup, actual.TrunkGroup.Value);
        Same("relationship", expected.Relationship, actual.Relationship.Value);
        Same("billed seconds", expected.BilledSeconds, (long)actual.BilledSeconds);
        Same("charge", expected.ChargeNanos, new BigInteger(actual.Charge.Nanos));
        Same("system charge", expected.SystemNanos, new BigInteger(actual.SystemCharge.Nanos));
        if (expected.Deck > 0)
        {
            Same("class", expected.Class, actual.Class.ToString());
            Same("deck", expected.Deck, actual.Deck.Value);
            Same("seconds", expected.Seconds, (long)actual.Seconds);
            Same("code", expected.Code, actual.Code.ToString());
            Same("currency", expected.Currency, actual.Currency.ToString());
            Same("destination", expected.Destination, snapshot.Config.DestinationNames[actual.Destination.Value]);
            Same("jurisdiction", expected.Jurisdiction.Length == 0 ? "None" : expected.Jurisdiction, actual.Jurisdiction.ToString());
            Same("rate", expected.RateNanos, new BigInteger(actual.Rate.NanosPerMinute));
        }

        if (different.Count > 0)
        {
            CallRecord record = attempt.Record;
            _differences.Add($"{record.SwitchId}/{record.CallId}/{record.Attempt} {name} of {record.Dnis} sent {record.DnisSent}: {string.Join("; ", different)}");
        }
    }
}
