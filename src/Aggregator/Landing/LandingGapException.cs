namespace Perimeter.Aggregator.Landing;

/// <summary>Log and ClickHouse do not fit together: going on would lose calls or skip them. Nothing was landed.</summary>
public sealed class LandingGapException(string message) : Exception(message);
