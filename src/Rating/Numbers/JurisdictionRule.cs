using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating.Numbers;

/// <summary>What decided the jurisdiction.</summary>
internal enum JurisdictionReason
{
    SameRegion, OtherRegion, AniMissing, AniNotNanp, AniTollFree, Territory, TerritoryIsInterstate, AniRegionUnknown, TargetRegionUnknown, DeliveredNotGeographic,
}

/// <summary>Interstate, intrastate or indeterminate (rating.md, "Jurisdiction"). Without reference data a call is never local.</summary>
internal static class JurisdictionRule
{
    /// <param name="numbers">Whose ANI is compared.</param>
    /// <param name="lookedUp">The number looked up in the deck.</param>
    /// <param name="byTollFreeDeck">Whether the call counts as toll-free whatever was looked up: then the other end is where it was delivered to.</param>
    public static Jurisdiction Find<TTrace>(in SideNumbers numbers, E164 lookedUp, bool byTollFreeDeck, TerritoryPolicy territories, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        NumberPlan plan = NumberPlan.Shipped;
        bool tollFree = byTollFreeDeck || plan.KindOf(NumberPlan.NpaOf(lookedUp)) == NpaKind.TollFree;
        E164 target = tollFree ? numbers.Delivered : lookedUp;
        Region aniRegion = plan.RegionOf(numbers.Ani);
        Region targetRegion = plan.RegionOf(target);
        JurisdictionReason reason = Reason(plan, numbers.Ani, aniRegion, target, targetRegion, tollFree, territories);
        Jurisdiction jurisdiction = reason switch
        {
            JurisdictionReason.SameRegion => Jurisdiction.Intrastate,
            JurisdictionReason.OtherRegion or JurisdictionReason.TerritoryIsInterstate => Jurisdiction.Interstate,
            _ => Jurisdiction.Indeterminate,
        };
        trace.Jurisdiction(jurisdiction, reason, aniRegion, targetRegion);
        return jurisdiction;
    }

    private static JurisdictionReason Reason(
        NumberPlan plan, E164 ani, Region aniRegion, E164 target, Region targetRegion, bool tollFree, TerritoryPolicy territories)
    {
        // Only numbers of the US and Canada have regions: the rest of the rule is for those without.
        if (!aniRegion.IsUnknown && !targetRegion.IsUnknown)
        {
            return aniRegion == targetRegion ? JurisdictionReason.SameRegion : JurisdictionReason.OtherRegion;
        }

        if (ani.IsNone)
        {
            return JurisdictionReason.AniMissing;
        }

        if (!NumberPlan.IsNanp(ani))
        {
            return JurisdictionReason.AniNotNanp;
        }

        NpaKind aniKind = plan.KindOf(NumberPlan.NpaOf(ani));
        if (aniKind == NpaKind.TollFree)
        {
            return JurisdictionReason.AniTollFree;
        }

        NpaKind targetKind = NumberPlan.IsNanp(target) ? plan.KindOf(NumberPlan.NpaOf(target)) : NpaKind.Unlisted;
        if (tollFree && (target.IsNone || targetKind == NpaKind.TollFree))
        {
            return JurisdictionReason.DeliveredNotGeographic;
        }

        // A territory has no region in the table. Where territories are interstate, each counts as a region that is not the other end's.
        bool aniPlaced = aniKind == NpaKind.Territory || !aniRegion.IsUnknown;
        bool targetPlaced = targetKind == NpaKind.Territory || !targetRegion.IsUnknown;
        if (aniKind == NpaKind.Territory && territories == TerritoryPolicy.Indeterminate)
        {
            return JurisdictionReason.Territory;
        }

        if (!aniPlaced)
        {
            return JurisdictionReason.AniRegionUnknown;
        }

        if (!targetPlaced)
        {
            return JurisdictionReason.TargetRegionUnknown;
        }

        // Both ends are placed and not both have regions: one is of a territory.
        return territories == TerritoryPolicy.Interstate ? JurisdictionReason.TerritoryIsInterstate : JurisdictionReason.Territory;
    }
}
