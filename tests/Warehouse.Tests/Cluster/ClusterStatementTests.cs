using Perimeter.Warehouse.Cluster;

namespace Perimeter.Warehouse.Tests.Cluster;

public sealed class ClusterStatementTests(EngineFixture fixture)
{
    private const string Table = "CREATE TABLE IF NOT EXISTS rated_calls (a UInt8) ENGINE = MergeTree ORDER BY a";

    private static readonly WarehouseCluster Servers = new("it's", "billing");

    [Theory]
    [InlineData("CREATE TABLE IF NOT EXISTS destination_names (a UInt32, r UInt32) ENGINE = ReplacingMergeTree(r) ORDER BY a", "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/destination_names', '{shard}-{replica}', r) ORDER BY a")]
    [InlineData("CREATE TABLE IF NOT EXISTS passed_events (a UInt32, b UInt32) ENGINE=SummingMergeTree((a, b)) ORDER BY a", "ENGINE=ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/{database}/passed_events', '{replica}', (a, b)) ORDER BY a")]
    [InlineData("CREATE TABLE IF NOT EXISTS passed_events (a UInt32) ENGINE = AggregatingMergeTree() ORDER BY a", "ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/passed_events', '{replica}') ORDER BY a")]
    public void An_engine_keeps_the_arguments_of_its_family(string statement, string end)
    {
        string made = ClusterStatements.Of(statement, Servers)[0];
        Assert.EndsWith(end, made, StringComparison.Ordinal);
        Parses(made);
    }

    [Fact]
    public void Words_in_comments_and_literals_are_left_alone()
    {
        const string Said = "ENGINE = MergeTree, IN (SELECT 1) COMMENT ''x''";
        IReadOnlyList<string> made = ClusterStatements.Of(
            $"-- rated_calls: ENGINE = Log\nCREATE TABLE IF NOT EXISTS rated_calls (engine UInt8 COMMENT '{Said}', INDEX i engine TYPE minmax /* ENGINE */) ENGINE = MergeTree ORDER BY engine COMMENT '{Said}'", Servers);
        Assert.Equal(2, made.Count);
        Assert.StartsWith("CREATE TABLE IF NOT EXISTS `billing`.rated_calls_local ON CLUSTER 'it\\'s' (engine UInt8 COMMENT '" + Said, made[0], StringComparison.Ordinal);
        Assert.EndsWith($"'{{replica}}') ORDER BY engine COMMENT '{Said}'", made[0], StringComparison.Ordinal);
        Assert.EndsWith($"'rated_calls_local')\nCOMMENT '{Said}'", made[1], StringComparison.Ordinal);
        Assert.All(made, Parses);
    }

    [Fact]
    public void A_view_over_a_subquery_asks_it_once()
    {
        string made = Assert.Single(ClusterStatements.Of(
            "CREATE OR REPLACE VIEW v (a UInt8) AS SELECT a FROM t WHERE a IN (1, 2) AND a NOT IN (SELECT b FROM u) AND b in ( WITH 1 AS x SELECT x) COMMENT 'v'", Servers));
        Assert.Equal(
            "CREATE OR REPLACE VIEW `billing`.v ON CLUSTER 'it\\'s' (a UInt8) AS SELECT a FROM t WHERE a IN (1, 2) AND a GLOBAL NOT IN (SELECT b FROM u) AND b GLOBAL in ( WITH 1 AS x SELECT x) COMMENT 'v'", made);
        Parses(made);
    }

    [Fact]
    public void What_is_read_by_all_shards_has_plain_columns()
    {
        IReadOnlyList<string> made = ClusterStatements.Of(
            "CREATE TABLE IF NOT EXISTS rated_calls (a UInt8 CODEC(NONE), b Decimal(18, 9) DEFAULT 1 COMMENT 'b', codec String ALIAS concat(x, 'COMMENT'), "
            + "c UInt8 ALIAS a + 1 COMMENT 'of a', comment String COMMENT 'x' CODEC(LZ4), INDEX i a TYPE bloom_filter(0.01) GRANULARITY 1, PROJECTION p (SELECT a, max(b) GROUP BY a)) "
            + "ENGINE = MergeTree ORDER BY a SETTINGS x = 1", Servers);
        Assert.Equal(
            "CREATE TABLE IF NOT EXISTS `billing`.rated_calls ON CLUSTER 'it\\'s' (a UInt8, b Decimal(18, 9) COMMENT 'b', codec String, c UInt8 COMMENT 'of a', comment String COMMENT 'x') "
            + "ENGINE = Distributed('it\\'s', 'billing', 'rated_calls_local')",
            made[1]);
        Assert.All(made, Parses);
    }

