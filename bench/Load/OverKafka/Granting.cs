using Perimeter.Streaming;

namespace Perimeter.Load.OverKafka;

/// <summary>A log that counts the partitions that its readers were given, so that measuring begins when all have theirs. Does not own the log below.</summary>
internal sealed class Granting(ILog log) : ILog
{
    private int _granted;

    public int PartitionCount => log.PartitionCount;

    /// <summary>Over all topics.</summary>
    public int Granted => Volatile.Read(ref _granted);

    public ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken) => log.AppendAsync(frames, cancellationToken);

    public Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        log.ConsumeAsync(
            topic,
            group,
            (reader, stop) =>
            {
                Interlocked.Increment(ref _granted);
                return work(reader, stop);
            },
            cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
