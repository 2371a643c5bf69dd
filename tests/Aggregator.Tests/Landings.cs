using Perimeter.Aggregator.Landing;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>Runs landings over partitions in memory, to their end or to where a test strikes them.</summary>
internal static class Landings
{
    public static AggregatorOptions Options { get; } = new()
    {
        MaxDelay = TimeSpan.FromTicks(1), FirstRetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(2),
    };

    /// <summary>Lands all that the partition holds. <paramref name="strike"/> is called at every point; what it throws ends the landing.</summary>
    public static Task<AggregatorState> LandAsync(
        IWarehouse warehouse, MemoryPartition partition, Action<string>? strike = null, Func<int>? framesOfNextRead = null,
        AggregatorOptions? options = null, Func<ILandingTable>? newTable = null) => LandAsync(warehouse, [partition], 1, strike, framesOfNextRead, options, newTable);

    /// <summary>Lands all that partitions of one topic hold, side by side.</summary>
    public static async Task<AggregatorState> LandAsync(
        IWarehouse warehouse, IReadOnlyList<MemoryPartition> partitions, int lanesCount, Action<string>? strike = null, Func<int>? framesOfNextRead = null,
        AggregatorOptions? options = null, Func<ILandingTable>? newTable = null)
    {
        using var atEnd = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        newTable ??= static () => new RatedCallTable();
        var state = new AggregatorState();
        await using var lanes = new LandingLanes(
            warehouse, lanesCount, options ?? Options, state, () => strike is null ? newTable() : new CrashingTable(newTable(), strike));
        int left = partitions.Count;
        List<Task> landings = [];
        foreach (MemoryPartition partition in partitions)
        {
            bool ended = false;
            var reader = new MemoryReader(partition, async () =>
            {
                if (!ended && Interlocked.Decrement(ref left) == 0)
                {
                    await atEnd.CancelAsync();
                }

                ended = true;
                await Task.Delay(Timeout.Infinite, atEnd.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            })
            {
                BeforeCommit = () => strike?.Invoke("before commit"),
                FramesOfNextRead = framesOfNextRead ?? (static () => int.MaxValue),
            };
            landings.Add(Task.Run(() => new PartitionLanding(reader, lanes, options ?? Options, state).RunAsync(atEnd.Token)));
        }

        // Where one is killed, the whole process is.
        await Task.WhenAny(landings);
        await atEnd.CancelAsync();
        await Task.WhenAll(landings).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (landings.FirstOrDefault(landing => landing.IsFaulted) is { } failed)
        {
            await failed;
        }

        Assert.All(partitions, partition => Assert.True(partition.Committed == partition.End, $"The landing did not come to the end of its partition in time: {state.RatedCalls.LastError}"));
        return state;
    }

    /// <summary>Complete when a landing says that its partition is another's; it has not ended then.</summary>
    public static async Task StandsStillAsync(AggregatorState state, Task landing, CancellationToken cancellationToken)
    {
        while (state.RatedCalls.LastError?.Contains("stands still", StringComparison.Ordinal) != true)
        {
            Assert.False(landing.IsCompleted, "The landing ended.");
            await Task.Delay(5, cancellationToken);
        }
    }

    public static void AppendTo(MemoryPartition partition, RandomCalls calls, LandedOracle oracle, int rows, long appendedAtMs = RandomCalls.BaseMs)
    {
        var batch = calls.Batch(rows);
        oracle.Add(batch, partition.Incarnation, partition.Partition, partition.End);
        partition.Append(RandomCalls.Frame(batch), appendedAtMs);
    }

    public static void AssertExact(EmbeddedClickHouse engine, LandedOracle oracle)
    {
        using ClickHouseConnection connection = engine.Connect();
        AssertExact(connection, oracle);
    }

    public static void AssertExact(ClickHouseConnection connection, LandedOracle oracle)
    {
        Assert.Equal(oracle.Rows, connection.QueryText(LandedOracle.RowsSql));
        Assert.Equal(oracle.Minutes, connection.QueryText(LandedOracle.MinutesSql));
        Assert.Equal(oracle.Passed, connection.QueryText(LandedOracle.PassedSql));
    }
}
