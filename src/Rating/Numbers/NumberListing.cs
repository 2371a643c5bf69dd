using Perimeter.Domain;

namespace Perimeter.Rating.Numbers;

/// <summary>What the numbering says of a number at an instant. The default is "not listed".</summary>
/// <param name="Row">Its place in <see cref="RatingConfig.Numbers"/>; <see cref="NoRow"/> where the tier came with the call.</param>
/// <param name="CustomerTier">0 where it has none.</param>
/// <param name="VendorTier">0 where it has none.</param>
internal readonly record struct NumberListing(int Row, NumberType Type, byte CustomerTier, byte VendorTier)
{
    public const int NoRow = -1;

    public bool IsListed => Type != NumberType.None;

    public static NumberListing Of(in NumberConfig number, int row) => new(row, number.Type, number.CustomerTier, number.VendorTier);
}
