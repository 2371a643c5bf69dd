using Perimeter.Warehouse;
using Perimeter.Warehouse.Native;

[assembly: AssemblyFixture(typeof(Perimeter.Warehouse.Tests.EngineFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Perimeter.Warehouse.Tests;

/// <summary>The one engine of this test process, over a scratch folder; tests that need another folder close it for a while.</summary>
public sealed class EngineFixture : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"perimeter-warehouse-{Guid.NewGuid():N}");
    private EmbeddedClickHouse? _engine;

    /// <summary>Skips the test that asks, where the machine has no libchdb.</summary>
    public EmbeddedClickHouse Engine
    {
        get
        {
            RequireLibrary();
            return _engine ??= EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = _folder });
        }
    }

    public static void RequireLibrary()
    {
        try
        {
            LibChdbFile.Find();
        }
        catch (WarehouseUnavailableException e)
        {
            Assert.Skip(e.Message);
        }
    }

    /// <summary>Closes the shared engine, so that a test may open its own.</summary>
    public void Close()
    {
        _engine?.Dispose();
        _engine = null;
    }

    public void Dispose()
    {
        Close();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
