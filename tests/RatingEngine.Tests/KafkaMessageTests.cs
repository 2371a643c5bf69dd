using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Perimeter.Domain;
using Perimeter.Records.Tests;
using Perimeter.Streaming;
using Perimeter.Streaming.Tests;

namespace Perimeter.RatingEngine.Tests;

/// <summary>A switch that writes to a real Kafka itself, by a client that is not ours, as docs/call-events.md tells it to.</summary>
public sealed class KafkaMessageTests
{
    private const int Calls = 200;
    private const long Noon = 1_790_000_000_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_switch_writes_itself_is_charged_once_and_what_it_writes_wrongly_is_put_aside_with_all_that_came_with_it()
    {
        string prefix = $"t{Guid.NewGuid():N}.";
        string bootstrap = await KafkaBroker.BootstrapAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(
            new KafkaLogOptions { BootstrapServers = bootstrap, Instance = "one", Prefix = prefix, PartitionCount = 8, ReplicationFactor = 1, MinInSyncReplicas = 1 }, Cancelled);
        string topic = prefix + Topics.CallEvents;
        await using RunningRole role = RunningRole.Start(log, SmallCarrier.Published(revision: 7));

        // As told: key and partitioner. Each call twice, in both forms.
        ProducerConfig config = new() { BootstrapServers = bootstrap, Acks = Acks.All, EnableIdempotence = true, Partitioner = Partitioner.Murmur2Random };
        await ProduceAsync(config, topic, Enumerable.Range(0, Calls).Select(call => (Key(call), (byte[]?)Json(call))));
        await ProduceAsync(config, topic, Enumerable.Range(0, Calls).Select(call => (Key(call), (byte[]?)MessagePack(call))));

        // Not as told: another partitioner, and no value at all.
        List<DeliveryResult<byte[], byte[]>> wrong = await ProduceAsync(
            new(config) { Partitioner = Partitioner.ConsistentRandom }, topic, Enumerable.Range(Calls, Calls).Select(call => (Key(call), (byte[]?)Json(call))));
        List<DeliveryResult<byte[], byte[]>> empty = await ProduceAsync(config, topic, [(Key(0), null)]);
        await role.UntilAsync(state => state.Partitions.Sum(one => one.Rated + one.Passed.Repeats + one.Unusable) == (3 * Calls) + 1);

        DeliveryResult<byte[], byte[]>[] misplaced = [.. wrong.Where((result, index) => result.Partition.Value != new TestEvent(Calls + index).PartitionOf(8))];
        Assert.InRange(misplaced.Length, Calls / 2, Calls - 1);
        Assert.Equal(Calls, role.State.Partitions.Sum(one => one.Passed.Repeats));
        List<RatedRow> rated = [];
        await ReadAsync(log, Topics.RatedCalls, payload => rated.AddRange(RatedRow.Read(payload.Span)));
        Assert.Equal((2 * Calls) - misplaced.Length, rated.Count);
        Assert.Equal(rated.Count, rated.Select(row => row.CallId).Distinct().Count());
        Assert.All(rated, row => Assert.Equal(SmallCarrier.Charge(7, 1), row.Charge));

        List<QuarantinedEvent> put = [];
        await ReadAsync(log, Topics.Quarantine, payload => QuarantineFrame.Read(payload.Span, put));
        Assert.Equal(
            misplaced.Concat(empty).Select(result => Told(
                result.Value is null ? QuarantineReason.Unreadable : QuarantineReason.Misplaced, result.Partition.Value, result.Offset.Value, result.Key, result.Value ?? [])).Order(),
            put.Select(one => Told(one.Reason, one.SourcePartition, one.Place >> LogPosition.RowBits, one.Key.ToArray(), one.Content.ToArray())).Order());
        Assert.All(put, one => Assert.Equal(("site", "nyc"), (Assert.Single(one.Headers).Name, Encoding.UTF8.GetString(one.Headers[0].Value.Span))));
        Assert.All(put.Where(one => one.Reason == QuarantineReason.Misplaced), one => Assert.Contains("partitioner=murmur2_random", one.Message, StringComparison.Ordinal));
    }

    private static string Told(QuarantineReason reason, int partition, long offset, byte[] key, byte[] content) =>
        $"{reason} {partition} {offset} {Encoding.UTF8.GetString(key)} {Convert.ToHexString(content)}";

    private static byte[] Key(int call) => Encoding.UTF8.GetBytes($"switch-1/{new TestEvent(call).CallId}");

    private static async Task<List<DeliveryResult<byte[], byte[]>>> ProduceAsync(ProducerConfig config, string topic, IEnumerable<(byte[] Key, byte[]? Value)> messages)
    {
        using IProducer<byte[], byte[]> producer = new ProducerBuilder<byte[], byte[]>(config).Build();
        Headers headers = [new Header("site", "nyc"u8.ToArray())];
        return [.. await Task.WhenAll(messages.Select(message => producer.ProduceAsync(topic, new Message<byte[], byte[]> { Key = message.Key, Value = message.Value!, Headers = headers }, Cancelled)))];
    }

    private static async Task ReadAsync(KafkaLog log, string topic, Action<ReadOnlyMemory<byte>> take)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        int left = log.PartitionCount;
        await log.ConsumeAsync(
            topic,
            $"reading-{Guid.NewGuid():N}",
            async (reader, ending) =>
            {
                while (reader.NextFrame < reader.EndFrame)
                {
                    foreach (LogFrame frame in await reader.ReadAsync(new ReadLimits(1000, 1 << 20), TimeSpan.Zero, ending))
                    {
                        lock (stop)
                        {
                            take(frame.Payload);
                        }
                    }
                }

                if (Interlocked.Decrement(ref left) == 0)
                {
                    await stop.CancelAsync();
                }
            },
            stop.Token).WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
    }

    private static byte[] Json(int call) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"switch_id":"switch-1","call_id":"call-{{call}}","trunk_group_a":"{{SmallCarrier.CustomerGroup}}","trunk_group_b":"{{SmallCarrier.VendorGroup}}","dnis":"447700900123","setup_time":{{Noon}},"answer_time":{{Noon}},"duration_ms":60000}"""));

    private static byte[] MessagePack(int call) => new MessagePackBytes().Map(8).Text("switch_id").Text("switch-1").Text("call_id").Text(new TestEvent(call).CallId)
        .Text("trunk_group_a").Text(SmallCarrier.CustomerGroup).Text("trunk_group_b").Text(SmallCarrier.VendorGroup).Text("dnis").Text("447700900123")
        .Text("setup_time").Integer(Noon).Text("answer_time").Integer(Noon).Text("duration_ms").Integer(60_000).ToArray();
}
