using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Ingest.Sample;
using Perimeter.Oracle;
using Perimeter.Rating;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>
/// The bytes of a switch through the product's own steps (parse and check, frame, deduplicate, rate, frame), against the oracle, which reads the same bytes
/// with its own reader: the same rows to the last digit, and the same counts of repeats, conflicts and broken records.
/// </summary>
public sealed class WholeWayAgainstOracleTests
{
    private const long Calls = 20_000;

    private readonly CallIntake _intake = new(1, new IngestLimits(), TimeProvider.System);
    private readonly JsonCallRecords _json = new();
    private readonly BatchRating _rating;
    private readonly RatingUnit _unit = new(partition: 0);
    private readonly RatedCallBatch _rated = new();
    private readonly Dictionary<string, AttemptResult> _expected = [];
    private readonly SideComparison _comparison = new(SampleFiles.Snapshot.Config.DestinationNames);
    private long _frame;
    private long _repeats;
    private long _conflicts;
    private long _broken;

    public WholeWayAgainstOracleTests()
    {
        DeduplicationOptions options = new();
        _rating = new BatchRating(new DeduplicationState(options, new KeyBudget(options.MaxKeys)), new EventReading(new CallMessageLimits(), partitionCount: 1));
    }

    [Theory]
    [InlineData(SampleFormat.Ndjson)]
    [InlineData(SampleFormat.Csv)]
    public void The_whole_way_comes_to_what_the_oracle_says(SampleFormat format)
    {
        OracleReport report = SampleCalls.Rate(SampleCalls.Bytes(Calls, format), attempt => _expected.Add(attempt.Record.Key, attempt));
        SampleTraffic traffic = SampleCalls.Traffic(Calls);
        for (int batch = 0; batch < traffic.BatchCount; batch++)
        {
            Post(SampleCalls.Batch(traffic, batch, format), format);
        }

        _comparison.AssertNone(format.ToString());
        Assert.Empty(_expected);
        Assert.Equal(report.Rows, _comparison.Compared);
        Assert.Equal((report.Repeats, report.Conflicts, report.Broken), (_repeats, _conflicts, _broken));
    }

    private void Post(byte[] body, SampleFormat format)
    {
        _intake.Begin("http", FrameSource.None);
        if (format == SampleFormat.Ndjson)
        {
            NdjsonCallRecords.ReadBody(body, _json, _intake);
        }
        else
        {
            using MemoryStream stream = new(body);
            CsvCallRecords.ReadBody(stream, _intake);
        }

        _broken += _intake.Quarantined.Count;
        Rate([.. _intake.ToFrames().Where(frame => frame.Topic == Topics.CallEvents)]);
    }

    private void Rate(List<LogOutput> frames)
    {
        LogFrame[] read = [.. frames.Select(frame => new LogFrame(new LogPosition(1, 0, _frame++, 0), SampleTraffic.FirstSetup.ToUnixTimeMilliseconds(), frame.Payload))];
        _rating.Fill(_unit, read, SampleFiles.Snapshot);
        Assert.Equal(0, _rating.Old.Count);
        _rating.Complete(_unit, FrameSource.None, new Dictionary<UInt128, UInt128>(), SampleFiles.Snapshot);
        Assert.Equal(_frame, _unit.NextFrame);
        _repeats += _unit.Passed.Repeats;
        _conflicts += _unit.Passed.Conflicts;
        foreach (LogOutput output in _unit.Outputs.Where(output => output.Topic == Topics.RatedCalls))
        {
            RatedCallFrame.Read(output.Payload.Span, _rated);
            for (int row = 0; row < _rated.Count; row++)
            {
                Compare(row);
            }
        }
    }

    private void Compare(int row)
    {
        ref CallEvent rated = ref _rated.Events[row];
        TextArena texts = _rated.Events.Texts;
        string key = $"{texts.GetString(rated.SwitchId)}\0{texts.GetString(rated.CallId)}\0{rated.Attempt}";
        Assert.True(_expected.Remove(key, out AttemptResult? expected), $"{key} was rated twice, or not at all by the oracle");
        _comparison.Compare(expected, _rated.A[row], _rated.B[row]);
    }
}
