using Perimeter.Aggregator.RatedCalls;
using Perimeter.Aggregator.Rerating;
using Perimeter.Aggregator.Tests.Rerating;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Server;

namespace Perimeter.Aggregator.Tests.Cluster;

/// <summary>Who asks one server for what landed in several shards.</summary>
public sealed class ClusterReadingTests(EngineFixture fixture)
{
    [Fact]
    public async Task Old_calls_of_either_shard_are_found_once_every_replica_has_them()
    {
        var cluster = new EmulatedCluster(fixture);
        RatedCallBatch[] batches = [new RandomCalls(seed: 51).Batch(40), new RandomCalls(seed: 52).Batch(40)];
        for (int shard = 1; shard <= 2; shard++)
        {
            using ClickHouseServer server = cluster.Server(shard);
            var partition = new MemoryPartition(Topics.RatedCalls, 7, shard);
            partition.Append(RandomCalls.Frame(batches[shard - 1]), RandomCalls.BaseMs);
            await Landings.LandAsync(server, partition);
        }

        cluster.Settled.Clear();
        using ClickHouseServer asked = cluster.Server(2);
        using var keys = new LandedKeys(asked);
        List<LandedKeyQuestion> questions = [.. batches.SelectMany(Questions)];
        Assert.Equal(80, (await keys.FindAsync(questions, TestContext.Current.CancellationToken)).Count);
        Assert.Equal(new Dictionary<string, int> { ["rated_calls"] = 1 }, cluster.Settled);
        Assert.True(await keys.AnyBeforeAsync(long.MaxValue, TestContext.Current.CancellationToken));
        Assert.Equal(2, cluster.Settled["rated_calls"]);
        Assert.NotEqual(0UL, await keys.LandedToAsync(7, 1, TestContext.Current.CancellationToken));
        Assert.Equal(2, cluster.Settled["rated_calls"]);
    }

    [Fact]
    public async Task Calls_of_both_shards_are_rated_again_from_one_and_nothing_is_adjusted_twice_from_the_other()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        var cluster = new EmulatedCluster(fixture);
        var calls = new RerateCalls(61);
        var rater = new Rater();
        for (int shard = 1; shard <= 2; shard++)
        {
            RatedCallBatch batch = calls.Batch(60);
            rater.Rate(world.Snapshot, batch);
            using ClickHouseServer server = cluster.Server(shard);
            var partition = new MemoryPartition(Topics.RatedCalls, 7, shard);
            partition.Append(RandomCalls.Frame(batch), RerateCalls.FirstMs);
            await Landings.LandAsync(server, partition);
        }

        world.Carrier.Write("acme.csv", CarrierFolderFiles.AcmeRates.Replace("44,UK,0.01", "44,UK,0.02", StringComparison.Ordinal));
        world.Publish();
        using ClickHouseServer first = cluster.Server(1);
        using ClickHouseServer second = cluster.Server(2);
        RerateResult adjusted = await RerateAsync(first, world);
        Assert.Equal(120, adjusted.Totals.Calls);
        Assert.True(adjusted.Totals.Changed > 0);
        RerateResult again = await RerateAsync(second, world);
        Assert.Equal((120L, 0L), (again.Totals.Calls, again.Totals.Changed));

        using ClickHouseConnection connection = cluster.Connect(2);
        Assert.Equal($"{adjusted.Totals.Changed}\t0\t0\n", connection.QueryText(
            "SELECT (SELECT count() FROM call_adjustments), (SELECT count() FROM call_adjustments_local), "
            + "(SELECT sum(revenue) FROM trunk_group_minutes) - (SELECT sum(revenue) FROM rated_calls) - (SELECT sum(revenue_difference) FROM call_adjustments)"));
    }

    private static Task<RerateResult> RerateAsync(ClickHouseServer server, RerateWorld world) =>
        new RerateRun(server, world.Snapshot, RerateWorld.Everything, world.Small(workers: 1)).ExecuteAsync(TestContext.Current.CancellationToken);

    private static IEnumerable<LandedKeyQuestion> Questions(RatedCallBatch calls)
    {
        TextArena texts = calls.Events.Texts;
        return calls.Events.Events.ToArray().Select(one =>
            new LandedKeyQuestion(CallKey.Hash(texts[one.SwitchId], texts[one.CallId], one.Attempt), CallKey.CallIdHash(texts[one.CallId]), one.EndMs));
    }
}
