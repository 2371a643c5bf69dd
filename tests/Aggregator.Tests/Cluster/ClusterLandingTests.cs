using Perimeter.Aggregator.Landing;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Server;

namespace Perimeter.Aggregator.Tests.Cluster;

/// <summary>Landing into two shards, as far as an engine without Keeper shows it (<see cref="EmulatedCluster"/> tells what it does not).</summary>
public sealed class ClusterLandingTests(EngineFixture fixture)
{
    public static TheoryData<string> CrashPoints() => [.. CrashingTable.Points.Where(static point => !point.EndsWith("catch-up", StringComparison.Ordinal)), "before commit"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_lands_in_one_shard_is_read_in_both(int shard)
    {
        var cluster = new EmulatedCluster(fixture);
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 3);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(1);
        Landings.AppendTo(partition, calls, oracle, 300);
        Landings.AppendTo(partition, calls, oracle, 0);
        Landings.AppendTo(partition, calls, oracle, 200);
        using ClickHouseServer server = cluster.Server(shard);
        AggregatorState state = await Landings.LandAsync(server, partition);
        Assert.Null(state.RatedCalls.LastError);
        AssertExact(cluster, oracle);
        Assert.Equal((500, 0), (RowsOf(cluster, shard), RowsOf(cluster, 3 - shard)));
    }

    [Theory]
    [MemberData(nameof(CrashPoints))]
    public async Task The_next_owner_goes_on_in_another_shard_wherever_the_last_one_died(string point)
    {
        var cluster = new EmulatedCluster(fixture);
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(2);
        for (int frame = 0; frame < 6; frame++)
        {
            Landings.AppendTo(partition, calls, oracle, frame == 2 ? 0 : 20);
        }

        int passed = 0;
        int dying = point.EndsWith("marks", StringComparison.Ordinal) ? 1 : 2;
        using ClickHouseServer first = cluster.Server(1);
        await Assert.ThrowsAsync<KilledException>(() => Landings.LandAsync(
            first, partition, at =>
            {
                if (at == point && ++passed == dying)
                {
                    throw new KilledException(point);
                }
            },
            static () => 2));
        cluster.Settled.Clear();
        using ClickHouseServer second = cluster.Server(2);
        await Landings.LandAsync(second, partition);
        AssertExact(cluster, oracle);
        Assert.Equal(1, cluster.Settled["rated_calls"]);
    }

    [Fact]
    public async Task Sums_that_are_missing_are_added_in_the_new_owners_shard_from_rows_in_the_old_ones()
    {
        var cluster = new EmulatedCluster(fixture);
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        Landings.AppendTo(partition, new RandomCalls(3), oracle, 100);
        using ClickHouseServer first = cluster.Server(1);
        using ClickHouseServer second = cluster.Server(2);
        await Assert.ThrowsAsync<KilledException>(() => Landings.LandAsync(first, partition, static at => _ = at == "after rows" ? throw new KilledException(at) : 0));
        await Landings.LandAsync(second, partition);
        using ClickHouseConnection connection = cluster.Connect(1);
        Assert.Equal("100\t0\t0\t1\n", connection.QueryText(
            "SELECT (SELECT count() FROM shard1.rated_calls_local), (SELECT count() FROM shard2.rated_calls_local), "
            + "(SELECT count() FROM shard1.trunk_group_minutes_landed_local), (SELECT countIf(side = 'Marker') FROM shard2.trunk_group_minutes_landed_local)"));
        AssertExact(cluster, oracle);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Owners_that_die_at_random_in_either_shard_and_inserts_that_fail_leave_rows_and_sums_exact(int seed)
    {
        var cluster = new EmulatedCluster(fixture);
        var random = new Random(seed);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(seed);
        MemoryPartition[] partitions = [new(Topics.RatedCalls, 7, 0), new(Topics.RatedCalls, 7, 1)];
        for (int start = 0; start < 10; start++)
        {
            MemoryPartition partition = partitions[random.Next(2)];
            for (int frame = random.Next(5); frame >= 0; frame--)
            {
                Landings.AppendTo(partition, calls, oracle, random.Next(4) == 0 ? 0 : random.Next(1, 30), RandomCalls.BaseMs + (start * 86_400_000L * 9));
            }

            int untilDeath = random.Next(1, 25);
            var transport = new FaultyTransport(_ => random.Next(4) > 0 ? Fault.None : (Fault)random.Next(1, 7));
            using ClickHouseServer server = cluster.Server(random.Next(1, 3), transport);
            try
            {
                await Landings.LandAsync(server, partition, at => _ = --untilDeath == 0 ? throw new KilledException(at) : 0, () => random.Next(1, 4));
            }
            catch (KilledException)
            {
                // Another goes on with it, in the same shard or the other.
            }

            // What he had sent and not heard of comes now, under a claim that is not the last.
            await transport.DeliverAsync();
        }

        foreach (MemoryPartition partition in partitions)
        {
            using ClickHouseServer server = cluster.Server(random.Next(1, 3));
            await Landings.LandAsync(server, partition);
        }

        AssertExact(cluster, oracle);
    }

    [Fact]
    public async Task A_zombie_in_mid_insert_in_one_shard_is_ended_from_the_other()
    {
        var cluster = new EmulatedCluster(fixture);
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        Landings.AppendTo(partition, new RandomCalls(6), oracle, 50);
        var held = new HeldInsert();
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using ClickHouseServer of = cluster.Server(1, held.Transport);
        var zombieState = new AggregatorState();
        await using var lanes = new LandingLanes(of, 1, Landings.Options, zombieState, static () => new RatedCallTable());
        Task zombie = new PartitionLanding(new MemoryReader(partition, end.CancelAsync), lanes, Landings.Options, zombieState).RunAsync(end.Token);
        await held.Held.WaitAsync(end.Token);

        using ClickHouseServer next = cluster.Server(2);
        await Landings.LandAsync(next, partition);
        AssertExact(cluster, oracle);

        held.GoOn();
        await Landings.StandsStillAsync(zombieState, zombie, end.Token);

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => zombie);
        AssertExact(cluster, oracle);
        Assert.Equal((0, 50), (RowsOf(cluster, 1), RowsOf(cluster, 2)));
    }

    private static int RowsOf(EmulatedCluster cluster, int shard)
    {
        using ClickHouseConnection connection = cluster.Connect(shard);
        return int.Parse(connection.QueryText("SELECT count() FROM rated_calls_local").TrimEnd('\n'), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Whichever server is asked.</summary>
    private static void AssertExact(EmulatedCluster cluster, LandedOracle oracle)
    {
        for (int shard = 1; shard <= 2; shard++)
        {
            using ClickHouseConnection connection = cluster.Connect(shard);
            Landings.AssertExact(connection, oracle);
        }
    }
}
