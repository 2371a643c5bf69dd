using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>What a read-committed reader sees of a topic.</summary>
internal static class KafkaReading
{
    private static readonly ReadLimits All = new(1000, 1 << 20);

    /// <summary>The texts of outputs of members, or of frames.</summary>
    public static async Task<List<string>> AllAsync(ILog log, string topic, TimeSpan bound, CancellationToken cancellationToken)
    {
        List<string> texts = [];
        await EachAsync(log, topic, frame => texts.Add(TextOf(frame.Payload.Span)), bound, cancellationToken);
        return texts;
    }

    public static string TextOf(ReadOnlySpan<byte> payload)
    {
        int end = payload.IndexOf((byte)'|');
        return Encoding.UTF8.GetString(end < 0 ? payload : payload[..end]);
    }

    /// <summary>Does the work once with partition 0 of topic a, as group g.</summary>
    public static async Task FirstPartitionAsync(ILog log, Func<IPartitionReader, CancellationToken, Task> work, TimeSpan bound, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                if (reader.Partition == 0)
                {
                    await work(reader, ending);
                    await stop.CancelAsync();
                }
            },
            stop.Token).WaitAsync(bound, cancellationToken);
    }

    /// <summary>Everything that is on the topic now, partition by partition, each in its order. Read by a new group.</summary>
    public static async Task EachAsync(ILog log, string topic, Action<LogFrame> take, TimeSpan bound, CancellationToken cancellationToken)
    {
        List<LogFrame>[] frames = [.. Enumerable.Range(0, log.PartitionCount).Select(_ => new List<LogFrame>())];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int left = log.PartitionCount;
        await log.ConsumeAsync(
            topic,
            $"reading-{Guid.NewGuid():N}",
            async (reader, ending) =>
            {
                while (reader.NextFrame < reader.EndFrame)
                {
                    frames[reader.Partition].AddRange((await reader.ReadAsync(All, TimeSpan.Zero, ending)).Select(frame => frame with { Payload = Short(frame.Payload) }));
                }

                if (Interlocked.Decrement(ref left) == 0)
                {
                    await stop.CancelAsync();
                }
            },
            stop.Token).WaitAsync(bound, cancellationToken);
        foreach (LogFrame frame in frames.SelectMany(partition => partition))
        {
            take(frame);
        }
    }

    /// <summary>Without what fills it up.</summary>
    private static byte[] Short(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetBytes(TextOf(payload.Span));
}
