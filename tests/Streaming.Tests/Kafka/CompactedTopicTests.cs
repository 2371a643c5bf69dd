using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming.Tests;

/// <summary>Values by key, over a real broker.</summary>
public sealed class CompactedTopicTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly KafkaTopic Topic = KafkaTopic.ConfigSnapshots;

    private readonly string _prefix = $"t{Guid.NewGuid():N}.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(CompactedFormat.PartBytes - 1)]
    [InlineData(CompactedFormat.PartBytes)]
    [InlineData(CompactedFormat.PartBytes + 1)]
    [InlineData((2 * CompactedFormat.PartBytes) + 1)]
    public async Task A_value_of_any_length_is_read_back(int length)
    {
        await using CompactedTopic topic = await OpenAsync();
        await topic.PublishAsync([new CompactedEntry("file/a", Value(length, 7))], Cancelled);
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> values = await topic.ReadAllAsync(Cancelled).WaitAsync(Bound, Cancelled);
        Assert.Equal(["file/a"], values.Keys);
        Assert.True(Value(length, 7).AsSpan().SequenceEqual(values["file/a"].Span));
    }

    [Fact]
    public async Task The_newest_value_of_each_key_stands()
    {
        await using CompactedTopic topic = await OpenAsync();
        await topic.PublishAsync([Text("a", "1"), Text("b", "1"), new CompactedEntry("c", Value(CompactedFormat.PartBytes * 3, 1))], Cancelled);
        await topic.PublishAsync([Text("b", "2"), new CompactedEntry("c", Value(CompactedFormat.PartBytes * 2, 2)), Text("d", "2")], Cancelled);
        await topic.PublishAsync([Text("a", "3")], Cancelled);
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> values = await topic.ReadAllAsync(Cancelled).WaitAsync(Bound, Cancelled);
        Assert.Equal(["a", "b", "c", "d"], values.Keys.Order());
        Assert.Equal(["3", "2", "2"], new[] { "a", "b", "d" }.Select(key => Encoding.UTF8.GetString(values[key].Span)));
        Assert.True(Value(CompactedFormat.PartBytes * 2, 2).AsSpan().SequenceEqual(values["c"].Span));
    }

    [Fact]
    public async Task A_follower_is_given_what_is_there_then_that_this_was_all_and_then_what_comes_in_the_order_published()
    {
        await using CompactedTopic topic = await OpenAsync();
        await using IAsyncEnumerator<CompactedChanges> follower = topic.FollowAsync(Cancelled).GetAsyncEnumerator(Cancelled);

        // Nothing is there, and that is said.
        Assert.True(await follower.MoveNextAsync().AsTask().WaitAsync(Bound, Cancelled));
        Assert.True(follower.Current.IsCaughtUp);
        Assert.Empty(follower.Current.Entries);

        await using CompactedTopic publisher = await OpenAsync("two");
        await publisher.PublishAsync([Text("file/x", "x"), new CompactedEntry("file/y", Value(CompactedFormat.PartBytes * 2, 3)), Text("revision/1", "x y")], Cancelled);
        await publisher.PublishAsync([Text("revision/2", "x")], Cancelled);
        List<string> keys = [];
        while (keys.Count < 4)
        {
            Assert.True(await follower.MoveNextAsync().AsTask().WaitAsync(Bound, Cancelled));
            Assert.True(follower.Current.IsCaughtUp);
            keys.AddRange(follower.Current.Entries.Select(entry => entry.Key));
        }

        Assert.Equal(["file/x", "file/y", "revision/1", "revision/2"], keys);
    }

    [Fact]
    public async Task Following_ends_when_it_is_cancelled()
    {
        await using CompactedTopic topic = await OpenAsync();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (CompactedChanges changes in topic.FollowAsync(stop.Token))
            {
                Assert.True(changes.IsCaughtUp);
                await stop.CancelAsync();
            }
        }).WaitAsync(Bound, Cancelled);
    }

    [Fact]
    public async Task A_revision_of_50_MB_is_published_at_once_and_read_back_by_another_instance()
    {
        await using CompactedTopic publisher = await OpenAsync();
        CompactedEntry[] files = [.. Enumerable.Range(0, 5).Select(i => new CompactedEntry($"file/{i}", Value(10_000_000 + i, i)))];
        await publisher.PublishAsync([.. files, Text("revision/1", "all")], Cancelled);
        await using CompactedTopic reader = await OpenAsync("two");
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> values = await reader.ReadAllAsync(Cancelled).WaitAsync(Bound, Cancelled);
        Assert.Equal(6, values.Count);
        Assert.All(files, file => Assert.True(file.Value.Span.SequenceEqual(values[file.Key].Span)));
    }

    [Fact]
    public async Task What_compaction_has_gone_over_still_has_the_newest_value_of_each_key_whole()
    {
        await using CompactedTopic topic = await OpenAsync();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await KafkaBroker.BootstrapAsync() }).Build();
        string name = _prefix + Topic.Name;
        await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = name }] = [Set("segment.ms", "100"), Set("min.cleanable.dirty.ratio", "0.001"), Set("segment.bytes", "1048576")],
        });
        const int versions = 6;
        for (int version = 0; version < versions; version++)
        {
            await topic.PublishAsync([new CompactedEntry("long", Value(CompactedFormat.PartBytes * (1 + (version % 3)) + 1, version)), Text("short", $"{version}"), Text($"only/{version}", "1")], Cancelled);
        }

        // 36 messages; what must stay are the 5 of the long value, the short one, the 6 single ones, and the ticks of the last segments. The cleaner leaves out the newest
        // segment, which ends with the next message after its time.
        long began = TimeProvider.System.GetTimestamp();
        while (await CountAsync(name) is int count && count > 18)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, $"The broker has compacted nothing: {count} messages.");
            await topic.PublishAsync([Text("tick", "1")], Cancelled);
        }

        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> values = await topic.ReadAllAsync(Cancelled).WaitAsync(Bound, Cancelled);
        Assert.Equal(versions + 2, values.Keys.Count(key => key != "tick"));
        Assert.Equal($"{versions - 1}", Encoding.UTF8.GetString(values["short"].Span));
        Assert.True(Value((CompactedFormat.PartBytes * 3) + 1, versions - 1).AsSpan().SequenceEqual(values["long"].Span));

        static ConfigEntry Set(string name, string value) => new() { Name = name, Value = value, IncrementalOperation = AlterConfigOpType.Set };
    }

    [Fact]
    public async Task A_topic_that_is_not_compacted_or_has_several_partitions_is_refused_with_every_difference()
    {
        KafkaLogOptions options = await OptionsAsync("one");
        await (await KafkaLog.OpenAsync(options with { Topics = [new KafkaTopic(Topic.Name)], PartitionCount = 2 }, Cancelled)).DisposeAsync();
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => CompactedTopic.OpenAsync(options, Topic, Cancelled));
        Assert.Contains("has 2 partitions, and must have 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("cleanup.policy=delete, and the log needs compact", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => CompactedTopic.OpenAsync(options, new KafkaTopic("a"), Cancelled));
        ArgumentException asLog = await Assert.ThrowsAsync<ArgumentException>(() => KafkaLog.OpenAsync(options with { Topics = [Topic] }, Cancelled));
        Assert.Contains("compacted", asLog.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_and_sizes_beyond_the_limits_are_refused()
    {
        KafkaLogOptions options = await OptionsAsync("one");
        await using CompactedTopic topic = await CompactedTopic.OpenAsync(options with { MaxAppendBytes = 1024 }, Topic, Cancelled);
        await Assert.ThrowsAsync<ArgumentException>(() => topic.PublishAsync([Text("", "x")], Cancelled));
        await Assert.ThrowsAsync<ArgumentException>(() => topic.PublishAsync([Text(new string('k', CompactedFormat.MaxKeyBytes + 1), "x")], Cancelled));
        await Assert.ThrowsAsync<ArgumentException>(() => topic.PublishAsync([new CompactedEntry("a", new byte[1000]), new CompactedEntry("b", new byte[25])], Cancelled));
        await topic.PublishAsync([Text(new string('k', CompactedFormat.MaxKeyBytes), "x")], Cancelled);
        Assert.Single(await topic.ReadAllAsync(Cancelled).WaitAsync(Bound, Cancelled));
    }

    private async Task<CompactedTopic> OpenAsync(string instance = "one") => await CompactedTopic.OpenAsync(await OptionsAsync(instance), Topic, Cancelled);

    private Task<KafkaLogOptions> OptionsAsync(string instance) => KafkaContractTests.OptionsAsync(_prefix, instance);

    private static CompactedEntry Text(string key, string value) => new(key, Encoding.UTF8.GetBytes(value));

    private static byte[] Value(int length, int seed)
    {
        byte[] value = new byte[length];
        new Random(seed).NextBytes(value);
        return value;
    }

    /// <summary>Messages that are left, without marks.</summary>
    private static async Task<int> CountAsync(string topic)
    {
        using IConsumer<Ignore, Ignore> consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = await KafkaBroker.BootstrapAsync(),
            GroupId = "count",
            EnablePartitionEof = true,
            IsolationLevel = Confluent.Kafka.IsolationLevel.ReadCommitted,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        int count = 0;
        while (consumer.Consume(Bound) is { IsPartitionEOF: false })
        {
            count++;
        }

        return count;
    }
}
