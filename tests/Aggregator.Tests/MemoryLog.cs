using Perimeter.Streaming;

namespace Perimeter.Aggregator.Tests;

/// <summary>One partition of a topic in memory, with a cursor that outlives its readers: what a process that is killed leaves behind.</summary>
internal sealed class MemoryPartition(string topic, ulong incarnation, int partition)
{
    private readonly List<LogFrame> _frames = [];

    public string Topic { get; } = topic;

    public ulong Incarnation { get; } = incarnation;

    public int Partition { get; } = partition;

    public long First { get; private set; }

    public long End => First + _frames.Count;

    public long Committed { get; set; }

    public void Append(byte[] payload, long appendedAtMs) =>
        _frames.Add(new LogFrame(new LogPosition(Incarnation, Partition, End, 0), appendedAtMs, payload));

    /// <summary>Retention: the oldest frames go.</summary>
    public void Forget(long before)
    {
        _frames.RemoveRange(0, (int)(before - First));
        First = before;
    }

    public IReadOnlyList<LogFrame> From(long frame, int most) => [.. _frames.Skip((int)(frame - First)).Take(most)];
}

/// <summary>Reads a <see cref="MemoryPartition"/>.</summary>
/// <param name="partition">What it reads.</param>
/// <param name="atEnd">Called when there is no more: ends the landing, or waits until something else does.</param>
internal sealed class MemoryReader(MemoryPartition partition, Func<Task> atEnd) : IPartitionReader
{
    /// <summary>Called before a commit; what it throws ends the landing there, as a kill would.</summary>
    public Action? BeforeCommit { get; init; }

    /// <summary>Whether the log says that the partition is this reader's.</summary>
    public bool IsConfirmed { get; init; }

    public string Topic => partition.Topic;

    public int Partition => partition.Partition;

    public ulong Incarnation => partition.Incarnation;

    public long FirstFrame => partition.First;

    public long EndFrame => partition.End;

    public long CommittedFrame => Math.Max(partition.Committed, partition.First);

    public long NextFrame { get; private set; } = Math.Max(partition.Committed, partition.First);

    /// <summary>The frames of each read, so that batches do not always end in the same places.</summary>
    public Func<int> FramesOfNextRead { get; init; } = () => int.MaxValue;

    public void Seek(long frame)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frame, FirstFrame);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame, EndFrame);
        NextFrame = frame;
    }

    public async ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<LogFrame> frames = partition.From(NextFrame, Math.Min(limits.MaxFrames, FramesOfNextRead()));
        if (frames.Count == 0 && CommittedFrame == EndFrame)
        {
            await atEnd();
            cancellationToken.ThrowIfCancellationRequested();
        }

        NextFrame += frames.Count;
        return frames;
    }

    public ValueTask<bool> ConfirmAsync(CancellationToken cancellationToken) => ValueTask.FromResult(IsConfirmed);

    public ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken)
    {
        BeforeCommit?.Invoke();
        partition.Committed = nextFrame;
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Landing produces nothing.");
}
