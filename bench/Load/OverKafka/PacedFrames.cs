using System.Diagnostics;
using Perimeter.Load.EndToEnd;
using Perimeter.Streaming;

namespace Perimeter.Load.OverKafka;

/// <summary>
/// Frames that are appended at a steady rate, each at its time whatever became of those before. What is seen of them, partition by partition and in order, is held against the
/// time at which each was due, so that a sender that is held up counts as well.
/// </summary>
internal sealed class PacedFrames(IReadOnlyList<BacklogFrame> frames, double perSecond, TimeSpan warmUp)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Queue<(long Due, BacklogFrame Frame)>[] _unseen = [.. Enumerable.Range(0, CallTopic.Partitions).Select(_ => new Queue<(long, BacklogFrame)>())];
    private readonly long[] _rows = new long[CallTopic.Partitions];
    private readonly Lock _lock = new();
    private long _counted;

    /// <summary>Of the frames behind the first moments.</summary>
    public Latencies Seen { get; } = new();

    public bool AllSeen
    {
        get
        {
            lock (_lock)
            {
                return _unseen.All(queue => queue.Count == 0);
            }
        }
    }

    /// <summary>Appends them all.</summary>
    public Task SendAsync(ILog log)
    {
        long began = Stopwatch.GetTimestamp();
        List<long> due = [];
        long events = 0;
        foreach (BacklogFrame frame in frames)
        {
            due.Add(began + (long)(events / perSecond * Stopwatch.Frequency));
            events += frame.Events;
            _unseen[frame.Partition].Enqueue((due[^1], frame));
        }

        _counted = began + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        return Task.Run(async () =>
        {
            List<Task> appends = [];
            for (int i = 0; i < frames.Count; i++)
            {
                while (Stopwatch.GetTimestamp() < due[i])
                {
                    await Task.Delay(Tick);
                }

                appends.Add(log.AppendAsync([new LogOutput(Topics.CallEvents, frames[i].Partition, frames[i].Payload)], CancellationToken.None).AsTask());
            }

            await Task.WhenAll(appends);
        });
    }

    /// <summary>So many rows of a partition can be seen now.</summary>
    public void SeeRows(int partition, long rows)
    {
        lock (_lock)
        {
            while (_unseen[partition].TryPeek(out (long Due, BacklogFrame Frame) next) && _rows[partition] + next.Frame.Distinct <= rows)
            {
                _rows[partition] += next.Frame.Distinct;
                See(partition);
            }
        }
    }

    /// <summary>The next frame of a partition can be seen now.</summary>
    public void SeeFrame(int partition)
    {
        lock (_lock)
        {
            See(partition);
        }
    }

    private void See(int partition)
    {
        (long due, BacklogFrame frame) = _unseen[partition].Dequeue();
        if (due >= _counted)
        {
            Seen.Add(Stopwatch.GetElapsedTime(due), frame.Events);
        }
    }
}
