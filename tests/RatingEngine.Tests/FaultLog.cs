using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

/// <summary>What befalls a unit of work.</summary>
internal enum Fault { None, Full, DiesBefore, DiesAfter }

/// <summary>Stands for the process that dies: ends the role, and nothing of its memory is used again.</summary>
internal sealed class ProcessDiedException : Exception;

/// <summary>A log that only injects faults into units of work; the n-th unit, over all partitions, meets the n-th fault.</summary>
internal sealed class FaultLog(ILog log, Func<int, Fault> faultOf) : ILog
{
    private int _units;

    /// <summary>What every read waits for.</summary>
    public Task BeforeRead { get; init; } = Task.CompletedTask;

    public int PartitionCount => log.PartitionCount;

    public ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken) => log.AppendAsync(frames, cancellationToken);

    public Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        log.ConsumeAsync(topic, group, (reader, stop) => work(new FaultReader(reader, this), stop), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Fault Next() => faultOf(Interlocked.Increment(ref _units) - 1);

    private sealed class FaultReader(IPartitionReader reader, FaultLog faults) : IPartitionReader
    {
        public string Topic => reader.Topic;

        public int Partition => reader.Partition;

        public ulong Incarnation => reader.Incarnation;

        public long FirstFrame => reader.FirstFrame;

        public long EndFrame => reader.EndFrame;

        public long CommittedFrame => reader.CommittedFrame;

        public long NextFrame => reader.NextFrame;

        public void Seek(long frame) => reader.Seek(frame);

        public async ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
        {
            await faults.BeforeRead.WaitAsync(cancellationToken);
            return await reader.ReadAsync(limits, wait, cancellationToken);
        }

        public ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken) => reader.CommitAsync(nextFrame, cancellationToken);

        public async ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken)
        {
            switch (faults.Next())
            {
                case Fault.Full: throw new LogFullException("The disk is full.");
                case Fault.DiesBefore: throw new ProcessDiedException();
                case Fault.DiesAfter:
                    await reader.CommitAsync(nextFrame, outputs, cancellationToken);
                    throw new ProcessDiedException();
                default:
                    return await reader.CommitAsync(nextFrame, outputs, cancellationToken);
            }
        }
    }
}
