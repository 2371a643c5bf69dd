using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Perimeter.Aggregator;
using Perimeter.Load.EndToEnd;
using Perimeter.RatingEngine;
using Perimeter.Streaming;

namespace Perimeter.Load.OverKafka;

/// <summary>The topics of one carrier on the broker: call-events, which is filled once, and those behind it, which are made anew for each round.</summary>
internal sealed class CallTopic : IDisposable
{
    /// <summary>As the product makes them where nothing else is set.</summary>
    public const int Partitions = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);

    private readonly Broker _broker;
    private readonly string _prefix;
    private readonly IAdminClient _admin;

    private CallTopic(Broker broker, string prefix)
    {
        _broker = broker;
        _prefix = prefix;
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).SetLogHandler(static (_, _) => { }).Build();
    }

    public string Bootstrap => _broker.Bootstrap;

    public string CallEvents => Named(Topics.CallEvents);

    public string RatedCalls => Named(Topics.RatedCalls);

    public long Events { get; set; }

    /// <summary>Events that are no repeats: the rows that must land.</summary>
    public long Distinct { get; set; }

    public long Messages { get; set; }

    /// <summary>Of values, before Kafka compresses them.</summary>
    public long Bytes { get; set; }

    public static async Task<CallTopic> MakeAsync(Broker broker, string prefix)
    {
        CallTopic topic = new(broker, prefix);
        await using KafkaLog log = await topic.OpenLogAsync();
        return topic;
    }

    public string Named(string topic) => _prefix + topic;

    public Task<KafkaLog> OpenLogAsync(string instance = "bench") => KafkaLog.OpenAsync(new KafkaLogOptions
    {
        BootstrapServers = Bootstrap,
        Instance = instance,
        Prefix = _prefix,
        PartitionCount = Partitions,
        ReplicationFactor = 1,
        MinInSyncReplicas = 1,
        Topics = [new(Topics.CallEvents), new(Topics.RatedCalls), new(Topics.Quarantine)],
    });

    /// <summary>As if call-events had never been read: no cursors, no rated calls.</summary>
    public async Task ResetAsync()
    {
        await RetryAsync(async () =>
        {
            try
            {
                await _admin.DeleteGroupsAsync(
                    [Group(RatingEngineRole.Group, Topics.CallEvents), Group(AggregatorRole.Group, Topics.RatedCalls), Group(AggregatorRole.Group, Topics.Quarantine)]);
            }
            catch (DeleteGroupsException some) when (some.Results.All(result => !result.Error.IsError || result.Error.Code == ErrorCode.GroupIdNotFound))
            {
                // Never read by those.
            }
        });
        await DeleteAsync(Topics.RatedCalls);
        await DeleteAsync(Topics.Quarantine);
    }

    public Task CreateAsync(string topic) => RetryAsync(async () =>
    {
        await _admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = Named(topic), NumPartitions = Partitions, ReplicationFactor = 1, Configs = new() { ["max.message.bytes"] = $"{BareClient.MaxMessageBytes}" },
        }]);
    });

    public async Task DeleteAsync(string topic)
    {
        await RetryAsync(async () =>
        {
            try
            {
                await _admin.DeleteTopicsAsync([Named(topic)]);
            }
            catch (DeleteTopicsException gone) when (gone.Results.All(result => result.Error.Code == ErrorCode.UnknownTopicOrPart))
            {
                // It was not made yet.
            }
        });

        // The broker still tells of it for a moment.
        await Waiting.UntilAsync(
            () => _admin.GetMetadata(Named(topic), Patience).Topics[0].Error.Code == ErrorCode.UnknownTopicOrPart, () => $"{Named(topic)} was deleted and is still there");
    }

    public void Dispose() => _admin.Dispose();

    private string Group(string group, string topic) => Named($"{group}.{topic}");

    /// <summary>A group that was just left, or a topic that was just deleted, is still there for a moment.</summary>
    private static async Task RetryAsync(Func<Task> call)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (KafkaException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(PollWait);
            }
        }
    }
}
