namespace Perimeter.Commands;

/// <summary>What a process does. All of it by default; the switch edge alone takes calls for others to rate later.</summary>
[Flags]
public enum InstanceRoles
{
    None = 0,
    Ingest = 1,
    RatingEngine = 2,
    Aggregator = 4,
    All = Ingest | RatingEngine | Aggregator,
}
