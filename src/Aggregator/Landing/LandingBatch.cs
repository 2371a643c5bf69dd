using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>
/// Frames of any partitions of a topic that land together, as one part of each table. It takes frames until it is full or has waited long enough, and then lands or fails as a
/// whole. After a failure nobody but ClickHouse knows what has landed: each of its partitions looks, as after a crash.
/// </summary>
public sealed class LandingBatch
{
    /// <summary>The guard of an insert and its query id name every partition; a request must not grow without a bound.</summary>
    private const int MaxShares = 32;

    private readonly LandingLane _lane;
    private readonly AggregatorOptions _options;
    private readonly SemaphoreSlim _adding = new(1, 1);
    private readonly List<LandingShare> _shares = [];
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _began;

    public LandingBatch(LandingLane lane, AggregatorOptions options)
    {
        _lane = lane;
        _options = options;
        _lane.Table.Begin();
    }

    /// <summary>Whether nothing is taken any more.</summary>
    public bool IsClosed => _full.Task.IsCompleted;

    /// <summary>What is left of the time that it waits for more, once it has a frame.</summary>
    public TimeSpan TimeLeft => _options.MaxDelay - _options.Time.GetElapsedTime(_began);

    public int Rows => _lane.Table.Rows;

    /// <summary>When the log took the oldest frame.</summary>
    public long OldestMs { get; private set; } = long.MaxValue;

    /// <summary>How long its inserts took.</summary>
    public TimeSpan Inserting { get; private set; }

    public IReadOnlyList<LandingShare> Shares => _shares;

    /// <summary>Adds whole frames of one partition, from one of them on, as many as there is room for.</summary>
    /// <returns>The one after the last that was added: the same where it is closed.</returns>
    /// <exception cref="FrameFormatException">A payload is no frame of this topic; those before it are in the batch.</exception>
    public async ValueTask<int> AddAsync(LandingShare share, IReadOnlyList<LogFrame> frames, int from)
    {
        await _adding.WaitAsync();
        try
        {
            bool isIn = _shares.Contains(share);
            if (IsClosed || (!isIn && _shares.Count == MaxShares))
            {
                Close();
                return from;
            }

            if (_shares.Count == 0)
            {
                _began = _options.Time.GetTimestamp();
                _begun.SetResult();
            }

            if (!isIn)
            {
                _shares.Add(share);
            }

            for (int i = from; i < frames.Count; i++)
            {
                _lane.Table.Add(share, frames[i]);
                OldestMs = Math.Min(OldestMs, frames[i].AppendedAtMs);
                if (_lane.Table.Rows >= _options.MaxBatchRows || _lane.Table.TextBytes >= _options.MaxBatchTextBytes)
                {
                    Close();
                    return i + 1;
                }
            }

            return frames.Count;
        }
        finally
        {
            _adding.Release();
        }
    }

    /// <summary>Takes nothing more, and lands.</summary>
    public void Close() => _full.TrySetResult();

    /// <summary>Waits until it is closed or has waited long enough, and lands it.</summary>
    /// <exception cref="ClickHouseException">It failed, or nobody knows.</exception>
    internal async Task LandAsync()
    {
        await Task.WhenAny(_begun.Task, _full.Task);
        await _full.Task.WaitAsync(_options.MaxDelay, _options.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Who is adding just now goes first.
        await _adding.WaitAsync();
        Close();
        _adding.Release();
        if (_shares.Count > 0)
        {
            long began = _options.Time.GetTimestamp();
            await WarehouseThread.RunAsync(Insert);
            Inserting = _options.Time.GetElapsedTime(began);
        }
    }

    private void Insert()
    {
        (IWarehouseConnection connection, ILandingTable table) = (_lane.Connection, _lane.Table);
        connection.Claims = [.. _shares.Select(share => share.Claim).OfType<LaneClaim>()];

        // 4. The rows: one part. Crash before its rename: nothing landed, and the frames are read again. After: step 2 adds what is derived.
        table.InsertRows(connection);
        CrashSite.Pass("mid-insert");

        // 5. What is derived, with a mark for each partition: one part. Crash before its rename: step 2. After: done. Then the counts of what made no row,
        //    a table of its own with its own marks. Crash before its rename: the frames are read again, for this table alone.
        table.InsertDerived(connection, _shares);
        table.InsertPassed(connection, _shares);
        CrashSite.Pass("inserted-position-not-saved");
    }
}
