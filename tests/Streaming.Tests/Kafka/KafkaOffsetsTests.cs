using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;

namespace Perimeter.Streaming.Tests;

/// <summary>Questions about offsets, several at once, to a cluster that does not answer.</summary>
public sealed class KafkaOffsetsTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_question_whose_asker_another_gave_up_is_asked_by_the_next()
    {
        // Listens, and says nothing.
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        KafkaLogOptions options = new()
        {
            BootstrapServers = silent.LocalEndpoint.ToString()!, RequestTimeout = TimeSpan.FromMilliseconds(20), Instance = "asking",
        };
        using KafkaOffsets offsets = new(new KafkaClients(options));
        int unanswered = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await Assert.ThrowsAsync<KafkaException>(() => offsets.RangeAsync(new TopicPartition("a", 0)));
                Interlocked.Increment(ref unanswered);
            }
        }))).WaitAsync(Bound, TestContext.Current.CancellationToken);
        Assert.Equal(160, unanswered);
    }
}
