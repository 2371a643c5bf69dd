using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>What a read-committed reader sees of a topic.</summary>
internal static class KafkaReading
{
    private static readonly ReadLimits All = new(1000, 1 << 20);

    /// <summary>Everything that is on the topic now, partition by partition, each in its order. Read by a new group.</summary>
    public static async Task<List<string>> AllAsync(ILog log, string topic, TimeSpan bound, CancellationToken cancellationToken)
    {
        List<string>[] texts = [.. Enumerable.Range(0, log.PartitionCount).Select(_ => new List<string>())];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int left = log.PartitionCount;
        await log.ConsumeAsync(
            topic,
            $"reading-{Guid.NewGuid():N}",
            async (reader, ending) =>
            {
                while (reader.NextFrame < reader.EndFrame)
                {
                    texts[reader.Partition].AddRange((await reader.ReadAsync(All, TimeSpan.Zero, ending)).Select(frame => Encoding.UTF8.GetString(frame.Payload.Span)));
                }

                if (Interlocked.Decrement(ref left) == 0)
                {
                    await stop.CancelAsync();
                }
            },
            stop.Token).WaitAsync(bound, cancellationToken);
        return [.. texts.SelectMany(partition => partition)];
    }
}
