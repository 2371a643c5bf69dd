using System.Text.RegularExpressions;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Schema;
using Perimeter.Warehouse.Server;

namespace Perimeter.Aggregator.Tests.Cluster;

/// <summary>
/// Two shards of one replica each, in two databases of the one engine: what is sent to a cluster is run as far as an engine without Keeper can. The tables that are
/// read are the engine's own Distributed, over two shards, each of which is a view of one database's rows, so that reading, aggregating and adding up over shards are
/// those of a cluster. What servers would share lies in a third database. Not shown: replicas, quorums, Keeper, and statements on their way between servers.
/// </summary>
internal sealed partial class EmulatedCluster
{
    public const string Name = "calls";
    private const string Shared = "shards";
    private const string OnCluster = $" ON CLUSTER '{Name}'";

    private static readonly int[] Shards = [1, 2];

    private readonly EngineFixture _fixture;
    private readonly EmbeddedClickHouse _engine;
    private readonly Lock _defining = new();

    /// <summary>With the product's schema, which both servers have brought up, and not one row.</summary>
    public EmulatedCluster(EngineFixture fixture)
    {
        _fixture = fixture;
        _engine = fixture.Empty();
        using ClickHouseConnection connection = _engine.Connect();
        if (connection.QueryText($"SELECT count() FROM system.databases WHERE name = '{Shared}'") == "0\n")
        {
            foreach (string database in Shards.Select(DatabaseOf).Append(Shared))
            {
                connection.Execute($"CREATE DATABASE {database}");
            }

            foreach (int shard in Shards)
            {
                using ClickHouseServer server = Server(shard);
                using IWarehouseConnection schema = server.Connect();
                WarehouseSchema.Migrate(schema);
            }
        }

        string tables = connection.QueryText($"SELECT concat(database, '.', name) FROM system.tables WHERE database IN ('{DatabaseOf(1)}', '{DatabaseOf(2)}', '{Shared}') AND engine LIKE '%MergeTree'");
        foreach (string table in tables.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            connection.Execute($"TRUNCATE TABLE {table}");
        }
    }

    /// <summary>How often a table's replicas were waited for, by the table's name.</summary>
    public Dictionary<string, int> Settled { get; } = [];

    public static string DatabaseOf(int shard) => $"shard{shard}";

    /// <summary>The server of a shard, as a process connected to it has it.</summary>
    /// <param name="shard">1 or 2.</param>
    /// <param name="through">What lies on the way; its innermost handler is set.</param>
    public ClickHouseServer Server(int shard, DelegatingHandler? through = null)
    {
        var way = new Way(this, shard);
        if (through is not null)
        {
            through.InnerHandler = way;
        }

        return (ClickHouseServer)_fixture.Reach(Through.Driver, (HttpMessageHandler?)through ?? way, database: DatabaseOf(shard), cluster: Name);
    }

    /// <summary>Straight to the engine, where a shard's server would be.</summary>
    public ClickHouseConnection Connect(int shard)
    {
        ClickHouseConnection connection = _engine.Connect();
        connection.Execute($"USE {DatabaseOf(shard)}");
        return connection;
    }

    private void Define(string sql)
    {
        lock (_defining)
        {
            string one = Engine().Replace(sql.Replace(OnCluster, "", StringComparison.Ordinal), "$1($2)");
            if (Distributed().Match(sql) is { Success: true } distributed)
            {
                DefineReading(distributed.Groups[1].Value, distributed.Groups[2].Value);
            }
            else if (MakesEverywhere().IsMatch(one))
            {
                Run(1, OfDatabase().Replace(one, ""));
            }
            else
            {
                foreach (int shard in Shards)
                {
                    Run(shard, OfDatabase().Replace(one, $"{DatabaseOf(shard)}."));
                }

                if (AltersReading().Match(one) is { Success: true } altered)
                {
                    DefineShard(altered.Groups[1].Value);
                }
            }
        }
    }

    private void DefineReading(string table, string columns)
    {
        DefineShard(table);
        foreach (int shard in Shards)
        {
            Run(shard, $"CREATE TABLE IF NOT EXISTS {DatabaseOf(shard)}.{table} {columns} AS remote('127.0.0.1,localhost', '{Shared}', '{table}_of_shard')");
        }
    }

    /// <summary>The rows of the shard that asks, with the columns that they have by now.</summary>
    private void DefineShard(string table)
    {
        Run(1, $"CREATE OR REPLACE TABLE {Shared}.{table}_all AS {DatabaseOf(1)}.{table}_local ENGINE = Merge(REGEXP('^shard[12]$'), '^{table}_local$')");
        Run(1, $"CREATE OR REPLACE VIEW {Shared}.{table}_of_shard AS SELECT *, _partition_id FROM {Shared}.{table}_all WHERE _database = concat('shard', toString(shardNum())) SETTINGS asterisk_include_alias_columns = 1");
    }

    private void Run(int shard, string sql)
    {
        using ClickHouseConnection connection = Connect(shard);
        connection.Execute(Everywhere().Replace(sql, $"{Shared}.$0"));
    }

    [GeneratedRegex(@"Replicated(\w*MergeTree)\('[^']*', '[^']*'(?:, )?([^)]*)\)")]
    private static partial Regex Engine();

    [GeneratedRegex(@"^CREATE TABLE IF NOT EXISTS `shard[12]`\.(\w+) ON CLUSTER 'calls'\n(\(.+\))\nENGINE = Distributed\('calls', 'shard[12]', '\1_local'\)\nCOMMENT '.+'$", RegexOptions.Singleline)]
    private static partial Regex Distributed();

    [GeneratedRegex(@"^CREATE TABLE IF NOT EXISTS `shard[12]`\.(?:landing_epochs|schema_changes|relationship_names|trunk_group_names|destination_names)\n")]
    private static partial Regex MakesEverywhere();

    [GeneratedRegex(@"(?<![\w.])(?:landing_epochs|schema_changes|relationship_names|trunk_group_names|destination_names)(?!\w)")]
    private static partial Regex Everywhere();

    [GeneratedRegex(@"`shard[12]`\.")]
    private static partial Regex OfDatabase();

    [GeneratedRegex(@"^ALTER TABLE `shard[12]`\.(?!\w+_local)(\w+)(?=\s+(?:ADD|MODIFY|COMMENT))")]
    private static partial Regex AltersReading();

    [GeneratedRegex(@"^SYSTEM SYNC REPLICA ON CLUSTER 'calls' `shard[12]`\.(\w+)_local LIGHTWEIGHT$")]
    private static partial Regex Sync();

    [GeneratedRegex(@"clusterAllReplicas\('calls', ([\w.]+)\)")]
    private static partial Regex AllReplicas();
}
