using System.Globalization;
using System.Text.Json;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>Records made to do harm, from a file through the log, the rating engine and the aggregator, as one process runs them, into ClickHouse.</summary>
public sealed class PoisonTests(EngineFixture fixture, ITestOutputHelper output) : IDisposable
{
    private const int Lines = 3_000;

    private const string RowsSql =
        "SELECT call_id, toString(attempt) AS attempt, switch_id, trunk_group_a_received AS trunk_group_a, trunk_group_b_received AS trunk_group_b, ifNull(toString(source_port), '') AS source_port,"
        + " source_ip, protocol, tech_prefix, vendor_trunk, ani, dnis, ani_sent, dnis_sent, lrn, oli, refusal, released_by, codec, media_ip, forwarded_from, toString(final) AS final,"
        + " ifNull(toString(route_revision), '') AS route_revision, toString(sip_code) AS sip_code, toString(pdd_ms) AS pdd_ms, toString(mos_thousandths) AS mos,"
        + " toString(toUnixTimestamp64Milli(setup_time)) AS setup_time, ifNull(toString(toUnixTimestamp64Milli(progress_time)), '') AS progress_time,"
        + " ifNull(toString(toUnixTimestamp64Milli(answer_time)), '') AS answer_time, toString(toUnixTimestamp64Milli(end_time)) AS end_time,"
        + " ifNull(toString(toUnixTimestamp64Milli(answer_time_b)), '') AS answer_time_b, ifNull(toString(toUnixTimestamp64Milli(end_time_b)), '') AS end_time_b"
        + " FROM rated_calls ORDER BY call_id FORMAT JSONEachRow";

    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-poison-").FullName;

