using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Perimeter.Load.Measuring;
using Perimeter.Streaming;

namespace Perimeter.Load.OverKafka;

/// <summary>What Confluent's client does by itself, with the settings that the product gives it and nothing around it: the parts that the pipeline is held against.</summary>
internal static class BareClient
{
    public const int MaxMessageBytes = RatedCallFrame.MaxBytes + (1 << 20);

    /// <summary>The largest transaction that is measured; larger ones gain nothing.</summary>
    private const int TransactionBytes = 8 << 20;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Consumers side by side: one a core.</summary>
    public static int Consumers => Math.Min(Environment.ProcessorCount, CallTopic.Partitions);

    /// <summary>Reads a topic to its end, message by message, and nothing else. The time is from the first message on: finding the broker is no reading.</summary>
    /// <exception cref="InvalidDataException">It holds another number of messages.</exception>
    public static async Task<BrokeredUsage> ConsumeAsync(Broker broker, string topic, long messages)
    {
        (BrokeredUsage usage, long read) = await ConsumeAllAsync(broker, topic, static _ => { });
        return read == messages ? usage : throw new InvalidDataException($"{topic} holds {read} messages, and {messages} were written.");
    }

    /// <summary>The same, and what it read.</summary>
    public static async Task<(BrokeredUsage Usage, long Messages)> ConsumeAllAsync(Broker broker, string topic, Action<ConsumeResult<byte[], byte[]>> take)
    {
        long first = 0;
        long read = 0;
        long last = 0;
        BrokeredUsage usage = await broker.MeasureAsync(() => Task.WhenAll(Enumerable.Range(0, Consumers).Select(n => Task.Factory.StartNew(
            () =>
            {
                using IConsumer<byte[], byte[]> consumer = Consumer(broker.Bootstrap);
                int[] partitions = [.. Enumerable.Range(0, CallTopic.Partitions).Where(partition => partition % Consumers == n)];
                consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
                long mine = 0;
                for (int ended = 0; ended < partitions.Length;)
                {
                    ConsumeResult<byte[], byte[]> result = consumer.Consume(Patience) ?? throw new TimeoutException($"{topic}: nothing came for {Patience.TotalSeconds} s.");
                    if (result.IsPartitionEOF)
                    {
                        ended++;
                        continue;
                    }

                    if (mine++ == 0)
                    {
                        Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0);
                    }

                    take(result);
                }

                Interlocked.Add(ref read, mine);
                Interlocked.Exchange(ref last, Stopwatch.GetTimestamp());
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))));
        return (usage with { Own = usage.Own with { Seconds = Stopwatch.GetElapsedTime(first, last).TotalSeconds } }, read);
    }

    /// <summary>Writes frames to a topic in transactions, one behind the other, from memory.</summary>
    public static async Task<BrokeredUsage> ProduceAsync(Broker broker, string topic, IReadOnlyList<LogFrame> frames)
    {
        using IProducer<byte[]?, byte[]> producer = Build(new ProducerConfig { TransactionalId = topic, BootstrapServers = broker.Bootstrap, LingerMs = 5 });
        producer.InitTransactions(Patience);
        return await broker.MeasureAsync(() => Task.Run(() =>
        {
            for (int next = 0; next < frames.Count;)
            {
                producer.BeginTransaction();
                for (long bytes = 0; next < frames.Count && bytes < TransactionBytes; next++)
                {
                    LogFrame frame = frames[next];
                    bytes += frame.Payload.Length;
                    producer.Produce(new TopicPartition(topic, frame.Position.Partition), new Message<byte[]?, byte[]> { Value = frame.Payload.ToArray() });
                }

                producer.CommitTransaction();
            }
        }));
    }

    /// <summary>As docs/call-events.md asks of a switch's own producer.</summary>
    public static IProducer<byte[]?, byte[]> SwitchProducer(string bootstrap) => Build(new ProducerConfig
    {
        BootstrapServers = bootstrap, Partitioner = Partitioner.Murmur2Random, LingerMs = 50, BatchSize = 256 << 10, QueueBufferingMaxMessages = 500_000,
    });

    public static IConsumer<byte[], byte[]> Consumer(string bootstrap) => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
    {
        BootstrapServers = bootstrap,
        GroupId = "bare",
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,

        // So long the broker holds back that there is nothing more, which would be counted as reading.
        FetchWaitMaxMs = 10,
        CheckCrcs = true,
        MaxPartitionFetchBytes = 4 << 20,
        MessageMaxBytes = MaxMessageBytes,
        ReceiveMessageMaxBytes = MaxMessageBytes + (36 << 20),
        QueuedMaxMessagesKbytes = 64 << 10,
    }.Concat([new("fetch.queue.backoff.ms", 5.ToString(CultureInfo.InvariantCulture))])).SetLogHandler(static (_, _) => { }).Build();

    private static IProducer<byte[]?, byte[]> Build(ProducerConfig config)
    {
        config.EnableIdempotence = true;
        config.Acks = Acks.All;
        config.CompressionType = CompressionType.Lz4;
        config.MessageMaxBytes = MaxMessageBytes;
        config.QueueBufferingMaxKbytes = 256 << 10;
        return new ProducerBuilder<byte[]?, byte[]>(config).SetLogHandler(static (_, _) => { }).Build();
    }
}
