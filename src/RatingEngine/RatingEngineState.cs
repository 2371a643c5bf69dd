using System.Collections.Concurrent;

namespace Perimeter.RatingEngine;

/// <summary>What the rating engine does, for status and readiness. Written by the partitions, read by anyone at any time.</summary>
public sealed class RatingEngineState
{
    private readonly ConcurrentDictionary<int, PartitionState> _partitions = new();

    /// <summary>The partitions that this process holds, in order.</summary>
    public IReadOnlyList<PartitionState> Partitions => [.. _partitions.Values.OrderBy(partition => partition.Partition)];

    /// <summary>True while every partition held is running: not before keys are rebuilt, nor while one waits.</summary>
    public bool IsReady
    {
        get
        {
            IReadOnlyList<PartitionState> partitions = Partitions;
            return partitions.Count > 0 && partitions.All(partition => partition.Stage == PartitionStage.Running);
        }
    }

    internal void Report(PartitionState partition) => _partitions[partition.Partition] = partition;

    internal void Forget(int partition) => _partitions.TryRemove(partition, out _);
}
