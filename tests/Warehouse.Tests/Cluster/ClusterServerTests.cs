using Perimeter.Warehouse.Cluster;
using Perimeter.Warehouse.Columns;
using Perimeter.Warehouse.Schema;
using Perimeter.Warehouse.Server;

namespace Perimeter.Warehouse.Tests.Cluster;

/// <summary>What is sent to a cluster, and what to one server. Nothing here shows what a cluster makes of it.</summary>
public sealed class ClusterServerTests
{
    private const string Lane = "rated-calls/7/0";

    /// <summary>Who claimed last.</summary>
    private string _owner = "";

    [Fact]
    public void A_claim_ends_its_predecessor_on_every_server_and_waits_until_every_replica_has_what_he_inserted()
    {
        var seen = new RecordingServer(Answer);
        using ClickHouseServer server = Server(seen, "calls");
        LaneClaim claim = server.Claim(Lane)!;
        Assert.Equal((Lane, 3UL), (claim.Lane, claim.Epoch));
        string[] statements = [.. seen.Seen.Select(one => one.Sql)];
        Assert.StartsWith("INSERT INTO landing_epochs (lane, epoch, owner, taken_at) SELECT 'rated-calls/7/0', max(epoch) + 1, '", statements[0], StringComparison.Ordinal);
        Assert.Equal("KILL QUERY ON CLUSTER 'calls' WHERE position(query_id, 'perimeter/rated-calls/7/0/') > 0 SYNC", statements[1]);
        Assert.Equal("SELECT count() FROM clusterAllReplicas('calls', system.processes) WHERE position(query_id, 'perimeter/rated-calls/7/0/') > 0\nFORMAT TabSeparated", statements[2]);
        Assert.Equal(
            ((string[])["call_adjustments", "passed_events", "quarantined_events", "rated_calls", "trunk_group_minutes_landed"])
                .Select(table => $"SYSTEM SYNC REPLICA ON CLUSTER 'calls' `billing`.{table}_local LIGHTWEIGHT"),
            statements[3..8]);
        Assert.StartsWith("SELECT epoch, owner FROM landing_epochs WHERE lane = 'rated-calls/7/0'", statements[8], StringComparison.Ordinal);
        Assert.Equal(9, statements.Length);
        Assert.All(seen.Seen.Skip(1).Take(1).Concat(seen.Seen.Skip(3).Take(5)), one => AssertSettings(one, ("distributed_ddl_output_mode", "throw"), ("distributed_ddl_task_timeout", "55")));
        AssertSettings(seen.Seen[2], ("skip_unavailable_shards", "0"));
        AssertSettings(seen.Seen[8], ("skip_unavailable_shards", "0"), ("select_sequential_consistency", "1"));
    }

    [Fact]
    public void Owners_go_in_one_after_the_other_and_who_is_turned_away_waits()
    {
        int turnedAway = 3;
        var seen = new RecordingServer(one => one.Sql.StartsWith("INSERT", StringComparison.Ordinal) && turnedAway-- > 0 ? RecordingServer.Error(ClusterSettings.QuorumIsBusy) : Answer(one));
        using ClickHouseServer server = Server(seen, "calls");
        server.Claim(Lane);
        SeenStatement[] inserts = [.. seen.Seen.Where(one => one.Sql.StartsWith("INSERT", StringComparison.Ordinal))];
        Assert.Equal(4, inserts.Length);
        Assert.All(inserts, one => AssertSettings(
            one, ("insert_quorum", "auto"), ("insert_quorum_parallel", "0"), ("insert_quorum_timeout", "30000"), ("select_sequential_consistency", "1"),
            ("insert_deduplicate", "1"), ("insert_deduplication_token", one.QueryId)));
    }

    [Fact]
    public void A_server_that_does_not_catch_up_leaves_the_lane_unclaimed()
    {
        const int Timeout = 159;
        var seen = new RecordingServer(one => one.Sql.Contains("rated_calls_local", StringComparison.Ordinal) ? RecordingServer.Error(Timeout) : Answer(one));
        using ClickHouseServer server = Server(seen, "calls");
        Assert.Equal(Timeout, Assert.Throws<ClickHouseException>(() => server.Claim(Lane)).Code);
        Assert.Throws<ClickHouseException>(() => server.Settle("rated_calls"));
    }

