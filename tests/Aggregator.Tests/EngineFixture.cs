using Perimeter.Warehouse;
using Perimeter.Warehouse.Native;
using Perimeter.Warehouse.Schema;

[assembly: AssemblyFixture(typeof(Perimeter.Aggregator.Tests.EngineFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Perimeter.Aggregator.Tests;

/// <summary>The one engine of this test process, over a scratch folder, with the product's schema.</summary>
public sealed class EngineFixture : IDisposable
{
    private static readonly string[] Tables =
        ["rated_calls", "call_adjustments", "trunk_group_minutes_landed", "passed_events", "quarantined_events", "relationship_names", "trunk_group_names", "destination_names"];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"perimeter-aggregator-{Guid.NewGuid():N}");
    private EmbeddedClickHouse? _engine;

    /// <summary>The engine with the schema and not one row. Skips the test that asks, where the machine has no libchdb.</summary>
    public EmbeddedClickHouse Empty()
    {
        EmbeddedClickHouse engine = Open();
        using ClickHouseConnection connection = engine.Connect();
        foreach (string table in Tables)
        {
            connection.Execute($"TRUNCATE TABLE {table} SYNC");
        }

        return engine;
    }

    /// <summary>The engine with what the last test left in it.</summary>
    public EmbeddedClickHouse Open()
    {
        try
        {
            LibChdbFile.Find();
        }
        catch (WarehouseUnavailableException e)
        {
            Assert.Skip(e.Message);
        }

        if (_engine is null)
        {
            _engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = _folder });
            using ClickHouseConnection connection = _engine.Connect();
            WarehouseSchema.Migrate(connection);
        }

        return _engine;
    }

    public void Dispose()
    {
        _engine?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
