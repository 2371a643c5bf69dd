using Confluent.Kafka;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Pipeline.Tests;

/// <summary>Where calls are on the log, for a test that misses some: all frames are looked through, those of transactions that were aborted too.</summary>
internal static class LogSearch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A line for each place of each of the calls.</summary>
    public static string Find(string bootstrap, IReadOnlySet<string> callIds)
    {
        List<string> found = [];
        foreach (string topic in (string[])[Topics.CallEvents, Topics.RatedCalls, Topics.Quarantine])
        {
            HashSet<TopicPartitionOffset> committed = [.. Read(bootstrap, topic, IsolationLevel.ReadCommitted).Select(message => message.TopicPartitionOffset)];
            foreach (ConsumeResult<Ignore, byte[]> message in Read(bootstrap, topic, IsolationLevel.ReadUncommitted))
            {
                string state = committed.Contains(message.TopicPartitionOffset) ? "" : ", aborted";
                found.AddRange(CallsOf(topic, message.Message.Value).Select((call, row) => (call, row)).Where(at => callIds.Contains(at.call)).Select(at =>
                    $"{at.call}: {topic}, partition {message.Partition.Value}, frame {message.Offset.Value}, row {at.row}, {message.Message.Timestamp.UtcDateTime:HH:mm:ss.fff}{state}"));
            }
        }

        return string.Join('\n', found.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> CallsOf(string topic, byte[] frame)
    {
        if (topic == Topics.Quarantine)
        {
            List<QuarantinedEvent> put = [];
            QuarantineFrame.Read(frame, put);
            return put.Select(one => one.CallId);
        }

        RatedCallBatch batch = new();
        if (topic == Topics.RatedCalls)
        {
            RatedCallFrame.Read(frame, batch);
        }
        else
        {
            CallEventFrame.Read(frame, batch.Events);
        }

        return [.. Enumerable.Range(0, batch.Count).Select(row => batch.Events.Texts.GetString(batch.Events[row].CallId))];
    }

    private static List<ConsumeResult<Ignore, byte[]>> Read(string bootstrap, string topic, IsolationLevel isolation)
    {
        using IConsumer<Ignore, byte[]> consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = "log-search", IsolationLevel = isolation, EnablePartitionEof = true, EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest,
        }).SetLogHandler(static (_, _) => { }).Build();
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        int partitions = admin.GetMetadata(topic, Patience).Topics[0].Partitions.Count;
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        List<ConsumeResult<Ignore, byte[]>> messages = [];
        for (int ended = 0; ended < partitions;)
        {
            ConsumeResult<Ignore, byte[]> next = consumer.Consume(Patience) ?? throw new TimeoutException($"{topic} did not come to its end in {Patience}.");
            if (next.IsPartitionEOF)
            {
                ended++;
            }
            else
            {
                messages.Add(next);
            }
        }

        return messages;
    }
}
