namespace Perimeter.Warehouse.Cluster;

/// <summary>Several servers that hold the tables together: shards, each of one or more replicas. docs/decisions/0011-clickhouse-server.md tells why it is laid out so.</summary>
/// <param name="Name">As the servers' <c>remote_servers</c> call it.</param>
/// <param name="Database">The one that has the tables, on every server.</param>
internal sealed record WarehouseCluster(string Name, string Database)
{
    public string OnCluster => $"ON CLUSTER {SqlText.Quoted(Name)}";

    /// <summary>The rows of a table as every server by itself has them, one after the other. A server that does not answer fails the statement.</summary>
    public string AllReplicas(string table) => $"clusterAllReplicas({SqlText.Quoted(Name)}, {table})";

    /// <summary>A table or view by its full name: statements that go to all servers name the database, whatever theirs is.</summary>
    public string Full(string name) => $"{SqlText.QuotedName(Database)}.{name}";

    /// <summary>The arguments of a replicated engine, without those of its family.</summary>
    /// <remarks>
    /// What shards share lies outside of any shard, and is replicated by every server: there the replica's name has to be its own over all shards, which
    /// <c>{replica}</c> alone need not be.
    /// </remarks>
    public static string ReplicaOf(string table) => ClusterTables.IsSharded(table)
        ? $"'/clickhouse/tables/{{shard}}/{{database}}/{table}', '{{replica}}'"
        : $"'/clickhouse/tables/all/{{database}}/{table}', '{{shard}}-{{replica}}'";

    /// <summary>The engine of the table that people and programs read a sharded table by.</summary>
    public string Distributed(string table) =>
        $"Distributed({SqlText.Quoted(Name)}, {SqlText.Quoted(Database)}, {SqlText.Quoted(ClusterTables.WrittenAs(table))})";
}
