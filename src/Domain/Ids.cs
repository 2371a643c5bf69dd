namespace Perimeter.Domain;

// Ids are stored numbers from 1: stable, never used again, and they outlive renames. 0 is "none".

public readonly record struct RelationshipId(int Value);

public readonly record struct TrunkGroupId(int Value);

public readonly record struct TrunkId(int Value);

public readonly record struct RateDeckId(int Value);

/// <summary>The number of a destination's name in the carrier's list of names, which only grows.</summary>
public readonly record struct DestinationId(int Value);

/// <summary>The number of a published configuration, from 1.</summary>
public readonly record struct ConfigRevision(int Value) : IComparable<ConfigRevision>
{
    public int CompareTo(ConfigRevision other) => Value.CompareTo(other.Value);
}
