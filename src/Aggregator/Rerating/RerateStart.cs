namespace Perimeter.Aggregator.Rerating;

/// <summary>What the adjustments of a run carry: its number and when it began. A run that is gone on with keeps both. 0 of a dry run.</summary>
internal readonly record struct RerateStart(int Run, long AdjustedAtMs);
