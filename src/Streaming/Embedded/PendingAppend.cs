namespace Perimeter.Streaming;

/// <summary>What an append may use of the free space that is kept: the more it helps the pipeline to drain, the more.</summary>
internal enum Urgency { Intake, UnitOfWork, CursorOnly }

/// <summary>One atomic group on its way to the disk.</summary>
internal sealed class PendingAppend(
    IReadOnlyList<LogOutput> frames, PartitionState[] partitions, IReadOnlyList<KeyValuePair<CursorKey, long>> cursors, long bytes)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int GivenUp = 2;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public IReadOnlyList<LogOutput> Frames { get; } = frames;

    public PartitionState[] Partitions { get; } = partitions;

    public IReadOnlyList<KeyValuePair<CursorKey, long>> Cursors { get; } = cursors;

    /// <summary>At most what it takes in the segment.</summary>
    public long Bytes { get; } = bytes;

    public Urgency Urgency => Cursors.Count == 0 ? Urgency.Intake : Frames.Count == 0 ? Urgency.CursorOnly : Urgency.UnitOfWork;

    /// <summary>The number that each frame got: the writer's, known when it is done.</summary>
    public long[] Numbers { get; } = new long[frames.Count];

    public Task Done => _done.Task;

    /// <summary>The writer takes it; false where the caller has given it up before.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The caller gives it up, which leaves nothing of it; without effect once the writer has taken it.</summary>
    public void GiveUp(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting)
        {
            _done.TrySetCanceled(cancellationToken);
        }
    }

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
