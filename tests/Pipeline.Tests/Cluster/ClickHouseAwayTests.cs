using System.Diagnostics;
using System.Globalization;
using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>
/// Back-pressure from end to end: ClickHouse goes away while a switch goes on at its rate. What waits, waits on Kafka and not in memory, everybody can see that it does, and
/// when ClickHouse is back every call lands once.
/// </summary>
/// <remarks>
/// The log is new, so that memory has the key of every call there ever was, and none is looked up in ClickHouse: rating goes on without it. (Calls that must be looked up wait for
/// it, and their partition with them, as does an engine that takes a partition over: <c>LandingWatchTests</c>.) Keys have to grow with the calls of the horizon, and are left out of
/// what may not: as keys counts what the engine itself tells that they take, in <see cref="KeyMemory"/>, and nothing else.
/// </remarks>
public sealed class ClickHouseAwayTests
{
    /// <summary>Half of what B6b drains, one call a message, on the two cores that the bench was measured on while others used them too: 55,000 events/s.</summary>
    private const int HalfOfB6bPerSecond = 25_000;

    /// <summary>Less in CI: what waits after half a minute has to land in little more.</summary>
    private const int ShortPerSecond = 8_000;

    /// <summary>Of its level while ClickHouse was there.</summary>
    private const double MostGrowth = 0.10;

    private const int MostWarmUpMinutes = 10;
    private const string KeyMemory = "perimeter_rating_keys_memory_bytes";

    /// <summary>Rows of one question, so that their keys fit a reader's memory.</summary>
    private const long RowsAtOnce = 2_000_000;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task With_ClickHouse_away_calls_wait_on_Kafka_and_not_in_memory()
    {
        int seed = Chaos.Seed();
        int perSecond = Chaos.IsOn ? HalfOfB6bPerSecond : ShortPerSecond;
        TimeSpan window = TimeSpan.FromSeconds(Chaos.IsOn ? 60 : 8);
        TimeSpan away = TimeSpan.FromSeconds(Chaos.IsOn ? 600 : 30);
        SampleRecords records = (await SampleRecords.MakeAsync(Chaos.IsOn ? 100_000 : 10_000, seed)).WithoutPoison();
        IReadOnlyList<string> expected = records.ExpectedRows();
        await using Cluster cluster = await Cluster.StartAsync(ingests: 0, engines: 1, aggregators: 1, isQuickToLose: false);
        (RoleProcess engine, RoleProcess aggregator) = (cluster.Engines[0], cluster.Aggregators[0]);
        SwitchOnKafka calls = new(records, perSecond);
        using CancellationTokenSource enough = new();
        Task<int> sending = calls.SendAsync(cluster.Kafka.Bootstrap, enough.Token);

        // Warm when memory grows no more: on a busy machine that takes its time.
        (long engineLevel, long aggregatorLevel) = await WatchAsync(window);
        for ((long Engine, long Aggregator) earlier = (0, 0); IsStillGrowing(engineLevel, earlier.Engine) || IsStillGrowing(aggregatorLevel, earlier.Aggregator);)
        {
            Assert.True(calls.Sent < MostWarmUpMinutes * 60L * perSecond, $"Memory still grows after {calls.Sent} calls, with ClickHouse there.");
            earlier = (engineLevel, aggregatorLevel);
            (long engineNow, long aggregatorNow) = await WatchAsync(window);
            (engineLevel, aggregatorLevel) = (Math.Max(engineLevel, engineNow), Math.Max(aggregatorLevel, aggregatorNow));
        }

        (long residentBefore, long keysBefore) = (engine.ResidentBytes(), await engine.MetricAsync(KeyMemory));
        long before = await LagAsync();

        cluster.Warehouse.Kill();
        long since = Stopwatch.GetTimestamp();
        await aggregator.WaitUntilNotReadyAsync();
        TimeSpan noticed = Stopwatch.GetElapsedTime(since);
        (long engineMost, long aggregatorMost) = await WatchAsync(away - noticed);
        long waiting = await LagAsync();

        (long residentAfter, long keysAfter) = (engine.ResidentBytes(), await engine.MetricAsync(KeyMemory));
        string why = await aggregator.NotReadyBecauseAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{perSecond} messages/s, {calls.Sent} sent, {noticed.TotalSeconds:0.0} s until it was said; MiB resident with ClickHouse and without: rating engine {residentBefore >> 20} and {residentAfter >> 20}, "
            + $"its keys {keysBefore >> 20} and {keysAfter >> 20}, but for them at most {engineLevel >> 20} and {engineMost >> 20} ({Growth(engineLevel, engineMost)}), "
            + $"aggregator at most {aggregatorLevel >> 20} and {aggregatorMost >> 20} ({Growth(aggregatorLevel, aggregatorMost)}); its lag in frames {before} and {waiting}; {why}");
        Assert.Contains("landing waits", why, StringComparison.Ordinal);
        Assert.Equal("", await engine.NotReadyBecauseAsync());
        Assert.Equal(0, await aggregator.MetricAsync("perimeter_ready"));
        Assert.True(waiting > before + 100, $"The lag was {before} frames, and is {waiting} after {away.TotalSeconds} s without ClickHouse.");
        Assert.InRange(engineMost, 0, (long)(engineLevel * (1 + MostGrowth)));
        Assert.InRange(aggregatorMost, 0, (long)(aggregatorLevel * (1 + MostGrowth)));

