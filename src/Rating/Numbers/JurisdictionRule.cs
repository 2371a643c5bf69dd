using Perimeter.Domain;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating.Numbers;

/// <summary>What decided the jurisdiction.</summary>
internal enum JurisdictionReason
{
    SameRateCenter, SameRegion, OtherRegion, AniMissing, AniNotNanp, AniTollFree, Territory, TerritoryIsInterstate, AniRegionUnknown, TargetRegionUnknown, DeliveredNotGeographic,
}

/// <summary>Local, interstate, intrastate or indeterminate (rating.md, "Jurisdiction").</summary>
internal static class JurisdictionRule
{
    /// <param name="begun">Whose ANI is compared with the number looked up; of a toll-free call with the number that it was delivered to.</param>
    /// <param name="hasLocalRate">Whether the row has a rate for calls within one rate centre.</param>
    public static Jurisdiction Find<TTrace>(in SideInRating begun, bool hasLocalRate, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        RateDeck deck = begun.Deck!.Deck;
        ReferenceData reference = begun.Deck.Reference;
        long setupMs = begun.Times.SetupMs;
        bool tollFree = deck.TollFree == TollFreeKind.ByAni || NumberPlan.Shipped.KindOf(NumberPlan.NpaOf(begun.Number)) == NpaKind.TollFree;
        E164 ani = begun.Numbers.Ani;
        E164 target = tollFree ? begun.Numbers.Delivered : begun.Number;
        NumberPlace aniPlace = reference.PlaceOf(ani, setupMs);
        NumberPlace targetPlace = reference.PlaceOf(target, setupMs);
        JurisdictionReason reason = Reason(ani, aniPlace, target, targetPlace, tollFree, deck.Territories);
        if (hasLocalRate && reason is JurisdictionReason.SameRegion && aniPlace.IsOfOneRateCenterWith(targetPlace))
        {
            reason = JurisdictionReason.SameRateCenter;
        }

        Jurisdiction jurisdiction = reason switch
        {
            JurisdictionReason.SameRateCenter => Jurisdiction.Local,
            JurisdictionReason.SameRegion => Jurisdiction.Intrastate,
            JurisdictionReason.OtherRegion or JurisdictionReason.TerritoryIsInterstate => Jurisdiction.Interstate,
            _ => Jurisdiction.Indeterminate,
        };
        trace.Jurisdiction(jurisdiction, reason, aniPlace.State, targetPlace.State);
        return jurisdiction;
    }

    private static JurisdictionReason Reason(
        E164 ani, in NumberPlace aniPlace, E164 target, in NumberPlace targetPlace, bool tollFree, TerritoryPolicy territories)
    {
        Region aniRegion = aniPlace.State;
        Region targetRegion = targetPlace.State;
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

        NpaKind aniKind = aniPlace.Kind;
        if (aniKind == NpaKind.TollFree)
        {
            return JurisdictionReason.AniTollFree;
        }

        NpaKind targetKind = NumberPlan.IsNanp(target) ? targetPlace.Kind : NpaKind.Unlisted;
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
