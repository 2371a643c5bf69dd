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

    [Theory]
    [InlineData(ErrorCode.Local_UnknownPartition)]
    [InlineData(ErrorCode.Local_UnknownTopic)]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    public async Task A_partition_that_a_server_has_not_heard_of_yet_is_asked_for_again(ErrorCode code)
    {
        using KafkaOffsets offsets = new(new KafkaClients(Options));
        int asked = 0;
        Assert.Equal(3, await offsets.AskAsync(
            new TopicPartition("a", 0), "ask", () => ++asked < 3 ? throw new KafkaException(code) : Task.FromResult(asked), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_partition_that_stays_unknown_is_told_as_a_failure()
    {
        (LogFailedException failure, int asked) = await FailAsync(Options with { RequestTimeout = TimeSpan.FromMilliseconds(200) }, ErrorCode.Local_UnknownPartition);
        Assert.StartsWith("a [[0]]: could not ask: ", failure.Message, StringComparison.Ordinal);
        Assert.True(asked > 1);
    }

    [Fact]
    public async Task A_refusal_is_not_asked_again() => Assert.Equal(1, (await FailAsync(Options, ErrorCode.TopicAuthorizationFailed)).Asked);

    private static KafkaLogOptions Options => new() { BootstrapServers = "127.0.0.1:1", Instance = "asking" };

    private static async Task<(LogFailedException Failure, int Asked)> FailAsync(KafkaLogOptions options, ErrorCode answer)
    {
        using KafkaOffsets offsets = new(new KafkaClients(options));
        int asked = 0;
        LogFailedException failure = await Assert.ThrowsAsync<LogFailedException>(() => offsets.AskAsync<int>(
            new TopicPartition("a", 0),
            "ask",
            () =>
            {
                asked++;
                throw new KafkaException(answer);
            },
            TestContext.Current.CancellationToken));
        return (failure, asked);
    }
}
