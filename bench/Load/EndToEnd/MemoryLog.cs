using Perimeter.Streaming;

namespace Perimeter.Load.EndToEnd;

/// <summary>A topic that is in memory already and loses nothing: what landing reads when it is measured alone.</summary>
internal sealed class MemoryLog(string topic, IReadOnlyList<IReadOnlyList<LogFrame>> partitions) : ILog
{
    public int PartitionCount => partitions.Count;

    public ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken) =>
        throw new NotSupportedException("It is only read.");

    public async Task ConsumeAsync(string topicRead, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (topicRead == topic)
        {
            await Task.WhenAll(Enumerable.Range(0, PartitionCount).Select(
                partition => Task.Run(() => work(new Reader(topic, partition, partitions[partition]), cancellationToken), CancellationToken.None)));
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Reader(string topic, int partition, IReadOnlyList<LogFrame> frames) : IPartitionReader
    {
        private readonly List<LogFrame> _read = [];

        public string Topic => topic;

        public int Partition => partition;

        public ulong Incarnation => frames.Count > 0 ? frames[0].Position.Incarnation : 0;

        public long FirstFrame => 0;

        public long EndFrame => frames.Count;

        public long CommittedFrame { get; private set; }

        public long NextFrame { get; private set; }

        public void Seek(long frame) => NextFrame = frame;

        public async ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
        {
            _read.Clear();
            long bytes = 0;
            while (NextFrame < frames.Count && _read.Count < limits.MaxFrames)
            {
                LogFrame next = frames[(int)NextFrame];
                bytes += next.Payload.Length;
                if (_read.Count > 0 && bytes > limits.MaxBytes)
                {
                    break;
                }

                _read.Add(next);
                NextFrame++;
            }

            if (_read.Count == 0)
            {
                await Task.Delay(wait, cancellationToken);
            }

            return _read;
        }

        public ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken)
        {
            CommittedFrame = nextFrame;
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Nothing is produced here.");
    }
}
