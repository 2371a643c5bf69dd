using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using CsvHelper;
using CsvHelper.Configuration;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.Streaming;

namespace Perimeter.Micro;

/// <summary>
/// B5: from the bytes of a CDR file to rated columns, by the product's own path: rows read and checked as the switch edge checks them, framed, and
/// rated on both sides. Each operation is one row. Beside it CsvHelper, which only reads the fields of the same bytes.
/// </summary>
[MemoryDiagnoser]
public class CsvBenchmarks
{
    public const int Rows = 8 * RatingData.BatchRows;

    private readonly CallIntake _intake = new(1, new IngestLimits(), TimeProvider.System);
    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();
    private RatingSnapshot _snapshot = null!;
    private byte[] _file = [];

    [GlobalSetup]
    public void SetUp()
    {
        string[] codes = RatingData.DrawCodes(60_000);
        _snapshot = RatingData.Carrier(codes);
        _file = Write(codes);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public long CsvHelperReads()
    {
        using StreamReader text = new(new MemoryStream(_file));
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture));
        long length = 0;
        while (parser.Read())
        {
            for (int i = 0; i < parser.Count; i++)
            {
                length += parser[i].Length;
            }
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public long CsvToRated()
    {
        _intake.Begin("file:calls.csv", FrameSource.None);
        CsvCallRecords records = new(new Csv.CsvReader(new MemoryStream(_file), CsvCallRecords.OptionsFor(_intake.Limits)), CallRecordMapping.None);
        while (records.ReadRow(_intake, null))
        {
        }

        long rated = 0;
        foreach (LogOutput frame in _intake.ToFrames())
        {
            CallEventFrame.Read(frame.Payload.Span, _batch.Events);
            _rater.Rate(_snapshot, _batch);
            rated += _batch.Count;
        }

        return rated == Rows ? rated : throw new InvalidOperationException($"{rated} of {Rows} rows were rated.");
    }

    private static byte[] Write(string[] codes)
    {
        StringBuilder csv = new("switch_id,call_id,trunk_group_a,trunk_group_b,ani,dnis,lrn,setup_time,answer_time,end_time,sip_code\n");
        for (int part = 0; part < Rows; part += RatingData.BatchRows)
        {
            RatedCallBatch calls = RatingData.Calls(codes, RatingData.BatchRows);
            TextArena texts = calls.Events.Texts;
            foreach (ref readonly CallEvent call in calls.Events.Events)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{texts.GetString(call.SwitchId)},{part}-{texts.GetString(call.CallId)},{texts.GetString(call.TrunkGroupA)},")
                    .Append(CultureInfo.InvariantCulture, $"{texts.GetString(call.TrunkGroupB)},{texts.GetString(call.Ani)},{texts.GetString(call.Dnis)},")
                    .Append(CultureInfo.InvariantCulture, $"{texts.GetString(call.Lrn)},{Time(call.SetupMs)},{Time(call.AnswerMs)},{Time(call.EndMs)},200\n");
            }
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static string Time(long ms) =>
        ms == CallEvent.NoInstant ? "" : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
