using System.Threading.Channels;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>A connection and the buffers of one batch. A partition holds one lane while its batch is under way.</summary>
public sealed class LandingLane(IWarehouseConnection connection, ILandingTable table)
{
    public IWarehouseConnection Connection { get; } = connection;

    public ILandingTable Table { get; } = table;
}

/// <summary>The lanes of one topic: so many batches are under way at once, whatever the number of partitions; the rest wait.</summary>
public sealed class LandingLanes : IDisposable
{
    private readonly Channel<LandingLane> _free;
    private readonly List<LandingLane> _all = [];

    public IWarehouse Warehouse { get; }

    public LandingLanes(IWarehouse warehouse, int count, Func<ILandingTable> newTable)
    {
        Warehouse = warehouse;
        _free = Channel.CreateBounded<LandingLane>(count);
        for (int i = 0; i < count; i++)
        {
            var lane = new LandingLane(warehouse.Connect(LandingStatements.Settings), newTable());
            _all.Add(lane);
            _free.Writer.TryWrite(lane);
        }
    }

    public ValueTask<LandingLane> RentAsync(CancellationToken cancellationToken) => _free.Reader.ReadAsync(cancellationToken);

    public void Return(LandingLane lane) => _free.Writer.TryWrite(lane);

    public void Dispose()
    {
        foreach (LandingLane lane in _all)
        {
            lane.Connection.Dispose();
        }
    }
}
