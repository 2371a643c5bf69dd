using System.Collections.Frozen;

namespace Perimeter.Warehouse.Cluster;

/// <summary>
/// Where each table's rows lie on a cluster. What landing and re-rating write grows with the calls and lies in shards. What is small and has to be one and the
/// same for everybody, an owner of a lane, a name, a file of the schema, is on every server whole: it is read where it is needed, at once, and no shard may lack it.
/// </summary>
internal static class ClusterTables
{
    private const string LocalSuffix = "_local";

    private static readonly FrozenSet<string> OfShards = FrozenSet.Create(
        StringComparer.Ordinal, "rated_calls", "trunk_group_minutes_landed", "passed_events", "quarantined_events", "call_adjustments");

    private static readonly FrozenSet<string> OfEveryServer = FrozenSet.Create(
        StringComparer.Ordinal, "schema_changes", "landing_epochs", "relationship_names", "trunk_group_names", "destination_names");

    public static IEnumerable<string> Sharded => OfShards.Order(StringComparer.Ordinal);

    public static IEnumerable<string> Everywhere => OfEveryServer.Order(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Nobody has said where the table's rows lie.</exception>
    public static bool IsSharded(string table) => OfShards.Contains(table) || (OfEveryServer.Contains(table)
        ? false
        : throw new ArgumentException($"Table {table} cannot be made or written on a cluster: {nameof(ClusterTables)} does not say whether its rows lie in shards or on every server."));

    /// <summary>The table that inserts, dropped partitions and the like go to: the connected server's own part of it, never by way of Distributed.</summary>
    public static string WrittenAs(string table) => IsSharded(table) ? table + LocalSuffix : table;
}
