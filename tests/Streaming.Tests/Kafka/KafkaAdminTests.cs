using Confluent.Kafka;

namespace Perimeter.Streaming.Tests;

/// <summary>The client that is asked what topics are ends by itself on answers that it does not expect.</summary>
public sealed class KafkaAdminTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_takes_the_place_of_one_that_has_ended()
    {
        KafkaAdmin admin = new(new KafkaClients(await KafkaContractTests.OptionsAsync($"t{Guid.NewGuid():N}.")));
        admin.Call(client =>
        {
            client.Dispose();
            return true;
        });
        Assert.Throws<KafkaException>(() => admin.Call(client => client.GetMetadata(TimeSpan.FromSeconds(20))));
        Assert.NotEmpty(admin.Call(client => client.GetMetadata(TimeSpan.FromSeconds(20))).Brokers);
        admin.GiveUp();
        Assert.Throws<ObjectDisposedException>(() => admin.Call(client => client.GetMetadata(TimeSpan.FromSeconds(20))));
    }

    [Fact]
    public async Task It_is_not_told_of_partitions_that_no_replica_is_in_step_for()
    {
        await using KafkaCluster cluster = await KafkaCluster.StartAsync(3);
        KafkaClients clients = new(KafkaContractTests.Options(cluster.Bootstrap, "", "one"));
        KafkaAdmin admin = new(clients);
        KafkaTopics topics = await KafkaTopics.OpenAsync(clients, admin, Cancelled);
        await cluster.KillAsync(3);

        // Known to every broker: one that is asked for it in the moment in which some know would end it.
        await UntilAsync(
            () => Task.FromResult(admin.Call(client => client.GetMetadata(TimeSpan.FromSeconds(20))).Topics.SelectMany(topic => topic.Partitions).Any(partition => partition.InSyncReplicas.Length == 0)
                ? throw new KafkaException(ErrorCode.ReplicaNotAvailable) : true),
            exception => exception is not null);
        await Task.Delay(Settling, Cancelled);
        IAdminClient asked = admin.Call(client => client);
        await UntilAsync(() => topics.ThrowIfMadeAnewAsync("a"), exception => exception is KafkaException { Error.Code: ErrorCode.ReplicaNotAvailable });
        Assert.Same(asked, admin.Call(client => client));
        await cluster.StartAgainAsync(3);
        await UntilAsync(() => topics.ThrowIfMadeAnewAsync("a"), exception => exception is null);
        admin.GiveUp();
    }

    private static async Task UntilAsync(Func<Task> ask, Func<Exception?, bool> holds)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (await Record.ExceptionAsync(ask) is var exception && !holds(exception))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"After {Patience}: {exception?.ToString() ?? "it went well"}");
            await Task.Delay(Look, Cancelled);
        }
    }
}
