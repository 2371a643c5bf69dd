using Perimeter.Domain;

namespace Perimeter.Aggregator.Rerating;

/// <summary>One attempt that came to something else: as it stands, and as it is rated now.</summary>
internal readonly record struct Adjustment
{
    public required CallPlace Place { get; init; }

    /// <summary>landed_day of its row, in days since 1970.</summary>
    public required ushort Day { get; init; }

    /// <summary>Side A's group in its row.</summary>
    public required TrunkGroupId RatedTrunkGroupA { get; init; }

    public required ConfigRevision OldRevision { get; init; }

    public required RatedSide OldA { get; init; }

    public required RatedSide OldB { get; init; }

    public required RatedSide NewA { get; init; }

    public required RatedSide NewB { get; init; }

    public required AdjustmentReason ReasonA { get; init; }

    public required AdjustmentReason ReasonB { get; init; }
}
