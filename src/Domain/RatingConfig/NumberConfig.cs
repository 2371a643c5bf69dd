namespace Perimeter.Domain;

/// <summary>
/// A number of our own, for a time: what it is, and the tiers by which DID decks rate calls to it. A number is active in one routeplan at a time,
/// so that no two rows of one number are in force together. A value, since a carrier may have millions.
/// </summary>
/// <param name="Number">As it is dialled, in E.164.</param>
/// <param name="CustomerTier">1 to <see cref="MaxTier"/>; 0 where it has none.</param>
/// <param name="VendorTier">1 to <see cref="MaxTier"/>; 0 where it has none.</param>
/// <param name="Tag">For people; may be empty.</param>
/// <param name="Line">Line of the file, from 1; 0 where there is no file.</param>
public readonly record struct NumberConfig(
    int Id, E164 Number, NumberType Type, byte CustomerTier, byte VendorTier, string Tag, Interval InForce, int Line = 0)
{
    public const int MaxTier = 7;

    /// <summary>The tier that decks of a relation rate by.</summary>
    public int TierOf(Relation relation) => relation == Relation.Vendor ? VendorTier : CustomerTier;
}

/// <summary>What an account is billed for a number that it has in a tier.</summary>
public sealed record NumberCharges(Money Monthly, Money OneTime);
