using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Commands;

// What an instance does with ClickHouse beside landing: its schema, the names of ids, and dropping what is too old.
internal sealed partial class Instance
{
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(6);

    /// <summary>What the calls so far came to.</summary>
    public string Summarise()
    {
        using ClickHouseConnection connection = _engine!.Connect();
        return Summary.Read(connection);
    }

    private void OpenWarehouse()
    {
        _engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = Folder.ClickHouse });
        _engine.RequireWhole();
        using ClickHouseConnection connection = _engine.Connect();
        WarehouseSchema.Migrate(connection);
        if (Config is { } config)
        {
            Names.Publish(connection, config);
        }
    }

    private void PublishNames(RatingConfig config)
    {
        if (_engine is not null)
        {
            using ClickHouseConnection connection = _engine.Connect();
            Names.Publish(connection, config);
        }
    }

    /// <summary>Drops the months of rated calls that lie wholly before the retention.</summary>
    private async Task DropOldCallsAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(RetentionInterval, _time);
        do
        {
            using ClickHouseConnection connection = _engine!.Connect();
            DateOnly oldest = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime.AddDays(-_options.CallRetentionDays));
            try
            {
                CallRetention.DropBefore(connection, _log!.Incarnation, oldest);
            }
            catch (ClickHouseException failure)
            {
                // Too much is kept, and nothing is lost: no reason to stop anything.
                Console.Error.WriteLine($"Old calls could not be dropped, which is tried again in {RetentionInterval.TotalHours:0} hours: {failure.Message}");
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }
}
