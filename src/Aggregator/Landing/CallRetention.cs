using System.Globalization;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>Drops what is too old, whole months at a time.</summary>
public static class CallRetention
{
    /// <summary>The tables whose months are dropped, each with the topic that its rows come from.</summary>
    private static readonly (string Table, string Topic)[] Tables = [("rated_calls", Topics.RatedCalls), ("quarantined_events", Topics.Quarantine)];

    /// <summary>
    /// Drops the months that lie wholly before <paramref name="oldest"/>, by the day they landed. A month that holds the newest row of a partition of the log
    /// stays until there is a newer one: that row is how landing knows how far it is, and without it the log would seem to be that of another ClickHouse.
    /// </summary>
    /// <param name="connection">Its statements run one after the other.</param>
    /// <param name="incarnationOf">Of a topic as it is now. Rows of a log that is no more hold nothing back.</param>
    /// <param name="oldest">The first day that must be kept.</param>
    /// <returns>The tables and months dropped.</returns>
    /// <exception cref="ClickHouseException">The engine refused; what was dropped before stays dropped.</exception>
    public static IReadOnlyList<string> DropBefore(IWarehouseConnection connection, Func<string, ulong> incarnationOf, DateOnly oldest)
    {
        List<string> dropped = [];
        foreach ((string table, string topic) in Tables)
        {
            foreach (string month in connection.PartitionsBelow(table, oldest.ToString("yyyyMM", CultureInfo.InvariantCulture)))
            {
                if (!HoldsNewest(connection, table, incarnationOf(topic), month))
                {
                    // The engine's limit is there for a slip of the hand; a busy month is larger than its 50 GB.
                    connection.Execute($"ALTER TABLE {table} DROP PARTITION {month} SETTINGS max_partition_size_to_drop = 0");
                    dropped.Add($"{table} {month}");
                }
            }
        }

        return dropped;
    }

    private static bool HoldsNewest(IWarehouseConnection connection, string table, ulong incarnation, string month)
    {
        string newest = $"SELECT log_incarnation, log_partition, max(log_offset) FROM {table} WHERE log_incarnation = {incarnation}";
        const string byPartition = "GROUP BY log_incarnation, log_partition";
        return connection.QueryText(
            $"SELECT count() FROM ({newest} {byPartition}) WHERE tuple(*) IN ({newest} AND _partition_id = '{month}' {byPartition})") != "0\n";
    }
}
