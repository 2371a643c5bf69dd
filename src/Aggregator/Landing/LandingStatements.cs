using System.Globalization;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>What landing asks of the engine, whatever the table.</summary>
internal static class LandingStatements
{
    /// <summary>
    /// One insert is one block, and one block that touches two table partitions is refused: so it is one part. Inserts are synchronous;
    /// statements of landing never take the cores from one another.
    /// </summary>
    public static IReadOnlyList<QuerySetting> Settings { get; } =
    [
        new("max_threads", "1"), new("max_insert_threads", "1"), new("async_insert", "0"), new("min_insert_block_size_rows", "4000000"),
        new("min_insert_block_size_bytes", "4000000000"), new("max_insert_block_size", "4000000"), new("max_partitions_per_insert_block", "1"),
        new("throw_on_max_partitions_per_insert_block", "1"), new("optimize_on_insert", "0"),
    ];

    /// <summary>The place after the greatest <c>log_offset</c> that a table of rows holds for the partition; 0 where it holds none. Its projection answers.</summary>
    public static ulong PlaceAfterRows(IWarehouseConnection connection, string table, LogPartition partition) => PlaceAfter(
        connection,
        $"SELECT max(log_offset) FROM {table} WHERE log_incarnation = {partition.Incarnation} AND log_partition = {partition.Partition} GROUP BY log_incarnation, log_partition");

    /// <summary>The place after the greatest that the statement finds; 0 where it returns no row.</summary>
    public static ulong PlaceAfter(IWarehouseConnection connection, string sql)
    {
        string found = connection.QueryText(sql);
        return found.Length == 0 ? 0 : ulong.Parse(found.AsSpan().TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture) + 1;
    }

    public static IReadOnlyList<QueryParameter> Range(LogPartition partition, ulong from, ulong to) =>
    [
        new("incarnation", partition.Incarnation.ToString(CultureInfo.InvariantCulture)), new("partition", partition.Partition.ToString(CultureInfo.InvariantCulture)),
        new("from", from.ToString(CultureInfo.InvariantCulture)), new("to", to.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Days since 1970, by the log's clock.</summary>
    public static string DayOf(long appendedAtMs) => $"toDate({Math.Clamp(appendedAtMs / 86_400_000, 0, ushort.MaxValue)})";
}
