using System.Net;

namespace Perimeter.Warehouse.Http;

/// <summary>Where readers reach the warehouse, and how much of the machine they may take from landing and rating.</summary>
public sealed record ClickHouseHttpOptions
{
    /// <summary>Port 0 takes a free one; <see cref="ClickHouseHttp.Address"/> tells which.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>The database of a query that names none.</summary>
    public string Database { get; init; } = "default";

    /// <summary>Of the one user, <c>default</c>. Empty: none is asked for, and one that is sent is refused.</summary>
    public string Password { get; init; } = "";

    /// <summary>Each uses one core.</summary>
    public int MaxConcurrentQueries { get; init; } = 2;

    /// <summary>Beyond these, and beyond <see cref="MaxQueueWait"/>, a reader is answered 503.</summary>
    public int MaxQueuedQueries { get; init; } = 32;

    public TimeSpan MaxQueueWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Of the query itself, not of what waits to be sent.</summary>
    public long MaxMemoryBytes { get; init; } = 512L << 20;

    public TimeSpan MaxExecutionTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of one answer, before compression, in a format that is sent while it is made.</summary>
    public long MaxResultBytes { get; init; } = 4L << 30;

    /// <summary>Bytes of the columns of an answer that lies in memory whole before it is sent: JSON, Pretty, Parquet and the like, and any with wait_end_of_query.</summary>
    public long MaxWholeResultBytes { get; init; } = 64L << 20;

    /// <summary>Rows of such an answer: text can be many times its columns' bytes.</summary>
    public long MaxWholeResultRows { get; init; } = 250_000;

    /// <summary>Of the text, after decompression.</summary>
    public int MaxQueryBytes { get; init; } = 1 << 20;

    /// <summary>Spilled by sorts and groupings of one query.</summary>
    public long MaxTemporaryDiskBytes { get; init; } = 2L << 30;

    /// <summary>Bytes that are kept before the first is sent, so that a query which fails early still has its own status.</summary>
    public int HeldBackBytes { get; init; } = 1 << 20;

    public string ServerDisplayName { get; init; } = "perimeter";
}
