using Perimeter.Domain;

namespace Perimeter.Aggregator.Rerating;

/// <summary>What a summary needs of a side: whose money it is, and how much in units of 10^-9 of the system currency.</summary>
public readonly record struct ChargedSide(RelationshipId Relationship, Relation Relation, long Nanos)
{
    public static ChargedSide Of(in RatedSide side) => new(side.Relationship, side.Relation, side.SystemCharge.Nanos);

    internal long Revenue => Relation == Relation.Customer ? Nanos : 0;

    internal long Cost => Relation == Relation.Vendor ? Nanos : 0;
}
