using Perimeter.Domain;
using Perimeter.Ingest.Sample;
using Perimeter.Oracle;
using Perimeter.Rating;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>The product and the oracle, which share no code, on the same calls of the same carrier: every field of every side.</summary>
public sealed class RaterAgainstOracleTests
{
    private const int BatchRows = 4_096;

    private readonly SideComparison _comparison = new(SampleFiles.Snapshot.Config.DestinationNames);
    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();
    private readonly List<AttemptResult> _expected = [];

    [Theory]
    [InlineData(1, 40_000)]
    [InlineData(2, 20_000)]
    [InlineData(3, 20_000)]
    public void Every_side_of_every_sample_call_is_what_the_oracle_says(ulong seed, long calls)
    {
        OracleReport report = SampleCalls.Rate(SampleCalls.Bytes(calls, SampleFormat.Ndjson, seed), Take);
        Compare();
        Assert.Equal(report.Rows, _comparison.Compared);
        Assert.True(report.Rows > calls, "fewer attempts than calls");
        _comparison.AssertNone($"seed {seed}");
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
        _rater.Rate(SampleFiles.Snapshot, _batch);
        for (int row = 0; row < _expected.Count; row++)
        {
            _comparison.Compare(_expected[row], _batch.A[row], _batch.B[row]);
        }

        _expected.Clear();
        _batch.Clear();
    }
}
