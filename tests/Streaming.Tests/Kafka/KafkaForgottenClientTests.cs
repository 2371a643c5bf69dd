using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>A client that hears nothing any more from servers that are there: another takes its place, long before the client would try another connection (a minute).</summary>
public sealed class KafkaForgottenClientTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_on_a_partition_is_read_by_another_client_where_the_first_brings_nothing()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(doorway), Cancelled);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        int begun = 0;
        List<string> read = [];
        Task taking = log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                Interlocked.Increment(ref begun);
                while (true)
                {
                    foreach (LogFrame frame in await reader.ReadAsync(new ReadLimits(10, 1 << 20), TimeSpan.FromSeconds(1), ending))
                    {
                        lock (read)
                        {
                            read.Add(Encoding.ASCII.GetString(frame.Payload.Span));
                        }
                    }
                }
            },
            stop.Token);
        await PassesAsync("first", ["first"]);
        doorway.Forget(Doorway.Fetch);
        await PassesAsync("second", ["first", "second"]);
        Assert.Equal(1, Volatile.Read(ref begun));

        await stop.CancelAsync();
        await taking.WaitAsync(Bound, Cancelled);

        async Task PassesAsync(string text, string[] all)
        {
            await log.AppendAsync([new LogOutput("a", 0, Encoding.ASCII.GetBytes(text))], Cancelled);
            await Until.HoldsAsync(() => Read().SequenceEqual(all), () => $"read: {string.Join(", ", Read())}", Bound, Cancelled);
        }

        string[] Read()
        {
            lock (read)
            {
                return [.. read];
            }
        }
    }

    [Fact]
    public async Task The_cluster_is_asked_by_another_client_where_the_first_has_no_answer()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(doorway), Cancelled);
        doorway.Forget(Doorway.Metadata);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.CheckAsync(Cancelled));
        await log.CheckAsync(Cancelled);
    }

    [Fact]
    public async Task What_a_partition_waits_for_before_it_is_read_is_told()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(doorway), Cancelled);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        doorway.Refused = Doorway.ListOffsets;
        Task taking = log.ConsumeAsync(
            "a",
            "g",
            async (_, ending) =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, ending);
            },
            stop.Token);
        await Until.HoldsAsync(() => log.Opening("a", "g") is "a [[0]], is this process's, and is read once Kafka has let it ask where the partition begins and ends",
            () => $"it waits for: {log.Opening("a", "g")}", Bound, Cancelled);
        Assert.False(log.StandsBy("a", "g"));

        doorway.Refused = null;
        await begun.Task.WaitAsync(Bound, Cancelled);
        Assert.Null(log.Opening("a", "g"));
        await stop.CancelAsync();
        await taking.WaitAsync(Bound, Cancelled);
    }

    private static KafkaLogOptions Options(Doorway doorway) => new()
    {
        BootstrapServers = doorway.Address, Instance = "one", PartitionCount = 1, ReplicationFactor = 1, MinInSyncReplicas = 1, Topics = [new KafkaTopic("a")], RequestTimeout = TimeSpan.FromSeconds(5),
    };
}
