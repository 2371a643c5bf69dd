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
    public void Every_column_and_every_table_says_what_it_is()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        WarehouseSchema.Migrate(connection);
        Assert.Equal("", connection.QueryText("SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = ''"));
        Assert.Equal("", connection.QueryText("SELECT name FROM system.tables WHERE database = currentDatabase() AND comment = ''"));
    }
}
