using System.Globalization;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>
/// Yesterday's CDR file sent again under another name, long after its keys have left memory: the roles as they run, from the file to ClickHouse, which the rating
/// engine asks in its own process or by the driver.
/// </summary>
public sealed class YesterdaysFileTests(EngineFixture fixture) : IDisposable
{
    private const int Lines = 5_000;
    private const int NextLines = 50;

    private const string TotalsSql =
        "SELECT count(), uniqExact(call_id), sum(revenue), sum(cost), (SELECT sum(revenue) FROM trunk_group_minutes) FROM rated_calls";

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-yesterday-").FullName;

    [Theory]
    [InlineData(Through.Engine)]
    [InlineData(Through.Driver)]
    public async Task Yesterdays_file_sent_again_changes_nothing_and_a_line_that_was_changed_is_one_conflict(Through through)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        IWarehouse warehouse = fixture.Reach(through);
        var clock = new ShiftedClock();
        string[] lines = [.. Enumerable.Range(0, Lines).Select(call => Line($"day1-{call}", clock.GetUtcNow().AddHours(-1), call))];
        await TakeAsync(warehouse, clock, "day1.ndjson", lines);
        string totals = Totals(engine);
        Assert.StartsWith($"{Lines}\t{Lines}\t", totals, StringComparison.Ordinal);

        // The next day: new calls in all partitions, so that the next start reads back no more than these.
        clock.Shift = Day;
        await TakeAsync(warehouse, clock, "day2.ndjson", [.. Enumerable.Range(0, NextLines).Select(call => Line($"day2-{call}", clock.GetUtcNow(), call))]);
        totals = Totals(engine);

        string[] again = [.. lines];
        again[17] = Line("day1-17", clock.GetUtcNow() - Day - TimeSpan.FromHours(1), 18);
        Counting keys = await TakeAsync(warehouse, clock, "day1-again.ndjson", again);
        Assert.Equal((Lines, Lines), (keys.Asked, keys.Found));
        Assert.Equal(totals, Totals(engine));
        Assert.Equal($"{Lines - 1}\t1\n", Query(engine, "SELECT sum(repeats), sum(conflicts) FROM passed_events"));
        Assert.Equal("Conflict\tday1-17\n", Query(engine, "SELECT reason, call_id FROM quarantined_events"));

