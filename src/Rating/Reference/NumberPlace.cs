using Perimeter.Domain;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating.Reference;

/// <summary>Where a number is and whose it is, at an instant: by the reference data, and by the numbering plan where that says nothing.</summary>
/// <param name="Kind">What its NPA is; a territory also where the reference data says so.</param>
/// <param name="Region">State, province or territory; may be unknown.</param>
/// <param name="RateCenter">Numbers of one name have one; 0 where it is unknown.</param>
internal readonly record struct NumberPlace(NpaKind Kind, Region Region, Lata Lata, Ocn Ocn, int RateCenter)
{
    /// <summary>The region by which a jurisdiction is found: only numbers of the US and Canada have one, and those of territories do not.</summary>
    public Region State => Kind is NpaKind.UsOrCanada or NpaKind.Unlisted ? Region : default;

    /// <summary>Same name and same region; never where either is unknown.</summary>
    public bool IsOfOneRateCenterWith(in NumberPlace other) =>
        RateCenter != ReferenceData.NoRateCenter && RateCenter == other.RateCenter && !Region.IsUnknown && Region == other.Region;
}
