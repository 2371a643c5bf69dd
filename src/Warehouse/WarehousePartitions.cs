using Perimeter.Warehouse.Cluster;
using Perimeter.Warehouse.Server;

namespace Perimeter.Warehouse;

/// <summary>Partitions of tables as ClickHouse lists them, of all servers.</summary>
public static class WarehousePartitions
{
    /// <summary>Partitions with rows whose name is below another, in order.</summary>
    /// <exception cref="ClickHouseException">ClickHouse refused, or did not answer.</exception>
    public static string[] PartitionsBelow(this IWarehouseConnection connection, string table, string partition)
    {
        WarehouseCluster? cluster = (connection as ServerConnection)?.Cluster;
        string parts = cluster is null ? "system.parts" : cluster.AllReplicas("system.parts");
        string name = cluster is null ? table : ClusterTables.WrittenAs(table);
        string database = cluster is null ? "currentDatabase()" : SqlText.Quoted(cluster.Database);
        return connection.QueryText(
            $"SELECT DISTINCT partition FROM {parts} WHERE database = {database} AND active AND table = '{name}' AND partition < '{partition}' ORDER BY partition")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
