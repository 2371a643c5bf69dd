namespace Perimeter.Streaming.Tests;

/// <summary>What a fault log was told to die of. The test then opens the log again, as a process that was started again does.</summary>
public sealed class LogCrashException(string message) : Exception(message);

/// <summary>A log that does what the one inside it does, and fails where it was told to.</summary>
public sealed class FaultLog(ILog inner) : ILog
{
    private int _fullAppends;
    private int _crashBefore = -1;
    private int _crashAfter = -1;
    private Task _durable = Task.CompletedTask;

    public int PartitionCount => inner.PartitionCount;

    /// <summary>The next appends and units of work find the disk full.</summary>
    public void FillFor(int appends) => Volatile.Write(ref _fullAppends, appends);

    /// <summary>The n-th append or unit of work from now on, from 0, does not happen, and the process is as good as dead.</summary>
    public void CrashBefore(int nth) => Volatile.Write(ref _crashBefore, nth);

    /// <summary>The n-th append or unit of work from now on, from 0, becomes durable, and its caller never hears of it.</summary>
    public void CrashAfter(int nth) => Volatile.Write(ref _crashAfter, nth);

    /// <summary>Appends and units of work are not acknowledged before the task completes.</summary>
    public void DelayUntil(Task durable) => Volatile.Write(ref _durable, durable);

    public ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken) =>
        InjectAsync(() => inner.AppendAsync(frames, cancellationToken), cancellationToken);

    public Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        inner.ConsumeAsync(topic, group, (reader, ending) => work(new FaultReader(this, reader), ending), cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<T> InjectAsync<T>(Func<ValueTask<T>> write, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _fullAppends) >= 0)
        {
            throw new LogFullException("The disk is full: a fault that the test asked for.");
        }

        Volatile.Write(ref _fullAppends, 0);
        if (Interlocked.Decrement(ref _crashBefore) == -1)
        {
            throw new LogCrashException("Died before the write.");
        }

        T result = await write();
        await Volatile.Read(ref _durable).WaitAsync(cancellationToken);
        return Interlocked.Decrement(ref _crashAfter) == -1 ? throw new LogCrashException("Died after the write.") : result;
    }

    private sealed class FaultReader(FaultLog log, IPartitionReader inner) : IPartitionReader
    {
        public string Topic => inner.Topic;

        public int Partition => inner.Partition;

        public ulong Incarnation => inner.Incarnation;

        public long FirstFrame => inner.FirstFrame;

        public long EndFrame => inner.EndFrame;

        public long CommittedFrame => inner.CommittedFrame;

        public long NextFrame => inner.NextFrame;

        public void Seek(long frame) => inner.Seek(frame);

        public ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken) =>
            inner.ReadAsync(limits, wait, cancellationToken);

        public async ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken) => await CommitAsync(nextFrame, [], cancellationToken);

        public async ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken) =>
            await log.InjectAsync(async () => await inner.CommitAsync(nextFrame, outputs, cancellationToken), cancellationToken);
    }
}
