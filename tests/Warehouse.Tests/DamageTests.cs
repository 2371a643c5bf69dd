using Perimeter.Warehouse;

namespace Perimeter.Warehouse.Tests;

public sealed class DamageTests(EngineFixture fixture)
{
    [Fact]
    public void A_part_that_was_cut_short_is_named_and_nothing_goes_on_beside_it()
    {
        EngineFixture.RequireLibrary();
        fixture.Close();
        string folder = Path.Combine(Path.GetTempPath(), $"perimeter-damage-{Guid.NewGuid():N}");
        var options = new EmbeddedClickHouseOptions { DataFolder = folder };
        try
        {
            string part;
            using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(options))
            {
                Assert.Null(engine.Damage);
                engine.RequireWhole();
                using ClickHouseConnection connection = engine.Connect();
                connection.Execute("CREATE TABLE cut_short (n UInt64) ENGINE = MergeTree ORDER BY n");
                connection.Execute("INSERT INTO cut_short SELECT number FROM numbers(1000)");
                part = connection.QueryText("SELECT path FROM system.parts WHERE table = 'cut_short' AND active", "TSVRaw").TrimEnd('\n');
            }

            using (FileStream file = File.OpenWrite(Path.Combine(part, "data.bin")))
            {
                file.SetLength(file.Length / 2);
            }

            using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(options))
            {
                Assert.Contains("default.cut_short part broken-on-start_all_1_1_0", engine.Damage, StringComparison.Ordinal);
                Assert.Contains("Restore the folder from a backup", engine.Damage, StringComparison.Ordinal);
                Assert.Throws<WarehouseUnavailableException>(engine.RequireWhole);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void After_a_write_that_failed_a_merged_part_is_damage_where_its_sources_are_not_there()
    {
        EngineFixture.RequireLibrary();
        fixture.Close();
        string folder = Path.Combine(Path.GetTempPath(), $"perimeter-damage-{Guid.NewGuid():N}");
        var options = new EmbeddedClickHouseOptions { DataFolder = folder };
        try
        {
            string part;
            using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(options))
            {
                using ClickHouseConnection connection = engine.Connect();
                connection.Execute("CREATE TABLE merged (n UInt64) ENGINE = MergeTree ORDER BY n");
                connection.Execute("INSERT INTO merged SELECT number FROM numbers(1000)");
                connection.Execute("INSERT INTO merged SELECT number FROM numbers(1000)");
                connection.Execute("OPTIMIZE TABLE merged FINAL");
                part = connection.QueryText("SELECT path FROM system.parts WHERE table = 'merged' AND active", "TSVRaw").TrimEnd('\n', '/');
            }

            foreach (string source in Directory.GetDirectories(Path.GetDirectoryName(part)!, "all_*").Where(other => other != part))
            {
                Directory.Delete(source, recursive: true);
            }

            using (FileStream file = File.OpenWrite(Path.Combine(part, "data.bin")))
            {
                file.SetLength(0);
            }

            IncompleteParts.Expect(folder);
            using (EmbeddedClickHouse engine = EmbeddedClickHouse.Open(options))
            {
                Assert.Contains("default.merged part broken-on-start_all_1_2_1", engine.Damage, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
