using Perimeter.Warehouse.Cluster;

namespace Perimeter.Warehouse.Server;

/// <summary>Where a ClickHouse server is, and as whom it is asked.</summary>
public sealed record ClickHouseServerOptions
{
    /// <summary>Of its HTTP interface: <c>http://host:8123</c> or <c>https://host:8443</c>.</summary>
    public required Uri Address { get; init; }

    public string Database { get; init; } = "default";

    public string User { get; init; } = "default";

    public string Password { get; init; } = "";

    /// <summary>The cluster whose servers hold the tables, replicated and in shards; null where one server does.</summary>
    public string? Cluster { get; init; }

    internal WarehouseCluster? Servers => Cluster is null ? null : new WarehouseCluster(Cluster, Database);

    /// <summary>A statement that has not answered by then counts as failed, though it may be done, or be done yet: its claim is settled before anything else.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a claim waits for the queries that it ended to be gone. A server notices one that waits for its client after <c>http_receive_timeout</c> (30 s) at the latest.</summary>
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of a result that is read whole.</summary>
    public int MaxResultBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of one block of a result that is read in blocks.</summary>
    public int MaxBlockBytes { get; init; } = 256 << 20;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