    [Fact]
    public void Columns_are_altered_where_they_lie_and_then_where_they_are_read()
    {
        IReadOnlyList<string> made = ClusterStatements.Of("ALTER TABLE rated_calls ADD COLUMN IF NOT EXISTS a Decimal(18, 9) ALIAS f(1, 2) COMMENT 'a', COMMENT COLUMN b 'x, y', MODIFY COLUMN alias UInt8 DEFAULT 7", Servers);
        Assert.Equal(
            [
                "ALTER TABLE `billing`.rated_calls_local ON CLUSTER 'it\\'s' ADD COLUMN IF NOT EXISTS a Decimal(18, 9) ALIAS f(1, 2) COMMENT 'a', COMMENT COLUMN b 'x, y', MODIFY COLUMN alias UInt8 DEFAULT 7",
                "ALTER TABLE `billing`.rated_calls ON CLUSTER 'it\\'s' ADD COLUMN IF NOT EXISTS a Decimal(18, 9) COMMENT 'a', COMMENT COLUMN b 'x, y', MODIFY COLUMN alias UInt8",
            ],
            made);
        Assert.All(made, Parses);
    }

    [Fact]
    public void A_table_of_every_server_is_altered_once()
    {
        string made = Assert.Single(ClusterStatements.Of("ALTER TABLE landing_epochs ADD COLUMN IF NOT EXISTS a UInt8", Servers));
        Assert.Equal("ALTER TABLE `billing`.landing_epochs ADD COLUMN IF NOT EXISTS a UInt8", made);
        Parses(made);
    }

    [Fact]
    public void A_partition_is_dropped_in_every_shard_and_only_where_the_rows_are()
    {
        string made = Assert.Single(ClusterStatements.Of("ALTER TABLE rated_calls DROP PARTITION 202601 SETTINGS max_partition_size_to_drop = 0", Servers));
        Assert.Equal("ALTER TABLE `billing`.rated_calls_local ON CLUSTER 'it\\'s' DROP PARTITION 202601 SETTINGS max_partition_size_to_drop = 0", made);
        Parses(made);
    }

    [Theory]
    [InlineData("-- into the own part\nINSERT INTO rated_calls (a) WITH x AS (SELECT a FROM rated_calls) SELECT a FROM x", "rated_calls", "INSERT INTO rated_calls_local (a) WITH x AS (SELECT a FROM rated_calls) SELECT a FROM x")]
    [InlineData("INSERT INTO landing_epochs (lane) SELECT 'INSERT INTO rated_calls'", "landing_epochs", "INSERT INTO landing_epochs (lane) SELECT 'INSERT INTO rated_calls'")]
    public void An_insert_goes_to_the_own_part_and_reads_all(string statement, string table, string becomes) => Assert.Equal((table, becomes), ClusterStatements.Insert(statement));

    [Theory]
    [InlineData("CREATE TABLE IF NOT EXISTS rated_calls (a UInt8) ENGINE = Log", "The engine Log has no replicated form")]
    [InlineData("CREATE TABLE IF NOT EXISTS rated_calls (a UInt8) ENGINE = ReplicatedMergeTree('/p', 'r') ORDER BY a", "The engine ReplicatedMergeTree has no replicated form")]
    [InlineData("CREATE TABLE IF NOT EXISTS rated_calls (a UInt8)", "names no engine")]
    [InlineData("CREATE TABLE IF NOT EXISTS rated_calls AS other ENGINE = MergeTree ORDER BY a", "names no columns")]
    [InlineData("CREATE TABLE IF NOT EXISTS new_table (a UInt8) ENGINE = MergeTree ORDER BY a", "does not say whether its rows lie in shards")]
    [InlineData("CREATE TABLE IF NOT EXISTS db.rated_calls (a UInt8) ENGINE = MergeTree ORDER BY a", "A name without a database")]
    [InlineData("CREATE TABLE rated_calls (a UInt8) ENGINE = MergeTree ORDER BY a", "It is not known")]
    [InlineData("CREATE MATERIALIZED VIEW v ENGINE = MergeTree ORDER BY a AS SELECT 1 AS a", "It is not known")]
    [InlineData("CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(NULL()) LAYOUT(FLAT()) LIFETIME(1)", "It is not known")]
    [InlineData("ALTER TABLE rated_calls DELETE WHERE 1", "Known are ADD COLUMN")]
    [InlineData("ALTER TABLE rated_calls ADD COLUMN a UInt8, DROP PARTITION 1", "not both kinds")]
    [InlineData("TRUNCATE TABLE rated_calls", "It is not known")]
    [InlineData("", "nothing")]
    public void What_is_not_known_is_refused(string statement, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => ClusterStatements.Of(statement, Servers)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("INSERT INTO new_table (a) SELECT 1")]
    [InlineData("INSERT INTO billing.rated_calls (a) SELECT 1")]
    [InlineData("SELECT 1")]
    public void An_insert_into_what_is_not_known_is_refused(string statement) => Assert.Throws<ArgumentException>(() => ClusterStatements.Insert(statement));

    [Fact]
    public void A_statement_says_which_servers_and_which_database_it_is_for() =>
        Assert.Equal(
            "CREATE TABLE IF NOT EXISTS `b``il`.rated_calls ON CLUSTER 'c' (a UInt8) ENGINE = Distributed('c', 'b`il', 'rated_calls_local')".Replace("``", "\\`", StringComparison.Ordinal),
            ClusterStatements.Of(Table, new WarehouseCluster("c", "b`il"))[1]);

    private void Parses(string statement)
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        Assert.NotEqual("", connection.QueryText($"EXPLAIN AST {statement}"));
    }
}
