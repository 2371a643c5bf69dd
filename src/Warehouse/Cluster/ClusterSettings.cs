using System.Globalization;
using Perimeter.Warehouse.Server;

namespace Perimeter.Warehouse.Cluster;

/// <summary>What statements on a cluster are told on top of what the connection sets, and why: docs/decisions/0011-clickhouse-server.md.</summary>
internal static class ClusterSettings
{
    /// <summary>Another quorum insert is under way: this one was refused before it wrote anything.</summary>
    public const int QuorumIsBusy = 286;

    // An insert that was ended waits for its quorum all the same: no longer than a claim waits for it to be gone.
    private static readonly TimeSpan LongestQuorumWait = TimeSpan.FromSeconds(30);

    // The server's own word that it did not come to an end on every server, before this side gives up waiting.
    private static readonly TimeSpan AnswerBefore = TimeSpan.FromSeconds(5);

    /// <summary>A shard that does not answer fails the statement, whatever the user's profile says: its rows would seem not to be there.</summary>
    private static readonly (string Name, string Value) WholeAnswer = ("skip_unavailable_shards", "0");

    /// <summary>An owner of a lane is read only where all of them are known, and an insert that is not on the majority yet counts as not done.</summary>
    private static readonly (string Name, string Value) Sequential = ("select_sequential_consistency", "1");

    public static IReadOnlyList<(string Name, string Value)> Reading { get; } = [WholeAnswer];

    public static IReadOnlyList<(string Name, string Value)> ReadingOwners { get; } = [WholeAnswer, Sequential];

    /// <param name="table">The owners of lanes go in one after the other, so that they can be read sequentially. Rows of lanes, each of which has one owner, need not wait for one another.</param>
    /// <param name="token">Of this insert alone. A request that comes twice, whoever sent it on, is inserted once; two inserts are never taken for one, whatever they hold.</param>
    public static IReadOnlyList<(string Name, string Value)> Inserting(string table, string token) =>
    [
        WholeAnswer, Sequential, ("insert_quorum", "auto"), ("insert_quorum_parallel", table == LaneGuard.Table ? "0" : "1"),
        ("insert_quorum_timeout", Number(LongestQuorumWait.TotalMilliseconds)), ("insert_deduplicate", "1"), ("insert_deduplication_token", token),
        // Into the table that is named, on the server that is asked, whatever the rows are read from.
        ("parallel_distributed_insert_select", "0"),
    ];

    /// <summary>Of statements with ON CLUSTER: done when every server has done it, or failed.</summary>
    public static IReadOnlyList<(string Name, string Value)> OnCluster(TimeSpan statementTimeout) =>
    [
        ("distributed_ddl_output_mode", "throw"),
        ("distributed_ddl_task_timeout", Number(Math.Max(1, (statementTimeout - AnswerBefore).TotalSeconds))),
    ];

    private static string Number(double value) => ((long)value).ToString(CultureInfo.InvariantCulture);
}
