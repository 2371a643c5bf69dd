using Perimeter.Domain;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>One partition's part of a batch.</summary>
/// <param name="partition">Whose frames they are.</param>
/// <param name="claim">Under which they land; null where there are no other owners to keep out.</param>
/// <param name="before">What has landed of the partition: of its frames is added what each table misses.</param>
public sealed class LandingShare(LogPartition partition, LaneClaim? claim, LandingMarks before)
{
    public LogPartition Partition { get; } = partition;

    public LaneClaim? Claim { get; } = claim;

    public LandingMarks Before { get; } = before;

    /// <summary>The marks once the batch has landed.</summary>
    public LandingMarks After { get; set; } = before;

    /// <summary>Counts of what made no row.</summary>
    public PassedEvents Passed { get; set; }
}