    [Fact]
    public void Rows_go_to_the_connected_servers_own_part_by_a_majority_and_under_the_claim()
    {
        var seen = new RecordingServer(Answer);
        using ClickHouseServer server = Server(seen, "calls");
        using IWarehouseConnection connection = server.Connect([new QuerySetting("optimize_on_insert", "0"), new QuerySetting("max_partitions_per_insert_block", "1")]);
        connection.Claims = [new LaneClaim(Lane, 4, "me.1", "me")];
        connection.Insert("rated_calls", OneRow(), ("log_partition", "toUInt16(0)"));
        connection.InsertSelect("-- what is derived\nINSERT INTO trunk_group_minutes_landed (minute) SELECT end_time FROM rated_calls\n", []);
        const string Guard = "WHERE throwIf((SELECT max((epoch, owner)) FROM landing_epochs WHERE lane = 'rated-calls/7/0') != (4, 'me.1'), 'perimeter: the claim of this insert holds no more') = 0";
        Assert.Equal(
            [
                $"INSERT INTO rated_calls_local (log_partition, log_offset) SELECT toUInt16(0), log_offset FROM input('log_offset UInt64') {Guard} FORMAT ArrowStream",
                $"INSERT INTO trunk_group_minutes_landed_local (minute)\nSELECT * FROM\n( SELECT end_time FROM rated_calls\n) {Guard}",
            ],
            seen.Seen.Select(one => one.Sql.TrimEnd()));
        Assert.Equal(2, seen.Seen.Select(one => one.Settings["insert_deduplication_token"]).Distinct().Count());
        Assert.All(seen.Seen, one => AssertSettings(
            one, ("insert_quorum", "auto"), ("insert_quorum_parallel", "1"), ("insert_quorum_timeout", "30000"), ("select_sequential_consistency", "1"),
            ("insert_deduplicate", "1"), ("insert_deduplication_token", one.QueryId), ("skip_unavailable_shards", "0"), ("parallel_distributed_insert_select", "0"),
            ("optimize_on_insert", "0"), ("max_partitions_per_insert_block", "1")));
        Assert.All(seen.Seen, one => Assert.StartsWith("perimeter/rated-calls/7/0/4-me.1/", one.QueryId, StringComparison.Ordinal));
    }

    [Fact]
    public void Readers_ask_the_same_as_of_one_server_and_no_shard_is_left_out()
    {
        var seen = new RecordingServer(static _ => "");
        using ClickHouseServer server = Server(seen, "calls");
        using IWarehouseConnection connection = server.Connect();
        connection.QueryText("SELECT max(log_offset) FROM rated_calls");
        SeenStatement one = Assert.Single(seen.Seen);
        Assert.Equal("SELECT max(log_offset) FROM rated_calls\nFORMAT TabSeparated", one.Sql);
        AssertSettings(one, ("skip_unavailable_shards", "0"));
    }

    [Fact]
    public void Old_months_are_looked_for_on_every_server_and_dropped_in_every_shard()
    {
        var seen = new RecordingServer(static one => one.Sql.StartsWith("SELECT", StringComparison.Ordinal) ? "202601\n202602\n" : "");
        using ClickHouseServer server = Server(seen, "calls");
        using IWarehouseConnection connection = server.Connect();
        Assert.Equal(["202601", "202602"], connection.PartitionsBelow("rated_calls", "202603"));
        connection.Execute("ALTER TABLE rated_calls DROP PARTITION 202601");
        Assert.Equal(
            [
                "SELECT DISTINCT partition FROM clusterAllReplicas('calls', system.parts) WHERE database = 'billing' AND active AND table = 'rated_calls_local' AND partition < '202603' ORDER BY partition\nFORMAT TabSeparated",
                "ALTER TABLE `billing`.rated_calls_local ON CLUSTER 'calls' DROP PARTITION 202601",
            ],
            seen.Seen.Select(one => one.Sql));
    }

    [Fact]
    public void The_schema_goes_to_every_server_and_is_recorded_once_for_all()
    {
        var seen = new RecordingServer(static _ => "");
        using ClickHouseServer server = Server(seen, "calls");
        using IWarehouseConnection connection = server.Connect();
        WarehouseSchema.Migrate(connection);
        WarehouseCluster servers = new("calls", "billing");
        Assert.Equal(
            WarehouseSchema.Files().SelectMany(file => WarehouseSchema.Statements(file.Text)).SelectMany(statement => ClusterStatements.Of(statement, servers)),
            seen.Seen.Select(one => one.Sql).Where(sql => sql.StartsWith("CREATE", StringComparison.Ordinal) || sql.StartsWith("ALTER", StringComparison.Ordinal)));
        SeenStatement[] recorded = [.. seen.Seen.Where(one => one.Sql.StartsWith("INSERT", StringComparison.Ordinal))];
        Assert.Equal(WarehouseSchema.Files().Count(), recorded.Length);
        Assert.All(recorded, one => Assert.StartsWith("INSERT INTO schema_changes (number, name, applied_at) SELECT ", one.Sql, StringComparison.Ordinal));
    }

