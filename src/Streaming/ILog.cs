namespace Perimeter.Streaming;

/// <summary>
/// The durable log between the stages: topics of partitions of frames. Numbers of frames grow along a partition, and may leave some out: whoever goes on behind a
/// frame asks for the next at or after its number plus one.
/// </summary>
public interface ILog : IAsyncDisposable
{
    /// <summary>The same for every topic, and fixed when the log is created: a call's key decides its partition for good.</summary>
    int PartitionCount { get; }

    /// <summary>
    /// Appends the frames, all of them or none, to whatever topics and partitions they name, and completes when they are durable.
    /// Appends that are under way together share one sync. Returns the place of each frame, in the order given.
    /// </summary>
    /// <exception cref="LogFullException">The disk is full, or the servers cannot be reached; nothing of the frames is kept. Trying again later is safe.</exception>
    /// <exception cref="LogFailedException">Whether the frames are kept is not known.</exception>
    ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="work"/> for each partition that this member of <paramref name="group"/> is given, side by side, and cancels it when the
    /// partition is taken away. Returns when <paramref name="cancellationToken"/> is cancelled and all work has ended; an exception of any work ends all and is thrown.
    /// A reader sees durable frames only.
    /// </summary>
    Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken);
}

/// <summary>One group's cursor over one partition. Used by one caller at a time.</summary>
public interface IPartitionReader
{
    string Topic { get; }

    int Partition { get; }

    ulong Incarnation { get; }

    /// <summary>The oldest frame that retention has left; equal to <see cref="EndFrame"/> where there is none.</summary>
    long FirstFrame { get; }

    /// <summary>
    /// The frame after the newest durable one: lag is this less the frame that is next, and where the two are equal all is read. Over Kafka it is as old as the last
    /// look, and may go back to <see cref="NextFrame"/> when a read finds that what lies between are no frames.
    /// </summary>
    long EndFrame { get; }

    /// <summary>The frame after the last one committed by this group; <see cref="FirstFrame"/> for a new group.</summary>
    long CommittedFrame { get; }

    /// <summary>The frame that the next read begins with. A reader starts at <see cref="CommittedFrame"/>.</summary>
    long NextFrame { get; }

    /// <summary>Reads on from <paramref name="frame"/>, which may lie before the committed one (to rebuild what was in memory).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The frame is not in the log: before <see cref="FirstFrame"/>, or after <see cref="EndFrame"/>.</exception>
    void Seek(long frame);

    /// <summary>
    /// The first place whose frame, or the next where there is none, the log took at the instant or later; <see cref="EndFrame"/> where there is none. Null where the log knows no better than by reading,
    /// which costs it little: over Kafka each step back costs up to half a second.
    /// </summary>
    ValueTask<long?> FindSinceAsync(long instantMs, CancellationToken cancellationToken) => ValueTask.FromResult<long?>(null);

    /// <summary>The next frames, in order; an empty list when none came within <paramref name="wait"/>. What is there already is waited for in any case.</summary>
    /// <exception cref="LogDamagedException">A frame does not match its check: the store must not go on without it.</exception>
    ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the log confirms that the partition is this reader's now: for who finds another's mark at a store of its own, left perhaps by a process that was given up and had not heard of it yet.
    /// False where the log cannot tell.
    /// </summary>
    /// <exception cref="LogFullException">It does not answer.</exception>
    ValueTask<bool> ConfirmAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Commits the group's cursor without output. A hint where the reader's own store knows better (landing).</summary>
    ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken);

    /// <summary>
    /// The unit of work: appends <paramref name="outputs"/> and commits the cursor, both or neither, durably. Readers of the outputs see all of them or none.
    /// Returns the place of each output, in the order given.
    /// </summary>
    /// <exception cref="LogFullException">The disk is full, or the servers cannot be reached; neither happened. Trying the same unit again is safe.</exception>
    ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken);
}
