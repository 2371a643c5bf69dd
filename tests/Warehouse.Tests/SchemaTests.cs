using Perimeter.Warehouse;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Warehouse.Tests;

public sealed class SchemaTests(EngineFixture fixture)
{
    [Fact]
    public void The_schema_may_be_applied_again_at_every_start()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        WarehouseSchema.Migrate(connection);
        WarehouseSchema.Migrate(connection);
        Assert.Equal("1\n", connection.QueryText("SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'rated_calls'"));
    }

    [Fact]
    public void A_file_is_recorded_once_and_a_database_of_a_later_build_is_refused()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        WarehouseSchema.Migrate(connection);
        WarehouseSchema.Migrate(connection);
        Assert.Equal("0\n", connection.QueryText("SELECT count() - uniqExact(number) FROM schema_changes"));
        Assert.Equal("0001-rated-calls.sql\n", connection.QueryText("SELECT name FROM schema_changes WHERE number = 1"));
        connection.InsertSelect("INSERT INTO schema_changes SELECT 9999, '9999-later.sql', now64(3)", []);
        var refused = Assert.Throws<WarehouseUnavailableException>(() => WarehouseSchema.Migrate(connection));
        Assert.Contains("9999-later.sql", refused.Message, StringComparison.Ordinal);
        connection.Execute("TRUNCATE TABLE schema_changes SYNC");
        WarehouseSchema.Migrate(connection);
    }

    [Fact]
    public void Every_column_and_every_table_says_what_it_is()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        WarehouseSchema.Migrate(connection);
        Assert.Equal("", connection.QueryText("SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = ''"));
        Assert.Equal("", connection.QueryText("SELECT name FROM system.tables WHERE database = currentDatabase() AND comment = ''"));
    }
}
