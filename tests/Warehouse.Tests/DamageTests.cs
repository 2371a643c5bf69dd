using Perimeter.Warehouse;

namespace Perimeter.Warehouse.Tests;

public sealed class DamageTests : IDisposable
{
    private readonly EmbeddedClickHouseOptions _options = new() { DataFolder = Path.Combine(Path.GetTempPath(), $"perimeter-damage-{Guid.NewGuid():N}") };

    public DamageTests(EngineFixture fixture)
    {
        EngineFixture.RequireLibrary();
        fixture.Close();
    }

    public void Dispose()
    {
        if (Directory.Exists(_options.DataFolder))
        {
            Directory.Delete(_options.DataFolder, recursive: true);
        }
    }

    [Fact]
    public void A_part_that_was_cut_short_is_named_and_nothing_goes_on_beside_it()
    {
        string part;
        using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(_options))
        {
            Assert.Null(engine.Damage);
            engine.RequireWhole();
            using ClickHouseConnection connection = engine.Connect();
            connection.Execute("CREATE TABLE cut_short (n UInt64) ENGINE = MergeTree ORDER BY n");
            connection.Execute("INSERT INTO cut_short SELECT number FROM numbers(1000)");
            part = PathOfPart(connection, "cut_short");
        }

        CutShort(part);
        using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(_options))
        {
            Assert.Contains("default.cut_short part broken-on-start_all_1_1_0", engine.Damage, StringComparison.Ordinal);
            Assert.Contains("Restore the folder from a backup", engine.Damage, StringComparison.Ordinal);
            Assert.Throws<WarehouseUnavailableException>(engine.RequireWhole);
        }
    }

    [Fact]
    public void After_a_write_that_failed_a_merged_part_is_damage_where_its_sources_are_not_there()
    {
        string part;
        using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(_options))
        {
            using ClickHouseConnection connection = engine.Connect();
            connection.Execute("CREATE TABLE merged (n UInt64) ENGINE = MergeTree ORDER BY n");
            connection.Execute("INSERT INTO merged SELECT number FROM numbers(1000)");
            connection.Execute("INSERT INTO merged SELECT number FROM numbers(1000)");
            connection.Execute("OPTIMIZE TABLE merged FINAL");
            part = PathOfPart(connection, "merged");
        }

        foreach (string source in Directory.GetDirectories(Path.GetDirectoryName(part)!, "all_*").Where(other => other != part))
        {
            Directory.Delete(source, recursive: true);
        }

        CutShort(part);
        IncompleteParts.Expect(_options.DataFolder);
        using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(_options))
        {
            Assert.Contains("default.merged part broken-on-start_all_1_2_1", engine.Damage, StringComparison.Ordinal);
        }
    }

    private static string PathOfPart(ClickHouseConnection connection, string table) =>
        connection.QueryText($"SELECT path FROM system.parts WHERE table = '{table}' AND active", "TSVRaw").TrimEnd('\n', '/');

    private static void CutShort(string part)
    {
        using FileStream file = File.OpenWrite(Path.Combine(part, "data.bin"));
        file.SetLength(file.Length / 2);
    }
}
