using Perimeter.Streaming;

namespace Perimeter.Aggregator;

/// <summary>What landing a topic has come to. Times are the aggregator's clock, ms of UTC.</summary>
/// <param name="RowsLanded">Since this process started; what had landed before is not counted again.</param>
/// <param name="Batches">Batches landed since this process started.</param>
/// <param name="LastLanded">The first place that has not landed, of the partition that landed last.</param>
/// <param name="Partitions">That this process lands now.</param>
/// <param name="LagFrames">Frames on the log that have not landed, over those partitions; as of this moment, however long landing has stood still.</param>
/// <param name="LastError">Why landing waits; null when the last try went well.</param>
public sealed record LandingStatus(long RowsLanded, long Batches, LogPosition? LastLanded, long? LastLandedAtMs, int Partitions, long LagFrames, string? LastError);

/// <summary>Live counters of the aggregator, for status and readiness. Safe to read at any time.</summary>
public sealed class AggregatorState
{
    private readonly Dictionary<string, TopicState> _topics = new()
    {
        [Topics.RatedCalls] = new TopicState(),
        [Topics.Quarantine] = new TopicState(),
    };

    public LandingStatus RatedCalls => _topics[Topics.RatedCalls].Read();

    public LandingStatus Quarantine => _topics[Topics.Quarantine].Read();

    internal void Landed(string topic, LogPosition next, int rows, long nowMs) => _topics[topic].Landed(next, rows, nowMs);

    /// <summary>The partition lands here from now on, by this reader.</summary>
    internal void Began(IPartitionReader reader) => _topics[reader.Topic].Began(reader);

    /// <summary>The partition lands here no more: whoever has it now tells how it is.</summary>
    internal void Ended(IPartitionReader reader) => _topics[reader.Topic].Ended(reader.Partition);

    internal void Failed(string topic, int partition, string error) => _topics[topic].Failed(partition, error);

    internal void Recovered(string topic, int partition) => _topics[topic].Failed(partition, null);

    private sealed class TopicState
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<int, IPartitionReader> _readers = [];
        private readonly Dictionary<int, string> _errors = [];
        private LandingStatus _status = new(0, 0, null, null, 0, 0, null);

        public LandingStatus Read()
        {
            lock (_lock)
            {
                return _status with
                {
                    Partitions = _readers.Count,
                    LagFrames = _readers.Values.Sum(reader => Math.Max(0, reader.EndFrame - reader.CommittedFrame)),
                    LastError = _errors.Values.FirstOrDefault(),
                };
            }
        }

        public void Landed(LogPosition next, int rows, long nowMs)
        {
            lock (_lock)
            {
                _status = _status with { RowsLanded = _status.RowsLanded + rows, Batches = _status.Batches + 1, LastLanded = next, LastLandedAtMs = nowMs };
            }
        }

        public void Began(IPartitionReader reader)
        {
            lock (_lock)
            {
                _readers[reader.Partition] = reader;
            }
        }

        public void Ended(int partition)
        {
            lock (_lock)
            {
                _readers.Remove(partition);
                _errors.Remove(partition);
            }
        }

        public void Failed(int partition, string? error)
        {
            lock (_lock)
            {
                if (error is null)
                {
                    _errors.Remove(partition);
                }
                else
                {
                    _errors[partition] = error;
                }
            }
        }
    }
}
