using System.Net;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Http;
using Perimeter.Warehouse.Native;
using Perimeter.Warehouse.Schema;
using Perimeter.Warehouse.Server;

[assembly: AssemblyFixture(typeof(Perimeter.Aggregator.Tests.EngineFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Perimeter.Aggregator.Tests;

/// <summary>How a landing reaches ClickHouse.</summary>
public enum Through
{
    Engine,
    Driver,
}

/// <summary>The one engine of this test process, over a scratch folder, with the product's schema.</summary>
public sealed class EngineFixture : IDisposable
{
    private static readonly string[] Tables =
        ["rated_calls", "call_adjustments", "trunk_group_minutes_landed", "passed_events", "quarantined_events", "relationship_names", "trunk_group_names", "destination_names", "landing_epochs"];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"perimeter-aggregator-{Guid.NewGuid():N}");
    private EmbeddedClickHouse? _engine;
    private ClickHouseHttp? _writer;

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

    /// <summary>The engine of <see cref="Empty"/> itself, or the way to it that there is to a server: by the driver, to a writer's endpoint.</summary>
    public IWarehouse Reach(Through through, HttpMessageHandler? transport = null, TimeSpan? timeout = null, string database = "default", string? cluster = null)
    {
        EmbeddedClickHouse engine = Open();
        if (through == Through.Engine)
        {
            return engine;
        }

        _writer ??= ClickHouseHttp.StartWriterAsync(
            engine, new ClickHouseHttpOptions { Address = new IPEndPoint(IPAddress.Loopback, 0), Password = "key of the tests", MaxConcurrentQueries = 8 },
            new WriterOptions { SpoolFolder = _folder + "-inserts" }).GetAwaiter().GetResult();
        var options = new ClickHouseServerOptions
        {
            Address = new Uri($"http://{_writer.Address}"), User = WriterOptions.User, Password = "key of the tests", StatementTimeout = timeout ?? TimeSpan.FromSeconds(60),
            Database = database, Cluster = cluster,
        };
        return transport is null ? new ClickHouseServer(options) : new ClickHouseServer(options, transport);
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
        _writer?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _engine?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
