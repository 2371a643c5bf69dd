namespace Perimeter.Aggregator.Landing;

/// <summary>
/// How far a log partition has landed, as ClickHouse itself holds it: each is the first place that is missing, 0 where nothing landed.
/// </summary>
/// <param name="Rows">Of the table of rows.</param>
/// <param name="Derived">Of the sums added up from the rows; equal to <paramref name="Rows"/> where nothing is derived.</param>
/// <param name="Passed">Of the counts of what made no row. It may lag behind the rows: frames in between passed nothing, or are read again.</param>
public readonly record struct LandingMarks(ulong Rows, ulong Derived, ulong Passed)
{
    /// <summary>Everything before it is in at least one of the tables.</summary>
    public ulong Furthest => Math.Max(Rows, Passed);

    /// <summary>Whence the log has to be read so that no table misses anything.</summary>
    public ulong Nearest => Math.Min(Math.Min(Rows, Derived), Passed);
}

/// <summary>One partition of one topic, and which making of that topic: marks of another incarnation say nothing about this one.</summary>
public readonly record struct LogPartition(ulong Incarnation, int Partition);
