using System.Threading.Channels;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>A connection and the buffers of one batch.</summary>
public sealed class LandingLane(IWarehouseConnection connection, ILandingTable table) : IDisposable
{
    public IWarehouseConnection Connection { get; } = connection;

    public ILandingTable Table { get; } = table;

    public void Dispose() => Connection.Dispose();
}

/// <summary>
/// The lanes of one topic: so many batches are under way at once, whatever the number of partitions. One of them takes frames, of all partitions that have some; the others land.
/// Each batch is the same few inserts however many partitions are in it.
/// </summary>
public sealed class LandingLanes : IAsyncDisposable
{
    private readonly AggregatorOptions _options;
    private readonly AggregatorState _state;
    private readonly Channel<LandingLane> _free;
    private readonly List<LandingLane> _all = [];
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _landing = [];

    // For what a partition asks before its first batch, and after one that failed: never behind the batches of others.
    private readonly LandingLane _asking;
    private readonly SemaphoreSlim _asks = new(1, 1);
    private Task<(LandingBatch Batch, Task Landed)>? _opening;
    private LandingBatch? _open;

    public LandingLanes(IWarehouse warehouse, int count, AggregatorOptions options, AggregatorState state, Func<ILandingTable> newTable)
    {
        Warehouse = warehouse;
        _options = options;
        _state = state;
        _free = Channel.CreateBounded<LandingLane>(count);
        _asking = NewLane();
        for (int i = 0; i < count; i++)
        {
            LandingLane lane = NewLane();
            _all.Add(lane);
            _free.Writer.TryWrite(lane);
        }

        LandingLane NewLane() => new(warehouse.Connect(LandingStatements.Settings), newTable());
    }

    public IWarehouse Warehouse { get; }

    /// <summary>The batch that takes frames now, and when it has landed; a new one when a lane is free.</summary>
    public Task<(LandingBatch Batch, Task Landed)> OpenAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_opening is null || (_opening.IsCompleted && _open is not { IsClosed: false }))
            {
                _open = null;
                _opening = BeginAsync();
            }

            return _opening.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Runs what asks ClickHouse for one partition, on a thread of its own.</summary>
    public async Task AskAsync(Action<LandingLane> ask, CancellationToken cancellationToken)
    {
        await _asks.WaitAsync(cancellationToken);
        try
        {
            await WarehouseThread.RunAsync(() => ask(_asking));
        }
        finally
        {
            _asks.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] landing;
        lock (_lock)
        {
            // Who waits for a lane, waits for nobody.
            _free.Writer.Complete();
            _open?.Close();
            landing = [.. _landing];
        }

        await Task.WhenAll(landing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _all.ForEach(lane => lane.Dispose());
        _asking.Dispose();
        _asks.Dispose();
    }

    private async Task<(LandingBatch Batch, Task Landed)> BeginAsync()
    {
        LandingLane lane = await _free.Reader.ReadAsync();
        var batch = new LandingBatch(lane, _options);
        Task landed = LandAsync(lane, batch);
        lock (_lock)
        {
            _landing.RemoveWhere(task => task.IsCompleted);
            _landing.Add(landed);
            _open = batch;
        }

        return (batch, landed);
    }

    private async Task LandAsync(LandingLane lane, LandingBatch batch)
    {
        try
        {
            await batch.LandAsync();
            if (batch.Shares.Count > 0)
            {
                LandingShare last = batch.Shares[^1];
                long nowMs = _options.Time.GetUtcNow().ToUnixTimeMilliseconds();
                _state.Landed(lane.Table.Topic, LogPosition.FromPacked(last.Partition.Incarnation, last.Partition.Partition, last.After.Furthest), batch.Rows, nowMs);
                LandingMetrics.Landed(lane.Table.Topic, batch.Rows, batch.Inserting, TimeSpan.FromMilliseconds(nowMs - batch.OldestMs));
            }
        }
        catch (ClickHouseException)
        {
            LandingMetrics.Failed(lane.Table.Topic);
            throw;
        }
        finally
        {
            _free.Writer.TryWrite(lane);
        }
    }
}