    [Fact]
    public void One_server_is_sent_the_files_as_they_are_and_none_of_the_settings_of_clusters()
    {
        var seen = new RecordingServer(Answer);
        using ClickHouseServer server = Server(seen, null);
        using IWarehouseConnection connection = server.Connect();
        WarehouseSchema.Migrate(connection);
        server.Claim(Lane);
        server.Settle("rated_calls");
        connection.Insert("rated_calls", OneRow());
        connection.InsertSelect("INSERT INTO passed_events (repeats) SELECT 1", []);
        connection.PartitionsBelow("rated_calls", "202603");
        Assert.Equal(
            WarehouseSchema.Files().SelectMany(file => WarehouseSchema.Statements(file.Text)),
            seen.Seen.Select(one => one.Sql).Where(sql => sql.Contains("CREATE ", StringComparison.Ordinal) || sql.Contains("ALTER ", StringComparison.Ordinal)));
        string[] known = ["default_format", "query", "query_id", "database", "wait_end_of_query", "enable_http_compression", "output_format_binary_write_json_as_string", "input_format_binary_read_json_as_string"];
        Assert.All(seen.Seen, one => Assert.Empty(one.Settings.Keys.Except(known)));
        Assert.DoesNotContain(seen.Seen, one => one.Sql.Contains("ON CLUSTER", StringComparison.Ordinal) || one.Sql.Contains("_local", StringComparison.Ordinal) || one.Sql.Contains("SYNC REPLICA", StringComparison.Ordinal));
        Assert.Contains("KILL QUERY WHERE position(query_id, 'perimeter/rated-calls/7/0/') > 0 SYNC", seen.Seen.Select(one => one.Sql));
        Assert.Equal(
            [
                "INSERT INTO rated_calls (log_offset) SELECT log_offset FROM input('log_offset UInt64') FORMAT ArrowStream", "INSERT INTO passed_events (repeats) SELECT 1",
                "SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND active AND table = 'rated_calls' AND partition < '202603' ORDER BY partition\nFORMAT TabSeparated",
            ],
            seen.Seen.Select(one => one.Sql).TakeLast(3));
    }

    [Theory]
    [InlineData(null, "rated_calls\tDistributed", "--clickhouse-cluster")]
    [InlineData("calls", "rated_calls\tMergeTree", "made for one server")]
    [InlineData("calls", "landing_epochs\tMergeTree", "made for one server")]
    public void Tables_of_the_other_layout_are_refused_and_nothing_is_changed(string? cluster, string tables, string why)
    {
        var seen = new RecordingServer(_ => tables + "\n");
        using ClickHouseServer server = Server(seen, cluster);
        using IWarehouseConnection connection = server.Connect();
        Assert.Contains(why, Assert.Throws<WarehouseUnavailableException>(() => WarehouseSchema.Migrate(connection)).Message, StringComparison.Ordinal);
        Assert.StartsWith("SELECT name, engine FROM system.tables", Assert.Single(seen.Seen).Sql, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "rated_calls\tReplacingMergeTree\nlanding_epochs\tSharedMergeTree\n")]
    [InlineData("calls", "rated_calls\tDistributed\nlanding_epochs\tReplicatedMergeTree\ndestination_names\tReplicatedReplacingMergeTree\n")]
    public void Tables_of_the_same_layout_are_gone_on_with(string? cluster, string tables)
    {
        var seen = new RecordingServer(one => one.Sql.Contains("system.tables", StringComparison.Ordinal) ? tables : "");
        using ClickHouseServer server = Server(seen, cluster);
        using IWarehouseConnection connection = server.Connect();
        WarehouseSchema.Migrate(connection);
        Assert.Contains(seen.Seen, one => one.Sql.StartsWith("INSERT INTO schema_changes", StringComparison.Ordinal));
    }

    private static ClickHouseServer Server(RecordingServer seen, string? cluster) =>
        new(new ClickHouseServerOptions { Address = new Uri("http://clickhouse.test:8123"), Database = "billing", Cluster = cluster }, seen);

    /// <summary>That nothing is under way, and that the last claim holds.</summary>
    private string Answer(SeenStatement one)
    {
        if (one.Sql.Contains("SELECT count() FROM", StringComparison.Ordinal))
        {
            return "0\n";
        }

        if (!one.Sql.StartsWith("INSERT INTO landing_epochs", StringComparison.Ordinal))
        {
            return one.Sql.StartsWith("SELECT epoch, owner", StringComparison.Ordinal) ? $"3\t{_owner}\n" : "";
        }

        string claimed = one.Sql[(one.Sql.IndexOf("+ 1, '", StringComparison.Ordinal) + "+ 1, '".Length)..];
        _owner = claimed[..claimed.IndexOf('\'', StringComparison.Ordinal)];
        return "";
    }

    private static ColumnSet OneRow()
    {
        var set = new ColumnSet();
        set.AddNumber<ulong>("log_offset").Values[0] = 1;
        set.Rows = 1;
        return set;
    }

    private static void AssertSettings(SeenStatement one, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        foreach ((string name, string value) in settings)
        {
            Assert.True(one.Settings.TryGetValue(name, out string? sent), $"{name} does not come with {one.Sql}");
            Assert.Equal(value, sent);
        }
    }
}
