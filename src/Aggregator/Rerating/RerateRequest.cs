using Perimeter.Domain;

namespace Perimeter.Aggregator.Rerating;

/// <summary>Which calls are rated again: those whose attempt ended at <c>FromMs &lt;= t &lt; ToMs</c>, milliseconds of UTC since 1970.</summary>
/// <param name="FromMs">The first instant.</param>
/// <param name="ToMs">The first instant that is not meant any more.</param>
/// <param name="TrunkGroup">Only attempts that pass over this group, as they stood or as they are rated now; 0 for all.</param>
/// <param name="DryRun">Find what would be adjusted, and write nothing.</param>
public sealed record RerateRequest(long FromMs, long ToMs, TrunkGroupId TrunkGroup = default, bool DryRun = false);

/// <summary>How much is under way at once, and where a run keeps its place.</summary>
public sealed record RerateOptions
{
    /// <summary>Threads that read, rate and write, each with two connections.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Calls that are read as one range and whose earlier adjustments lie in memory, up to 0.5 KB each; a single millisecond of one group may hold more.</summary>
#if DEBUG
    public int MaxUnitCalls { get; init; } = 50;
#else
    public int MaxUnitCalls { get; init; } = 500_000;
#endif

    /// <summary>Adjustments that are written as one part: about 0.5 KB of memory each, and as much again in ClickHouse.</summary>
#if DEBUG
    public int MaxPartRows { get; init; } = 20;
#else
    public int MaxPartRows { get; init; } = 500_000;
#endif

    /// <summary>Where the run keeps how far it is, so that one that was killed is gone on with; null keeps nothing. Losing the file costs time, and no adjustment.</summary>
    public string? PositionFile { get; init; }

    /// <summary>Told how far the run is, block by block, on its own threads; null tells nobody.</summary>
    public IProgress<RerateProgress>? Looked { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">Something is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Workers, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUnitCalls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPartRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPartRows, 1_000_000);
    }
}

/// <summary>How far a run is, in attempts.</summary>
/// <param name="Looked">Rated again so far, those of a run that this one goes on with included.</param>
/// <param name="Total">To be rated again, as they were counted at the start.</param>
/// <param name="Changed">Of those looked at, how many came to something else.</param>
public readonly record struct RerateProgress(long Looked, long Total, long Changed);

/// <summary>What a run came to.</summary>
/// <param name="Run">Its number, which its adjustments carry; 0 of a dry run.</param>
/// <param name="Revision">The configuration that it rated by.</param>
/// <param name="Resumed">Whether it went on with one that had been cut short.</param>
/// <param name="Totals">Of all calls looked at, before and now.</param>
/// <param name="CallsRead">Attempts that this process rated, and in how much time: what was done before a resumption is not among them.</param>
/// <param name="Elapsed">Of this process, from reading the first call to the last part being durable.</param>
public sealed record RerateResult(int Run, ConfigRevision Revision, bool Resumed, RerateTotals Totals, long CallsRead, TimeSpan Elapsed);