    [Fact]
    public async Task Every_record_lands_once_as_it_was_sent_or_is_put_aside_and_none_stops_the_others()
    {
        int seed = Environment.GetEnvironmentVariable("PERIMETER_POISON_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"PERIMETER_POISON_SEED={seed}");
        EmbeddedClickHouse engine = fixture.Empty();
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var records = new PoisonRecords(seed, nowMs);
        PoisonRecord[] sent = [.. Enumerable.Range(0, Lines).Select(_ => records.Next())];
        string file = Path.Combine(_folder, "poison.ndjson");
        await using (FileStream stream = File.Create(file))
        {
            foreach (PoisonRecord record in sent)
            {
                await stream.WriteAsync(record.Line, TestContext.Current.CancellationToken);
                stream.WriteByte((byte)'\n');
            }
        }

        FileIngestResult taken = await RunAsync(engine, file);
        Assert.Equal(Lines + 1, taken.NextLine);
        AssertAccountedFor(engine, sent, taken);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertAccountedFor(EmbeddedClickHouse engine, PoisonRecord[] sent, FileIngestResult taken)
    {
        using ClickHouseConnection connection = engine.Connect();
        Dictionary<string, Dictionary<string, string>> landed = [];
        foreach (string row in connection.QueryText(RowsSql).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Dictionary<string, string> columns = JsonSerializer.Deserialize<Dictionary<string, string>>(row)!;
            Assert.True(landed.TryAdd(columns["call_id"], columns), $"{columns["call_id"]} landed twice.");
        }

        HashSet<long> aside = [.. connection.QueryText("SELECT DISTINCT place FROM quarantined_events WHERE startsWith(source, 'file:')")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(place => long.Parse(place, CultureInfo.InvariantCulture))];
        string[] withoutAnswer = connection.QueryText($"SELECT call_id FROM quarantined_events WHERE source = 'topic:{Topics.CallEvents}' AND startsWith(message, 'Its sip_code')")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"{withoutAnswer.Length}\n", connection.QueryText("SELECT count() FROM quarantined_events WHERE NOT startsWith(source, 'file:')"));
        long live = long.Parse(connection.QueryText("SELECT sum(started) + sum(answered) FROM passed_events"), CultureInfo.InvariantCulture);
        Assert.Equal("0\t0\n", connection.QueryText("SELECT sum(repeats), sum(conflicts) FROM passed_events"));
        Assert.Equal(sent.Length, landed.Count + withoutAnswer.Length + aside.Count + live);
        Assert.Equal(taken.Accepted, landed.Count + withoutAnswer.Length + live);
        Assert.InRange(landed.Count, sent.Length / 20, sent.Length - (sent.Length / 20));

        for (int i = 0; i < sent.Length; i++)
        {
            Dictionary<string, string>? row = null;
            if (sent[i].Ended && sent[i].Expected.TryGetValue("call_id", out string? callId))
            {
                bool accepted = !aside.Contains(i + 1);
                bool unanswered = accepted && SaysAnsweredAndNotWhen(sent[i].Expected);
                Assert.True(landed.TryGetValue(callId, out row) == (accepted && !unanswered), $"Line {i + 1} neither landed nor was put aside, or both.");
                Assert.True(withoutAnswer.Contains(callId) == unanswered, $"Line {i + 1} says {(unanswered ? "" : "no more than ")}that it was answered, and was {(unanswered ? "not " : "")}put aside for it.");
            }

            if (row is not null)
            {
                AssertAsSent(i + 1, sent[i].Expected, row);
            }
        }
    }

    /// <summary>Whether the rating engine has to put an ended record aside, as no answered event of its call is there to tell when it was answered.</summary>
    private static bool SaysAnsweredAndNotWhen(IReadOnlyDictionary<string, string> expected) =>
        expected.GetValueOrDefault("answer_time") == "" && expected.GetValueOrDefault("refusal", "").Length == 0
        && int.TryParse(expected.GetValueOrDefault("sip_code"), CultureInfo.InvariantCulture, out int code) && code is >= 200 and < 300;

    private static void AssertAsSent(int line, IReadOnlyDictionary<string, string> expected, Dictionary<string, string> row)
    {
        foreach ((string field, string value) in expected)
        {
            string wanted = field switch
            {
                "duration_ms" => "",
                "mos" => value.Length == 0 ? "-1" : (decimal.Parse(value, CultureInfo.InvariantCulture) * 1000).ToString("0", CultureInfo.InvariantCulture),
                "sip_code" or "pdd_ms" when value.Length == 0 => "-1",
                "attempt" when value.Length == 0 => "1",
                _ when field.EndsWith("_time", StringComparison.Ordinal) || field.EndsWith("_time_b", StringComparison.Ordinal) => Ms(value),
                _ => value == "-0" ? "0" : value,
            };
            bool computed = field == "duration_ms" || (field == "end_time" && wanted.Length == 0);
            Assert.True(computed || row[field] == wanted, $"Line {line}: {field} was sent as '{wanted}' and landed as '{row.GetValueOrDefault(field)}'.");
        }
    }

    /// <summary>The instant that a JSON value stands for, in milliseconds of UTC.</summary>
    private static string Ms(string json) => json.StartsWith('"')
        ? DateTimeOffset.Parse(json.Trim('"'), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)
        : json;

    private async Task<FileIngestResult> RunAsync(EmbeddedClickHouse engine, string file)
    {
        await using EmbeddedLog log = await EmbeddedLog.OpenAsync(
            new EmbeddedLogOptions
            {
                Folder = Path.Combine(_folder, "log"), PartitionCount = 3, MinFreeBytes = 0,
                Groups =
                [
                    new LogGroup(Topics.CallEvents, RatingEngineRole.Group), new LogGroup(Topics.RatedCalls, AggregatorRole.Group),
                    new LogGroup(Topics.Quarantine, AggregatorRole.Group), FileIngest.Group,
                ],
            },
            TestContext.Current.CancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var snapshots = new CurrentSnapshot();
        Assert.True(snapshots.TrySwap(RatingSnapshot.Compile(PoisonCarrier.Config(), previous: null)));
        using var landed = new LandedKeys(engine);
        Task[] roles =
        [
            RatingEngineRole.RunAsync(log, landed, snapshots, new RatingEngineOptions(), new RatingEngineState(), TimeProvider.System, stop.Token),
            AggregatorRole.RunAsync(log, engine, new AggregatorOptions { MaxDelay = TimeSpan.FromMilliseconds(20) }, new AggregatorState(), stop.Token),
        ];
        FileIngestResult taken;
        await using (FileIngest files = await FileIngest.OpenAsync(log, new IngestLimits(), TimeProvider.System, new IngestCounters(), "", stop.Token))
        {
            taken = await files.TakeAsync(file, new FileIngestOptions(), null, stop.Token);
        }

        using var tooLong = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!roles.Any(role => role.IsCompleted) && !IsDrained(log.Status()))
        {
            await Task.Delay(10, tooLong.Token);
        }

        await stop.CancelAsync();
        await Task.WhenAll(roles);
        Assert.True(IsDrained(log.Status()));
        return taken;
    }

    private static bool IsDrained(LogStatus log) => log.Partitions.Where(partition => partition.Topic != Topics.FilePositions).All(partition =>
        log.Cursors.Any(cursor => cursor.Topic == partition.Topic && cursor.Partition == partition.Partition && cursor.NextFrame == partition.EndFrame)
        || partition.EndFrame == 0);
}
