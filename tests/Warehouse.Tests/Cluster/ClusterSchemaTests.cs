using System.Runtime.CompilerServices;
using System.Text;
using Perimeter.Warehouse.Cluster;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Warehouse.Tests.Cluster;

/// <summary>The schema as a cluster gets it, made of the files of one server. There is no server here that runs it: the engine parses all of it.</summary>
public sealed class ClusterSchemaTests(EngineFixture fixture)
{
    private static readonly WarehouseCluster Servers = new("calls", "billing");

    [Fact]
    public async Task The_whole_schema_is_as_it_is_written_down()
    {
        var found = new StringBuilder();
        foreach ((string file, string text) in WarehouseSchema.Files())
        {
            found.Append("-- ").Append(file).Append("\n\n");
            foreach (string statement in WarehouseSchema.Statements(text).SelectMany(statement => ClusterStatements.Of(statement, Servers)))
            {
                found.Append(statement).Append(";\n\n");
            }
        }

        Assert.Equal(await File.ReadAllTextAsync(GoldenFile(), TestContext.Current.CancellationToken), found.ToString());
    }

    [Fact]
    public void The_engine_parses_every_statement()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        Assert.All(All(), statement => Assert.NotEqual("", connection.QueryText($"EXPLAIN AST {statement}")));
        Assert.Throws<ClickHouseException>(() => connection.QueryText($"EXPLAIN AST {All().First()} AND MORE"));
    }

    [Fact]
    public void Every_table_of_the_schema_has_its_place_and_nothing_else_has()
    {
        string[] made = [.. Originals().Where(sql => sql.Contains("CREATE TABLE", StringComparison.Ordinal)).Select(NameOfTable).Order(StringComparer.Ordinal)];
        Assert.Equal(made, ClusterTables.Sharded.Concat(ClusterTables.Everywhere).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_that_lies_in_shards_is_written_to_one_table_and_read_by_another()
    {
        foreach (string table in ClusterTables.Sharded)
        {
            string written = Made($"{table}_local");
            Assert.Contains($"MergeTree('/clickhouse/tables/{{shard}}/{{database}}/{table}', '{{replica}}')", written, StringComparison.Ordinal);
            string read = Made(table);
            Assert.Contains($"\n)\nENGINE = Distributed('calls', 'billing', '{table}_local')\nCOMMENT '", read, StringComparison.Ordinal);
            Assert.DoesNotContain("ORDER BY", read, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_read_has_the_columns_of_what_is_written_and_works_none_of_them_out()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        connection.Execute("DROP DATABASE IF EXISTS columns_of");
        connection.Execute("CREATE DATABASE columns_of");
        foreach (string table in ClusterTables.Sharded)
        {
            string written = Made($"{table}_local");
            string read = Made(table);
            MakeOfMemory(connection, written, "written");
            MakeOfMemory(connection, read, "read");
            Assert.Equal(Columns("written"), Columns("read"));
            Assert.Equal("", connection.QueryText("SELECT name, default_kind FROM system.columns WHERE database = 'columns_of' AND table = 'read' AND (default_kind != '' OR compression_codec != '')"));
            connection.Execute("DROP TABLE columns_of.written");
            connection.Execute("DROP TABLE columns_of.read");
        }

        connection.Execute("DROP DATABASE columns_of");

        string Columns(string table) =>
            connection.QueryText($"SELECT position, name, type, comment FROM system.columns WHERE database = 'columns_of' AND table = '{table}' ORDER BY position");
    }

    [Fact]
    public void What_must_be_the_same_everywhere_has_one_path_and_a_replica_for_each_server()
    {
        foreach (string table in ClusterTables.Everywhere)
        {
            string made = Made(table);
            Assert.Contains($"MergeTree('/clickhouse/tables/all/{{database}}/{table}', '{{shard}}-{{replica}}'", made, StringComparison.Ordinal);
            Assert.DoesNotContain(All(), sql => sql.Contains($"{table}_local", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_statement_of_the_schema_goes_to_every_server() =>
        Assert.All(All(), statement => Assert.Contains(" ON CLUSTER 'calls'", statement, StringComparison.Ordinal));

    [Fact]
    public void No_view_asks_all_shards_from_within_each()
    {
        Assert.Contains(All(), sql => sql.Contains("GLOBAL IN (SELECT", StringComparison.Ordinal));
        Assert.All(All(), sql => Assert.DoesNotContain("IN (SELECT", sql.Replace("GLOBAL IN (SELECT", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static IEnumerable<string> Originals() => WarehouseSchema.Files().SelectMany(file => WarehouseSchema.Statements(file.Text));

    private static List<string> All() => [.. Originals().SelectMany(statement => ClusterStatements.Of(statement, Servers))];

    private static string Made(string table) =>
        Assert.Single(All(), sql => sql.StartsWith($"CREATE TABLE IF NOT EXISTS `billing`.{table} ON CLUSTER 'calls'\n", StringComparison.Ordinal));

    /// <summary>The column list alone, indices and projections apart, which only tables of the MergeTree family have.</summary>
    private static void MakeOfMemory(ClickHouseConnection connection, string sql, string name)
    {
        string columns = sql[sql.IndexOf('(', StringComparison.Ordinal)..sql.IndexOf("\nENGINE", StringComparison.Ordinal)];
        string alone = string.Join('\n', columns.Split('\n').Where(line => !line.StartsWith("    INDEX ", StringComparison.Ordinal) && !line.StartsWith("    PROJECTION ", StringComparison.Ordinal)));
        connection.Execute($"CREATE TABLE columns_of.{name} {alone[..^1].TrimEnd().TrimEnd(',')}) ENGINE = MergeTree ORDER BY tuple()");
    }

    private static string NameOfTable(string statement)
    {
        string rest = statement[(statement.IndexOf("EXISTS", StringComparison.Ordinal) + "EXISTS".Length)..].TrimStart();
        return rest[..rest.IndexOf('\n', StringComparison.Ordinal)].Trim();
    }

    private static string GoldenFile([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "Golden", "replicated-schema.sql");
}
