namespace Perimeter.Streaming.Tests;

/// <summary>Brokers that are killed.</summary>
public sealed class KafkaBrokerDeathTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_broker_is_killed_in_mid_transaction_and_nothing_is_lost_or_there_twice()
    {
        await using KafkaCluster cluster = await KafkaCluster.StartAsync(1);
        Random random = Chaos.Seeded();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(cluster, "feed"), Cancelled);
        await using KafkaFeed feed = new(log, random.Next(), Cancelled);
        await using KafkaMember member = new(Options(cluster, "one"), Cancelled, padding: 100_000);
        for (int i = 0; i < Chaos.Rounds(inCi: 2, inChaos: 30); i++)
        {
            await feed.ProgressAsync(random.Next(10, 60), member);
            await cluster.KillAsync(1);
            await cluster.StartAgainAsync(1);
        }

        await feed.ProgressAsync(20, member);
        await feed.EndAsync();
    }

    [Fact]
    public async Task The_broker_stands_still_for_longer_than_a_transaction_may_take_and_nothing_is_lost_or_there_twice()
    {
        await using KafkaCluster cluster = await KafkaCluster.StartAsync(1);
        Random random = Chaos.Seeded();
        KafkaLogOptions options = Options(cluster, "feed");
        await using KafkaLog log = await KafkaLog.OpenAsync(options, Cancelled);
        await using KafkaFeed feed = new(log, random.Next(), Cancelled);
        await using KafkaMember member = new(Options(cluster, "one"), Cancelled, padding: 100_000);
        for (int i = 0; i < Chaos.Rounds(inCi: 1, inChaos: 20); i++)
        {
            await feed.ProgressAsync(random.Next(10, 60), member);
            await cluster.PauseAsync(1);

            // It is given up by itself when it goes on, while those who wait for it ask to commit.
            await Task.Delay(options.TransactionTimeout + TimeSpan.FromMilliseconds(random.Next(-2_000, 2_000)), Cancelled);
            await cluster.ResumeAsync(1);
        }

        await feed.ProgressAsync(20, member);
        await feed.EndAsync();
    }

    [Fact]
    public async Task One_of_three_brokers_dies_and_nothing_stops()
    {
        await using KafkaCluster cluster = await KafkaCluster.StartAsync(3);
        Random random = Chaos.Seeded();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(cluster, "feed", replicas: 3), Cancelled);
        await using KafkaFeed feed = new(log, random.Next(), Cancelled);
        await using KafkaMember member = new(Options(cluster, "one", replicas: 3), Cancelled);
        await feed.ProgressAsync(20, member);
        for (int i = 0; i < Chaos.Rounds(inCi: 1, inChaos: 15); i++)
        {
            int broker = random.Next(1, 4);
            await cluster.KillAsync(broker);

            // All partitions are appended to and worked on, with two of three.
            await feed.ProgressAsync(100, member);
            await cluster.StartAgainAsync(broker);
            await feed.ProgressAsync(100, member);
        }

        await feed.EndAsync();
    }

    [Fact]
    public async Task Closing_ends_in_its_time_though_the_broker_is_away()
    {
        TimeSpan close = TimeSpan.FromSeconds(1);
        TimeSpan slack = TimeSpan.FromSeconds(3);
        await using KafkaCluster cluster = await KafkaCluster.StartAsync(1);
        KafkaLog log = await KafkaLog.OpenAsync(Options(cluster, "one") with { CloseTimeout = close }, Cancelled);
        await log.AppendAsync([new LogOutput("a", 0, "x"u8.ToArray())], Cancelled);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        TaskCompletionSource works = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Exception?> unit = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task consuming = log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                if (reader.Partition != 0)
                {
                    await reader.ReadAsync(new ReadLimits(1, 1), Timeout.InfiniteTimeSpan, ending);
                    return;
                }

                await reader.ReadAsync(new ReadLimits(1, 1), close, ending);
                await reader.CommitAsync(0, [new LogOutput("b", 0, "first"u8.ToArray())], ending);
                works.SetResult();

                // The broker dies under it.
                unit.SetResult(await Record.ExceptionAsync(async () =>
                {
                    while (true)
                    {
                        await reader.CommitAsync(0, [new LogOutput("b", 0, "more"u8.ToArray())], ending);
                    }
                }));
            },
            stop.Token);
        await works.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        await cluster.KillAsync(1);
        Task single = log.AppendAsync([new LogOutput("a", 0, "y"u8.ToArray())], CancellationToken.None).AsTask();
        Task several = log.AppendAsync([new LogOutput("a", 0, "y"u8.ToArray()), new LogOutput("a", 1, "y"u8.ToArray())], CancellationToken.None).AsTask();

        long began = TimeProvider.System.GetTimestamp();
        await stop.CancelAsync();
        Exception? ended = await Record.ExceptionAsync(() => consuming);
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        Assert.True(took < (close * 3) + slack, $"Consuming ended after {took}.");
        Assert.True(ended is null or LogFailedException or LogUnavailableException, $"{ended}");
        Assert.NotNull(await unit.Task.WaitAsync(slack, Cancelled));

        began = TimeProvider.System.GetTimestamp();
        await log.DisposeAsync();
        took = TimeProvider.System.GetElapsedTime(began);
        Assert.True(took < close + slack, $"Closing ended after {took}.");

        // Nobody waits for ever for what was not answered.
        Assert.IsAssignableFrom<IOException>(await Record.ExceptionAsync(() => single.WaitAsync(slack, Cancelled)));
        Assert.IsAssignableFrom<IOException>(await Record.ExceptionAsync(() => several.WaitAsync(slack, Cancelled)));
    }

    private static KafkaLogOptions Options(KafkaCluster cluster, string instance, short replicas = 1) => KafkaContractTests.Options(cluster.Bootstrap, "", instance) with
    {
        ReplicationFactor = replicas,
        MinInSyncReplicas = (short)(replicas > 1 ? 2 : 1),
        AppendTimeout = TimeSpan.FromSeconds(15),
    };
}
