using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming.Tests;

/// <summary>What others do to the topics: make them anew, and write to them.</summary>
public sealed class KafkaTopicTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly ReadLimits All = new(1000, 1 << 20);

    private readonly string _prefix = $"t{Guid.NewGuid():N}.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_partition_knows_what_it_took_since_when()
    {
        KafkaLogOptions options = await KafkaContractTests.OptionsAsync(_prefix);
        await using KafkaLog log = await KafkaLog.OpenAsync(options, Cancelled);
        for (int i = 0; i < 5; i++)
        {
            // Together, so in transactions: the marks behind them are places too.
            await log.AppendAsync([new LogOutput("a", 0, "one"u8.ToArray()), new LogOutput("a", 1, "other"u8.ToArray())], Cancelled);
        }

        await ReadAsync(log, async (reader, ending) =>
        {
            List<LogFrame> frames = [];
            while (frames.Count < 5)
            {
                frames.AddRange(await reader.ReadAsync(All, Bound, ending));
            }

            Assert.Equal(reader.FirstFrame, await reader.FindSinceAsync(0, ending));
            foreach (LogFrame frame in frames)
            {
                LogFrame since = frames.First(other => other.AppendedAtMs >= frame.AppendedAtMs);
                long found = (await reader.FindSinceAsync(frame.AppendedAtMs, ending))!.Value;
                Assert.Equal(since.Position.Frame, frames.First(other => other.Position.Frame >= found).Position.Frame);
            }

            Assert.Equal(reader.EndFrame, await reader.FindSinceAsync(frames[^1].AppendedAtMs + 60_000, ending));
        });
    }

    [Fact]
    public async Task A_topic_made_anew_ends_its_readers_has_another_incarnation_and_nothing_of_it_reads_as_done()
    {
        KafkaLogOptions options = await KafkaContractTests.OptionsAsync(_prefix) with { EndsInterval = TimeSpan.FromMilliseconds(50) };
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build();
        ulong before;
        await using (KafkaLog log = await KafkaLog.OpenAsync(options, Cancelled))
        {
            before = log.IncarnationOf("a");
            for (int i = 0; i < 3; i++)
            {
                await log.AppendAsync([new LogOutput("a", 0, Encoding.UTF8.GetBytes($"old {i}"))], Cancelled);
            }

            TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task consuming = log.ConsumeAsync(
                "a",
                "g",
                async (reader, ending) =>
                {
                    if (reader.Partition == 0)
                    {
                        await reader.ReadAsync(All, Bound, ending);
                        await reader.CommitAsync(3, ending);
                        committed.SetResult();
                    }

                    await reader.ReadAsync(All, Timeout.InfiniteTimeSpan, ending);
                },
                Cancelled);
            await committed.Task.WaitAsync(Bound, Cancelled);
            await admin.DeleteTopicsAsync([_prefix + "a"]);
            LogFailedException ended = await Assert.ThrowsAsync<LogFailedException>(() => consuming.WaitAsync(Bound, Cancelled));
            Assert.Contains("Start again", ended.Message, StringComparison.Ordinal);
        }

        await using KafkaLog anew = await KafkaLog.OpenAsync(options, Cancelled);
        Assert.NotEqual(before, anew.IncarnationOf("a"));
        LogPosition first = (await anew.AppendAsync([new LogOutput("a", 0, "new"u8.ToArray())], Cancelled))[0];
        Assert.Equal((anew.IncarnationOf("a"), 0L), (first.Incarnation, first.Frame));
        await ReadAsync(anew, async (reader, ending) =>
        {
            Assert.Equal((0L, 0L, 0L), (reader.FirstFrame, reader.CommittedFrame, reader.NextFrame));
            LogFrame frame = Assert.Single(await reader.ReadAsync(All, Bound, ending));
            Assert.Equal("new", Encoding.UTF8.GetString(frame.Payload.Span));
            Assert.Equal(first, frame.Position);
        });
    }

    [Fact]
    public async Task A_message_that_is_no_frame_is_given_out_as_it_is_and_the_partition_goes_on()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(await KafkaContractTests.OptionsAsync(_prefix), Cancelled);
        using (IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = await KafkaBroker.BootstrapAsync(), Acks = Acks.All }).Build())
        {
            await producer.ProduceAsync(new TopicPartition(_prefix + "a", 0), new Message<byte[]?, byte[]?>
            {
                Key = "sw1/call-7"u8.ToArray(),
                Value = "{ not a frame"u8.ToArray(),
                Headers = new Headers { { "content-type", "application/json"u8.ToArray() }, { "empty", null }, { "content-type", "twice"u8.ToArray() } },
            }, Cancelled);
            await producer.ProduceAsync(new TopicPartition(_prefix + "a", 0), new Message<byte[]?, byte[]?> { Key = null, Value = null }, Cancelled);
        }

        await log.AppendAsync([new LogOutput("a", 0, "frame"u8.ToArray())], Cancelled);
        await ReadAsync(log, async (reader, ending) =>
        {
            List<LogFrame> frames = [];
            while (frames.Count < 3)
            {
                frames.AddRange(await reader.ReadAsync(All, Bound, ending));
            }

            Assert.Equal([0L, 1L, 2L], frames.Select(frame => frame.Position.Frame));
            Assert.Equal("sw1/call-7", Encoding.UTF8.GetString(frames[0].Key.Span));
            Assert.Equal("{ not a frame", Encoding.UTF8.GetString(frames[0].Payload.Span));
            Assert.Equal(
                [("content-type", "application/json"), ("empty", ""), ("content-type", "twice")],
                frames[0].Headers!.Select(header => (header.Name, Encoding.UTF8.GetString(header.Value.Span))));
            Assert.Equal((0, 0, true), (frames[1].Key.Length, frames[1].Payload.Length, frames[1].Headers is null));
            Assert.Equal((0, "frame", true), (frames[2].Key.Length, Encoding.UTF8.GetString(frames[2].Payload.Span), frames[2].Headers is null));
            await reader.CommitAsync(3, [new LogOutput("b", 0, "out"u8.ToArray())], ending);
        });
    }

    private static Task ReadAsync(KafkaLog log, Func<IPartitionReader, CancellationToken, Task> work) => KafkaReading.FirstPartitionAsync(log, work, Bound, Cancelled);
}