        await cluster.Warehouse.LiveAsync();
        since = Stopwatch.GetTimestamp();
        await enough.CancelAsync();
        int cycles = await sending;
        await cluster.WaitForAsync("SELECT count() FROM rated_calls", (long)cycles * expected.Count, away * 4 + TimeSpan.FromMinutes(3));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{calls.Sent} messages, drained {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s after ClickHouse was back; then resident: aggregator {aggregator.ResidentBytes() >> 20} MiB");
        await aggregator.WaitUntilReadyAsync();
        await engine.WaitUntilReadyAsync();

        // One cycle is what the oracle says, call by call, and in all others each call came to the same.
        await Landed.MatchesAsync(cluster.QueryAsync, expected, "-0");
        Dictionary<int, Cycle> landed = await CyclesAsync(cluster.QueryAsync, (int)((cycles * (long)expected.Count) / RowsAtOnce) + 1);
        Assert.Equal(Enumerable.Range(0, cycles), landed.Keys.Order());
        Assert.All(landed.Values, cycle => Assert.Equal(new Cycle(expected.Count, expected.Count, landed[0].Content), cycle));

        static bool IsStillGrowing(long now, long earlier) => now > earlier * (1 + MostGrowth / 5);

        static string Growth(long before, long after) => string.Create(CultureInfo.InvariantCulture, $"{(100.0 * after / before) - 100:+0.0;-0.0} %");

        Task<long> LagAsync() => aggregator.MetricAsync(RoleProcess.LandingLag, "topic=\"rated-calls\"");

        async Task<(long Engine, long Aggregator)> WatchAsync(TimeSpan time)
        {
            (long mostOfEngine, long mostOfAggregator) = (0, 0);
            long began = Stopwatch.GetTimestamp();
            using PeriodicTimer timer = new(Look);
            do
            {
                // Keys are told when a unit of work is committed, and are in memory before: so they are asked a while after it.
                long resident = engine.ResidentBytes();
                mostOfAggregator = Math.Max(mostOfAggregator, aggregator.ResidentBytes());
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
                Assert.False(sending.IsCompleted, sending.Exception?.ToString());
                Assert.False(engine.Process.HasExited || aggregator.Process.HasExited, cluster.Errors());
                mostOfEngine = Math.Max(mostOfEngine, resident - await engine.MetricAsync(KeyMemory));
            }
            while (Stopwatch.GetElapsedTime(began) < time);

            return (mostOfEngine, mostOfAggregator);
        }
    }

    /// <summary>What landed of each cycle; asked in parts, by call.</summary>
    private static async Task<Dictionary<int, Cycle>> CyclesAsync(Query query, int parts)
    {
        Dictionary<int, Cycle> cycles = [];
        for (int part = 0; part < parts; part++)
        {
            foreach (string[] row in await query(
                "SELECT extract(call_id, '-([0-9]+)$') AS cycle, count(), uniqExact(switch_id, call_id, attempt), "
                + "sum(cityHash64(switch_id, extract(call_id, '^[^-]*'), attempt, outcome_a, code_a, billed_seconds_a, charge_a, outcome_b, code_b, billed_seconds_b, charge_b)) "
                + $"FROM rated_calls WHERE cityHash64(call_id) % {parts} = {part} GROUP BY cycle"))
            {
                int number = int.Parse(row[0], CultureInfo.InvariantCulture);
                Cycle so = cycles.GetValueOrDefault(number);
                cycles[number] = new Cycle(
                    so.Rows + long.Parse(row[1], CultureInfo.InvariantCulture), so.Calls + long.Parse(row[2], CultureInfo.InvariantCulture),
                    unchecked(so.Content + ulong.Parse(row[3], CultureInfo.InvariantCulture)));
            }
        }

        return cycles;
    }

    /// <summary>What landed of the calls of one cycle.</summary>
    /// <param name="Rows">In rated_calls.</param>
    /// <param name="Calls">Keys that differ.</param>
    /// <param name="Content">The sum of the rows' hashes, but for the cycle: the same where every row is.</param>
    private readonly record struct Cycle(long Rows, long Calls, ulong Content);
}
