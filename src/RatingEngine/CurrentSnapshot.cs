using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.RatingEngine;

/// <summary>
/// The configuration that batches are rated by. It is swapped whole, between batches: a batch that began with one snapshot ends with it.
/// Once there is one there always is. Safe for many readers and writers.
/// </summary>
public sealed class CurrentSnapshot
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _swapping = new();
    private volatile RatingSnapshot? _snapshot;

    /// <summary>Null until the first was swapped in.</summary>
    public RatingSnapshot? Value => _snapshot;

    /// <summary>Takes a configuration into use, unless it was refused: one that has errors changes nothing, and the last good one stays.</summary>
    public bool TrySwap(SnapshotCompilation compilation) =>
        compilation.Snapshot is not null && compilation.Errors.Count == 0 && TrySwap(compilation.Snapshot);

    /// <summary>Takes a configuration into use. One older than that in use, which two publishers at a time could bring, changes nothing.</summary>
    public bool TrySwap(RatingSnapshot snapshot)
    {
        lock (_swapping)
        {
            if (_snapshot is not null && snapshot.Revision.CompareTo(_snapshot.Revision) < 0)
            {
                return false;
            }

            _snapshot = snapshot;
        }

        _first.TrySetResult();
        return true;
    }

    /// <summary>Completes when there is a snapshot.</summary>
    public Task WhenPublishedAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(cancellationToken);

    /// <summary>For readers that waited: there is one.</summary>
    internal RatingSnapshot Published =>
        _snapshot ?? throw new InvalidOperationException($"No snapshot was published: await {nameof(WhenPublishedAsync)} first.");

    /// <summary>The revision in use; that of nothing published is 0.</summary>
    public ConfigRevision Revision => _snapshot?.Revision ?? default;
}
