using Perimeter.Aggregator.Landing;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

public sealed class CallRetentionTests(EngineFixture fixture)
{
    private const long MonthMs = 31L * 86_400_000;

    [Fact]
    public async Task A_month_that_tells_landing_how_far_it_is_stays_until_there_is_a_newer_one()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var other = new MemoryPartition(Topics.RatedCalls, 7, 1);
        var former = new MemoryPartition(Topics.RatedCalls, 6, 0);
        var calls = new RandomCalls(40);
        await LandAsync(engine, partition, calls, RandomCalls.BaseMs);
        await LandAsync(engine, other, calls, RandomCalls.BaseMs + MonthMs);
        await LandAsync(engine, former, calls, RandomCalls.BaseMs - MonthMs);

        // All three months are too old. The one before the log was made anew goes; the others are the last of their partitions.
        Assert.Equal(["rated_calls 202601"], Drop(engine));

        // The log has forgotten all of it, and goes on.
        partition.Forget(partition.End);
        await LandAsync(engine, partition, calls, RandomCalls.BaseMs + (10 * MonthMs));
        Assert.Equal(["rated_calls 202603"], Drop(engine));
        other.Forget(other.End);
        await LandAsync(engine, other, calls, RandomCalls.BaseMs + (11 * MonthMs));
        Assert.Equal(["rated_calls 202604"], Drop(engine));
        Assert.Empty(Drop(engine));
        using ClickHouseConnection connection = engine.Connect();
        Assert.Equal("10\n", connection.QueryText("SELECT count() FROM rated_calls"));
    }

    private static IReadOnlyList<string> Drop(EmbeddedClickHouse engine)
    {
        using ClickHouseConnection connection = engine.Connect();

        // The engine refuses to drop what is larger than this, 50 GB as it comes: a busy month.
        connection.Execute("SET max_partition_size_to_drop = 1");
        return CallRetention.DropBefore(connection, _ => 7, new DateOnly(2026, 9, 15));
    }

    private static async Task LandAsync(EmbeddedClickHouse engine, MemoryPartition partition, RandomCalls calls, long appendedAtMs)
    {
        Landings.AppendTo(partition, calls, new LandedOracle(), 5, appendedAtMs);
        await Landings.LandAsync(engine, partition);
    }
}
