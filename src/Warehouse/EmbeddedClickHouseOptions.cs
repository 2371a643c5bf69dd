namespace Perimeter.Warehouse;

/// <summary>Where the engine keeps its data, and how much it may use.</summary>
public sealed record EmbeddedClickHouseOptions
{
    /// <summary>One process at a time owns it; created where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The engine refuses allocations beyond this: a query fails, the process does not.</summary>
    public long MaxMemoryBytes { get; init; } = 2L << 30;

    public long MarkCacheBytes { get; init; } = 64L << 20;

    /// <summary>Decompressed blocks that were read; off, since reports read much and seldom twice.</summary>
    public long UncompressedCacheBytes { get; init; }

    /// <summary>Threads for merges. They compete with landing and rating for the same cores.</summary>
    public int MergeThreads { get; init; } = 2;

    /// <summary>
    /// Room on the disk that inserts and merges leave: they are refused, or put off, before it is used. It is half of what the log leaves, so that on one disk calls are refused first, and what was taken
    /// can still land.
    /// </summary>
    public long KeepFreeBytes { get; init; } = 32L << 20;

    /// <summary>
    /// Told, once and on any thread, that the engine could not write, and what that means. Whoever has the engine ends the process at once: in a minute the only whole copy of what
    /// was being merged may be gone. Every statement fails from then on.
    /// </summary>
    public Action<string> WriteFailed { get; init; } = _ => { };

    /// <summary>The engine's library; <see cref="Native.LibChdbFile.Find"/> where null.</summary>
    public string? LibraryPath { get; init; }
}
