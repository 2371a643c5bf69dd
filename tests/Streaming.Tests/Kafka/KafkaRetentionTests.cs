using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming.Tests;

/// <summary>Kafka removes by age, read or not: what was read may go, what was not is a loss, and marks of transactions are neither.</summary>
public sealed class KafkaRetentionTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly ReadLimits All = new(1000, 1 << 20);

    private readonly string _prefix = $"t{Guid.NewGuid():N}.";
    private KafkaLogOptions _options = null!;
    private IAdminClient _admin = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private TopicPartition Place => new(_prefix + "a", 0);

    public async ValueTask InitializeAsync()
    {
        _options = await KafkaContractTests.OptionsAsync(_prefix) with { Topics = [new("a")], PartitionCount = 2, EndsInterval = TimeSpan.FromMilliseconds(50) };
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _options.BootstrapServers }).Build();
    }

    public ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_mark_behind_the_last_frame_is_no_loss_when_retention_has_emptied_an_idle_partition()
    {
        long next = 0;
        await using (KafkaLog log = await KafkaLog.OpenAsync(_options, Cancelled))
        {
            // Together, so in a transaction, which leaves its mark behind the frame of each partition.
            next = (await log.AppendAsync([Frame(0, "read"), Frame(1, "read")], Cancelled))[0].Frame + 1;
            await ConsumeAsync(log, async (reader, ending) =>
            {
                Assert.Equal(["read"], Texts(await reader.ReadAsync(All, Bound, ending)));
                await reader.CommitAsync(next, ending);
                Task noted = NotedAsync();
                await UntilAsync(() => noted.IsCompleted, () => $"nothing is written down of what follows {next}", reader, ending);
                await noted;
                await EmptyAsync(reader, ending);

                // Who goes on without a pause sees no gap either, when it has looked where the partition begins now.
                await UntilAsync(() => reader.FirstFrame == next, () => $"the beginning stays at {reader.FirstFrame}", reader, ending);
                Assert.Equal((next, next, next, next), (reader.FirstFrame, reader.CommittedFrame, reader.NextFrame, reader.EndFrame));
                reader.Seek(next);
                await reader.CommitAsync(next, ending);
            });
        }

        await using (KafkaLog log = await KafkaLog.OpenAsync(_options, Cancelled))
        {
            await ConsumeAsync(log, async (reader, ending) =>
            {
                // What landing holds against its own marks, and replay against the window.
                Assert.Equal((next, next), (reader.FirstFrame, reader.CommittedFrame));
                reader.Seek(next);
                Assert.Empty(await reader.ReadAsync(All, TimeSpan.Zero, ending));
                await log.AppendAsync([Frame(0, "new"), Frame(1, "new")], ending);
                IReadOnlyList<LogFrame> frames = await reader.ReadAsync(All, Bound, ending);
                Assert.Equal(["new"], Texts(frames));
                await reader.CommitAsync(frames[^1].Position.Frame + 1, ending);
            });
        }
    }

    [Fact]
    public async Task Frames_that_were_not_read_and_are_gone_are_a_loss_at_the_start()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(_options, Cancelled);
        long next = (await log.AppendAsync([Frame(0, "read"), Frame(1, "read")], Cancelled))[0].Frame + 1;
        await ConsumeAsync(log, async (reader, ending) =>
        {
            await reader.ReadAsync(All, Bound, ending);
            await reader.CommitAsync(next, ending);

            // It looks behind the frame, and what comes then is not looked at.
            await UntilAsync(() => reader.EndFrame == next, () => $"the end stays at {reader.EndFrame}", reader, ending);
        });
        await log.AppendAsync([Frame(0, "unread"), Frame(1, "unread")], Cancelled);
        await RemoveAllAsync();
        LogDamagedException lost = await Assert.ThrowsAsync<LogDamagedException>(() => ConsumeAsync(log, (_, _) => Task.CompletedTask));
        Assert.Contains($"had read up to {next}", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_that_are_removed_before_a_reader_that_lags_came_to_them_are_a_loss_at_once()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(_options, Cancelled);
        await log.AppendAsync([Frame(0, "1")], Cancelled);
        await ConsumeAsync(log, (reader, ending) => reader.CommitAsync(1, ending).AsTask());
        await log.AppendAsync([Frame(0, "2")], Cancelled);
        LogDamagedException lost = await Assert.ThrowsAsync<LogDamagedException>(() => ConsumeAsync(log, async (reader, ending) =>
        {
            await RemoveAllAsync();
            await log.AppendAsync([Frame(0, "3")], ending);
            await reader.ReadAsync(All, Bound, ending);
        }));
        Assert.Contains("retention removed frames that were not read", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Going_back_to_what_was_read_and_is_gone_goes_on_with_what_is_there()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(_options, Cancelled);
        await log.AppendAsync([Frame(0, "1")], Cancelled);
        await log.AppendAsync([Frame(0, "2")], Cancelled);
        await ConsumeAsync(log, async (reader, ending) =>
        {
            await reader.ReadAsync(All, Bound, ending);
            await reader.CommitAsync(2, ending);
            reader.Seek(0);
            await RemoveAllAsync();
            await log.AppendAsync([Frame(0, "3")], ending);
            Assert.Equal(["3"], Texts(await reader.ReadAsync(All, Bound, ending)));
        });
    }

    /// <summary>Reads on, and finds nothing, until retention has removed all.</summary>
    private async Task EmptyAsync(IPartitionReader reader, CancellationToken ending)
    {
        Task removed = RemoveAllAsync();
        await UntilAsync(() => removed.IsCompleted, () => "nothing was removed", reader, ending);
        await removed;
    }

    private static async Task UntilAsync(Func<bool> holds, Func<string> what, IPartitionReader reader, CancellationToken ending)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, what());
            Assert.Empty(await reader.ReadAsync(All, TimeSpan.FromMilliseconds(20), ending));
        }
    }

    /// <summary>Complete when the partition holds no offset any more that it held before.</summary>
    private async Task RemoveAllAsync()
    {
        long end = await OffsetAsync(OffsetSpec.Latest());
        await SetAsync(("retention.ms", "1"), ("segment.ms", "1"));
        long began = TimeProvider.System.GetTimestamp();
        while (await OffsetAsync(OffsetSpec.Earliest()) < end)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, "The broker has removed nothing.");
        }

        await SetAsync(("retention.ms", "-1"), ("segment.ms", "3600000"));
    }

    /// <summary>Complete when the reader has written down that only marks follow its cursor.</summary>
    private async Task NotedAsync()
    {
        ConsumerGroupTopicPartitions passed = new(PartitionWatch.PassedGroup(_prefix + "g.a"), [Place]);
        long began = TimeProvider.System.GetTimestamp();
        while ((await _admin.ListConsumerGroupOffsetsAsync([passed]))[0].Partitions[0].Offset != 2)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, "Nothing was written down.");
        }
    }

    private async Task SetAsync(params (string Name, string Value)[] settings) => await _admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
    {
        [new ConfigResource { Type = ResourceType.Topic, Name = Place.Topic }] =
            [.. settings.Select(setting => new ConfigEntry { Name = setting.Name, Value = setting.Value, IncrementalOperation = AlterConfigOpType.Set })],
    });

    /// <summary>A client that has just learned of a topic may still ask a broker that does not lead it yet, and is refused: it asks again.</summary>
    private async Task<long> OffsetAsync(OffsetSpec which)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return (await _admin.ListOffsetsAsync(
                    [new TopicPartitionOffsetSpec { TopicPartition = Place, OffsetSpec = which }], new ListOffsetsOptions { RequestTimeout = Bound }))
                    .ResultInfos[0].TopicPartitionOffsetError.Offset.Value;
            }
            catch (ListOffsetsException exception)
            {
                string reasons = string.Join(", ", exception.Result.ResultInfos.Select(static result => result.TopicPartitionOffsetError.Error));
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, $"The broker does not tell its offsets: {reasons}");
            }
        }
    }

    private static LogOutput Frame(int partition, string text) => new("a", partition, Encoding.UTF8.GetBytes(text));

    private static List<string> Texts(IReadOnlyList<LogFrame> frames) => [.. frames.Select(frame => Encoding.UTF8.GetString(frame.Payload.Span))];

    private static Task ConsumeAsync(KafkaLog log, Func<IPartitionReader, CancellationToken, Task> work) => KafkaReading.FirstPartitionAsync(log, work, Bound, Cancelled);
}
