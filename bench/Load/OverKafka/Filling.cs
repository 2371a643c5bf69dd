using Confluent.Kafka;
using Perimeter.Domain;
using Perimeter.Load.EndToEnd;
using Perimeter.Streaming;

namespace Perimeter.Load.OverKafka;

/// <summary>Fills call-events with the same backlog, in frames or call by call.</summary>
internal static class Filling
{
    // Appended together, as one transaction.
    private const int MaxAppendBytes = 8 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>As Ingest does.</summary>
    public static async Task WithFramesAsync(CallTopic topic, RatingConfig carrier, int events, int frameRows)
    {
        await using KafkaLog log = await topic.OpenLogAsync();
        List<LogOutput> frames = [];
        long bytes = 0;
        foreach (BacklogFrame frame in BacklogFrames.Make(carrier, events, CallTopic.Partitions, frameRows))
        {
            topic.Events += frame.Events;
            topic.Distinct += frame.Distinct;
            topic.Bytes += frame.Payload.Length;
            topic.Messages++;
            bytes += frame.Payload.Length;
            frames.Add(new LogOutput(Topics.CallEvents, frame.Partition, frame.Payload));
            if (bytes >= MaxAppendBytes)
            {
                await log.AppendAsync(frames, CancellationToken.None);
                frames.Clear();
                bytes = 0;
            }
        }

        await log.AppendAsync(frames, CancellationToken.None);
    }

    /// <summary>As a switch that writes Kafka itself does.</summary>
    public static void WithMessages(CallTopic topic, RatingConfig carrier, int events)
    {
        using IProducer<byte[]?, byte[]> producer = BareClient.SwitchProducer(topic.Bootstrap);
        using EventMessages messages = new();
        var made = new BacklogEvents(carrier);
        var batch = new CallEventBatch();
        long written = 0;
        string? fault = null;
        for (long call = 1; topic.Events < events; call++)
        {
            batch.Clear();
            topic.Distinct += made.AddCall(call, batch);
            for (int row = 0; row < batch.Count; row++)
            {
                byte[] value = messages.Value(batch[row], batch.Texts);
                Produce(new Message<byte[]?, byte[]> { Key = EventMessages.Key(batch[row], batch.Texts), Value = value });
                topic.Events++;
                topic.Bytes += value.Length;
                topic.Messages++;
            }
        }

        producer.Flush(Patience);
        if (Interlocked.Read(ref written) != topic.Messages || fault is not null)
        {
            throw new InvalidOperationException($"{written} of {topic.Messages} messages were written: {fault ?? "the broker was too slow"}.");
        }

        void Produce(Message<byte[]?, byte[]> message)
        {
            while (true)
            {
                try
                {
                    producer.Produce(topic.CallEvents, message, report =>
                    {
                        Interlocked.Increment(ref written);
                        fault ??= report.Error.IsError ? report.Error.Reason : null;
                    });
                    return;
                }
                catch (ProduceException<byte[]?, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(100));
                }
            }
        }
    }
}
