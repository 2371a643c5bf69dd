using Perimeter.Warehouse.Cluster;
using Perimeter.Warehouse.Server;

namespace Perimeter.Warehouse.Schema;

/// <summary>
/// Whether the tables that a server has are of the layout that is asked for. To write past a cluster's tables, or beside those of one server, would land calls
/// where nobody looks for them, and land them again.
/// </summary>
internal static class TableLayout
{
    private const string DistributedEngine = "Distributed";

    /// <exception cref="WarehouseUnavailableException">They are of the other. Nothing was changed.</exception>
    public static void Require(IWarehouseConnection connection)
    {
        if (connection is not ServerConnection server)
        {
            // The engine in this process has nothing to do with clusters.
            return;
        }

        string names = string.Join(", ", ClusterTables.Sharded.Concat(ClusterTables.Everywhere).Select(SqlText.Quoted));
        foreach (string line in server.QueryText($"SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND name IN ({names}) ORDER BY name").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t') is [var table, var engine])
            {
                Require(server.Cluster, table, engine);
            }
        }
    }

    private static void Require(WarehouseCluster? cluster, string table, string engine)
    {
        if (cluster is null && engine == DistributedEngine)
        {
            throw new WarehouseUnavailableException(
                $"ClickHouse's table {table} is read from the shards of a cluster, and no cluster is set. Give its name (--clickhouse-cluster), or another database.");
        }

        if (cluster is not null && !IsOfCluster(table, engine))
        {
            throw new WarehouseUnavailableException(
                $"ClickHouse's table {table} was made for one server ({engine}), and the cluster {cluster.Name} is set. Tables are not carried over: give a database without them "
                + "(--clickhouse-database), or leave the cluster out (--clickhouse-cluster).");
        }
    }

    private static bool IsOfCluster(string table, string engine) =>
        ClusterTables.IsSharded(table) ? engine == DistributedEngine : engine.StartsWith("Replicated", StringComparison.Ordinal);
}
