using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming.Tests;

/// <summary>A topic that others write, over a real broker.</summary>
public sealed class ForeignTopicTests
{
    private const int Partitions = 3;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly string _prefix = $"t{Guid.NewGuid():N}.";
    private readonly string _topic = $"cdrs-{Guid.NewGuid():N}";
    private string _bootstrap = "";
    private int _produced;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_message_is_handed_over_and_a_group_goes_on_behind_those_that_were_taken()
    {
        await MakeTopicAsync();
        Produce("a", "b", "c", null);
        var first = new Taker(await FollowAsync());
        await first.UntilAsync(4);
        await first.StopAsync();
        Assert.Equal(["", "a", "b", "c"], first.Taken.Order(StringComparer.Ordinal));

        Produce("d");
        var second = new Taker(await FollowAsync());
        await second.UntilAsync(1);
        await second.StopAsync();
        Assert.Equal(["d"], second.Taken);
    }

    [Fact]
    public async Task A_batch_that_was_not_taken_comes_again()
    {
        await MakeTopicAsync();
        Produce("a", "b");
        ForeignTopic failing = await FollowAsync();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => failing.RunAsync((_, _) => throw new TimeZoneNotFoundException(), Cancelled).WaitAsync(Bound, Cancelled));
        var next = new Taker(await FollowAsync());
        await next.UntilAsync(2);
        await next.StopAsync();
        Assert.Equal(["a", "b"], next.Taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_members_of_a_group_share_a_topic_and_when_one_goes_the_other_has_it_all()
    {
        await MakeTopicAsync();
        var one = new Taker(await FollowAsync("one"));
        var other = new Taker(await FollowAsync("other"));
        List<string> sent = [];
        await Until.HoldsAsync(
            () =>
            {
                Produce($"m{sent.Count}");
                sent.Add($"m{sent.Count}");
                return !one.Taken.IsEmpty && !other.Taken.IsEmpty;
            },
            () => "one of the two was given nothing", Bound, Cancelled);
        await one.StopAsync();
        for (int i = 0; i < 10; i++)
        {
            Produce($"m{sent.Count}");
            sent.Add($"m{sent.Count}");
        }

        await Until.HoldsAsync(() => sent.All(message => one.Taken.Contains(message) || other.Taken.Contains(message)), () => "a message was handed over to nobody", Bound, Cancelled);
        await other.StopAsync();
    }

    [Fact]
    public async Task A_topic_that_is_not_there_yet_is_waited_for_and_told()
    {
        ForeignTopic topic = await FollowAsync();
        var taker = new Taker(topic);
        await Until.HoldsAsync(() => topic.Trouble.Length > 0, () => "nothing is told", Bound, Cancelled);
        Assert.StartsWith($"The topic {_topic} is not there on ", topic.Trouble, StringComparison.Ordinal);
        await MakeTopicAsync();
        Produce("a");
        await taker.UntilAsync(1);
        Assert.Equal("", topic.Trouble);
        await taker.StopAsync();
    }

    [Fact]
    public async Task Another_client_takes_the_place_of_one_that_does_not_get_into_its_group()
    {
        await MakeTopicAsync();
        Produce("a");
        await using Doorway doorway = new(_bootstrap) { IsSilent = true };
        KafkaLogOptions options = KafkaContractTests.Options(doorway.Address, _prefix, "one") with
        {
            JoinTimeout = TimeSpan.FromSeconds(2),
            CloseTimeout = TimeSpan.FromSeconds(1),

            // As long as it can wait for a first word.
            Settings = new Dictionary<string, string> { ["api.version.request.timeout.ms"] = "300000" },
        };
        var taker = new Taker(new ForeignTopic(options, _topic, "switch.s1"));
        await Until.HoldsAsync(() => doorway.KeptWaiting >= 2, () => $"{doorway.KeptWaiting} clients have come", Bound, Cancelled);
        doorway.IsSilent = false;
        await taker.UntilAsync(1);
        await taker.StopAsync();
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_does_not_keep_it_from_ending()
    {
        KafkaLogOptions options = KafkaContractTests.Options("127.0.0.1:1", _prefix, "one") with { CloseTimeout = TimeSpan.FromSeconds(1) };
        var taker = new Taker(new ForeignTopic(options, _topic, "g"));
        await taker.StopAsync();
        Assert.Empty(taker.Taken);
    }

    private async Task<ForeignTopic> FollowAsync(string instance = "one") => new(await KafkaContractTests.OptionsAsync(_prefix, instance), _topic, "switch.s1");

    private async Task MakeTopicAsync()
    {
        _bootstrap = await KafkaBroker.BootstrapAsync();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = _topic, NumPartitions = Partitions, ReplicationFactor = 1 }]);
    }

    private void Produce(params string?[] values)
    {
        using IProducer<Null, byte[]?> producer = new ProducerBuilder<Null, byte[]?>(new ProducerConfig { BootstrapServers = _bootstrap, Acks = Acks.All }).Build();
        foreach (string? value in values)
        {
            producer.Produce(new TopicPartition(_topic, _produced++ % Partitions), new Message<Null, byte[]?> { Value = value is null ? null : Encoding.UTF8.GetBytes(value) });
        }

        Assert.Equal(0, producer.Flush(Bound));
    }

    /// <summary>Takes what is handed over, until it is stopped.</summary>
    private sealed class Taker
    {
        private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        private readonly Task _running;

        public Taker(ForeignTopic topic) => _running = topic.RunAsync(
            (batch, _) =>
            {
                foreach (ReadOnlyMemory<byte> value in batch)
                {
                    Taken.Add(Encoding.UTF8.GetString(value.Span));
                }

                return Task.CompletedTask;
            },
            _stopping.Token);

        public ConcurrentBag<string> Taken { get; } = [];

        public Task UntilAsync(int count) => Until.HoldsAsync(() => Taken.Count >= count || _running.IsFaulted, () => $"{Taken.Count} of {count} messages came", Bound, Cancelled);

        public async Task StopAsync()
        {
            await _stopping.CancelAsync();
            await _running.WaitAsync(Bound, Cancelled);
            _stopping.Dispose();
        }
    }
}
