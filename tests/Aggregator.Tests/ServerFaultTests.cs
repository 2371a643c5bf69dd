using FsCheck;
using FsCheck.Fluent;
using Perimeter.Aggregator.Landing;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>
/// Landing by the driver through a way that fails, to the writer's endpoint over the embedded engine. What this does not prove of a real server: that KILL QUERY
/// SYNC and system.processes cover an insert from before its guard is evaluated, quorum and replicas, and users. docs/operations.md says so too.
/// </summary>
public sealed class ServerFaultTests(EngineFixture fixture)
{
    [Fact]
    public void Faults_at_random_lose_nothing_and_double_nothing()
    {
        Dictionary<Fault, int> hits = [];
        Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(8),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            {
                foreach ((Fault fault, int count) in LandThroughFaultsAsync(seed).GetAwaiter().GetResult())
                {
                    hits[fault] = hits.GetValueOrDefault(fault) + count;
                }

                return true;
            }));
        Assert.All(Enum.GetValues<Fault>(), fault => Assert.True(hits.GetValueOrDefault(fault) > 0, $"No insert met {fault}."));
    }

    [Theory]
    [InlineData("landing_epochs")]
    [InlineData("rated_calls")]
    [InlineData("trunk_group_minutes_landed")]
    [InlineData("passed_events")]
    public async Task An_insert_that_was_given_up_and_comes_late_is_refused(string table)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(4);
        Landings.AppendTo(partition, calls, oracle, 10);
        Landings.AppendTo(partition, calls, oracle, 0);
        bool struck = false;
        var transport = new FaultyTransport(sql =>
        {
            bool strike = !struck && sql.Contains($"INTO {table}", StringComparison.Ordinal);
            struck |= strike;
            return strike ? Fault.Late : Fault.None;
        });
        AggregatorState state = await Landings.LandAsync(fixture.Reach(Through.Driver, transport), partition);
        await transport.DeliverAsync();
        Assert.Equal(1, transport.Hits[Fault.Late]);
        Assert.Null(state.RatedCalls.LastError);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task An_insert_whose_answer_is_lost_is_looked_for_and_found()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        Landings.AppendTo(partition, new RandomCalls(5), oracle, 10);
        int rowInserts = 0;
        var transport = new FaultyTransport(sql => sql.Contains("INTO rated_calls", StringComparison.Ordinal) && ++rowInserts == 1 ? Fault.AnswerLost : Fault.None);
        await Landings.LandAsync(fixture.Reach(Through.Driver, transport), partition);
        Assert.Equal(1, rowInserts);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task A_zombie_in_mid_insert_is_ended_and_lands_nothing_more()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        Landings.AppendTo(partition, new RandomCalls(6), oracle, 50);
        var held = new HeldInsert();
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var zombieState = new AggregatorState();
        await using var lanes = new LandingLanes(fixture.Reach(Through.Driver, held.Transport), 1, Landings.Options, zombieState, static () => new RatedCallTable());
        Task zombie = new PartitionLanding(new MemoryReader(partition, end.CancelAsync), lanes, Landings.Options, zombieState).RunAsync(end.Token);
        await held.Held.WaitAsync(end.Token);

        await Landings.LandAsync(fixture.Reach(Through.Driver), partition);
        Landings.AssertExact(engine, oracle);

        held.GoOn();
        await Landings.StandsStillAsync(zombieState, zombie, end.Token);

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => zombie);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task A_claim_of_one_that_was_given_up_keeps_the_owner_from_landing_no_longer_than_the_log_takes_to_confirm_it()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(9);
        Landings.AppendTo(partition, calls, oracle, 20);
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        bool isClaimed = false;
        var state = new AggregatorState();
        await using var lanes = new LandingLanes(fixture.Reach(Through.Driver), 1, Landings.Options, state, static () => new RatedCallTable());
        var reader = new MemoryReader(partition, () =>
        {
            if (isClaimed)
            {
                return end.CancelAsync();
            }

            // Another process claims it late, dies or hears that it is none of its, and lands nothing.
            isClaimed = true;
            fixture.Reach(Through.Driver).Claim($"{partition.Topic}/{partition.Incarnation}/{partition.Partition}");
            Landings.AppendTo(partition, calls, oracle, 20);
            return Task.CompletedTask;
        }) { IsConfirmed = true };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PartitionLanding(reader, lanes, Landings.Options, state).RunAsync(end.Token));
        Assert.Equal(partition.End, partition.Committed);
        Assert.Null(state.RatedCalls.LastError);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task A_partition_that_is_lost_in_the_middle_of_a_batch_keeps_none_of_the_others_from_landing()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        MemoryPartition lost = new(Topics.RatedCalls, 7, 0);
        MemoryPartition kept = new(Topics.RatedCalls, 7, 1);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(8);
        Landings.AppendTo(lost, calls, oracle, 20);
        Landings.AppendTo(kept, calls, oracle, 30);
        var held = new HeldInsert();
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var state = new AggregatorState();

        // Both are in the one batch, which is full when it has the rows of both.
        AggregatorOptions together = Landings.Options with { MaxDelay = TimeSpan.FromMinutes(10), MaxBatchRows = 50 };
        await using var lanes = new LandingLanes(fixture.Reach(Through.Driver, held.Transport), 1, together, state, static () => new RatedCallTable());
        var keptLanded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task ofLost = new PartitionLanding(new MemoryReader(lost, end.CancelAsync), lanes, together, state).RunAsync(end.Token);
        Task ofKept = new PartitionLanding(
            new MemoryReader(kept, () =>
            {
                keptLanded.TrySetResult();
                return Task.Delay(Timeout.Infinite, end.Token);
            }),
            lanes, together, state).RunAsync(end.Token);
        await held.Held.WaitAsync(end.Token);

        // Another process is given the one, lands it, and ends what this one had under way.
        Landings.AppendTo(kept, calls, oracle, 30);
        await Landings.LandAsync(fixture.Reach(Through.Driver), lost);
        held.GoOn();
        await keptLanded.Task.WaitAsync(end.Token);
        Landings.AssertExact(engine, oracle);
        await Landings.StandsStillAsync(state, ofLost, end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(ofLost, ofKept));
        Landings.AssertExact(engine, oracle);
    }

    private async Task<Dictionary<Fault, int>> LandThroughFaultsAsync(int seed)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var random = new Random(seed);
        MemoryPartition[] partitions = [.. Enumerable.Range(0, random.Next(1, 4)).Select(number => new MemoryPartition(Topics.RatedCalls, 7, number))];
        var oracle = new LandedOracle();
        var calls = new RandomCalls(seed);
        for (int frame = 0; frame < 12; frame++)
        {
            Landings.AppendTo(partitions[random.Next(partitions.Length)], calls, oracle, random.Next(4) == 0 ? 0 : random.Next(1, 30));
        }

        var transport = new FaultyTransport(_ => random.Next(2) == 0 ? Fault.None : (Fault)random.Next(1, 7));
        Random reads = new(seed);
        await Landings.LandAsync(
            fixture.Reach(Through.Driver, transport), partitions, random.Next(1, 3),
            framesOfNextRead: () =>
            {
                lock (reads)
                {
                    return reads.Next(1, 4);
                }
            });
        await transport.DeliverAsync();
        Landings.AssertExact(engine, oracle);
        return transport.Hits;
    }
}