        // What is old and never came before is charged, once, also where it comes twice in a file.
        string late = Line("late", clock.GetUtcNow() - Day, 3);
        await TakeAsync(warehouse, clock, "late.ndjson", [late, lines[3], late]);
        Assert.Equal($"{Lines + NextLines + 1}\t{Lines + NextLines + 1}\n", Query(engine, "SELECT count(), uniqExact(call_id) FROM rated_calls"));
        Assert.Equal($"{Lines + 1}\t1\n", Query(engine, "SELECT sum(repeats), sum(conflicts) FROM passed_events"));
    }

    [Fact]
    public async Task A_log_that_was_made_anew_charges_nothing_that_landed_from_the_one_before()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var clock = new ShiftedClock();
        string[] lines = [.. Enumerable.Range(0, 500).Select(call => Line($"before-{call}", clock.GetUtcNow(), call))];
        await TakeAsync(engine, clock, "calls.ndjson", lines);
        string totals = Totals(engine);
        Directory.Delete(Path.Combine(_folder, "log"), recursive: true);
        await TakeAsync(engine, clock, "calls.ndjson", lines);
        await TakeAsync(engine, clock, "again.ndjson", [.. lines.Reverse()]);
        Assert.Equal(totals, Totals(engine));
        Assert.Equal("1000\t0\n", Query(engine, "SELECT sum(repeats), sum(conflicts) FROM passed_events"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Line(string callId, DateTimeOffset setup, int seed) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"switch_id":"sw1","call_id":"{{callId}}","trunk_group_a":"customer-in","trunk_group_b":"vendor-out","ani":"12125550100","dnis":"442079460000","setup_time":"{{setup.AddSeconds(-700 - (seed % 900)):yyyy-MM-dd'T'HH:mm:ss'Z'}}","answer_time":"{{setup.AddSeconds(-690 - (seed % 900)):yyyy-MM-dd'T'HH:mm:ss'Z'}}","duration_ms":{{1000 + (seed * 7 % 600_000)}},"lrn":"{{(seed % 3 == 0 ? "12125550000" : "")}}","mos":4.{{seed % 10}}}""");

    private static string Totals(EmbeddedClickHouse engine) => Query(engine, TotalsSql);

    private static string Query(EmbeddedClickHouse engine, string sql)
    {
        using ClickHouseConnection connection = engine.Connect();
        return connection.QueryText(sql);
    }

    /// <summary>One start of all roles: the file is taken, rated and landed.</summary>
    private async Task<Counting> TakeAsync(IWarehouse warehouse, ShiftedClock clock, string name, string[] lines)
    {
        string file = Path.Combine(_folder, name);
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        await using EmbeddedLog log = await EmbeddedLog.OpenAsync(
            new EmbeddedLogOptions
            {
                Folder = Path.Combine(_folder, "log"), PartitionCount = 2, MinFreeBytes = 0, Time = clock,
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
        using var landed = new LandedKeys(warehouse);
        var counting = new Counting(landed);
        Task[] roles =
        [
            RatingEngineRole.RunAsync(log, counting, snapshots, new RatingEngineOptions(), new RatingEngineState(), clock, stop.Token),
            AggregatorRole.RunAsync(log, fixture.Open(), new AggregatorOptions { MaxDelay = TimeSpan.FromMilliseconds(20) }, new AggregatorState(), stop.Token),
        ];
        await using (FileIngest files = await FileIngest.OpenAsync(log, new IngestLimits(), clock, new IngestCounters(), "", stop.Token))
        {
            FileIngestResult taken = await files.TakeAsync(file, new FileIngestOptions(), null, stop.Token);
            Assert.Equal((lines.Length, 0), (taken.Accepted, taken.Quarantined));
        }

        using var tooLong = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!roles.Any(role => role.IsCompleted) && !IsDrained(log.Status()))
        {
            await Task.Delay(10, tooLong.Token);
        }

        await stop.CancelAsync();
        await Task.WhenAll(roles);
        Assert.True(IsDrained(log.Status()));
        return counting;
    }

    private static bool IsDrained(LogStatus log) => log.Partitions.Where(partition => partition.Topic != Topics.FilePositions).All(partition =>
        log.Cursors.Any(cursor => cursor.Topic == partition.Topic && cursor.Partition == partition.Partition && cursor.NextFrame == partition.EndFrame)
        || partition.EndFrame == 0);

    /// <summary>The machine's clock, some days on.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }

    /// <summary>Counts what is looked up.</summary>
    private sealed class Counting(ILandedKeys keys) : ILandedKeys
    {
        private int _asked;
        private int _found;

        public int Asked => _asked;

        public int Found => _found;

        public Task<bool> AnyBeforeAsync(long instantMs, CancellationToken cancellationToken) => keys.AnyBeforeAsync(instantMs, cancellationToken);

        public Task<ulong> LandedToAsync(ulong incarnation, int partition, CancellationToken cancellationToken) => keys.LandedToAsync(incarnation, partition, cancellationToken);

        public async Task<IReadOnlyDictionary<UInt128, UInt128>> FindAsync(IReadOnlyList<LandedKeyQuestion> questions, CancellationToken cancellationToken)
        {
            IReadOnlyDictionary<UInt128, UInt128> found = await keys.FindAsync(questions, cancellationToken);
            Interlocked.Add(ref _asked, questions.Count);
            Interlocked.Add(ref _found, found.Count);
            return found;
        }
    }
}
