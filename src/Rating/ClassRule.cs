using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating;

/// <summary>What decided the class.</summary>
internal enum ClassReason
{
    ListedTollFree, ListedDid, OriginationTollFree, OriginationDid, EmergencyListed, TollFreeNpa, CountryCode1, OtherCountryInDeck, OtherCountryNotInDeck, OtherCountryCode,
}

/// <summary>The class of a call on one side (rating.md, "Call class, and which deck").</summary>
internal static class ClassRule
{
    /// <param name="numbers">Of which the dialled one is valid, and looked up in the numbering where the group is of Origination.</param>
    public static CallClass Find<TTrace>(
        RatingSnapshot snapshot, TrunkGroup group, in SideNumbers numbers, long setupMs, ref CodeMatch match, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        E164 number = numbers.Dialled;
        int npa = NumberPlan.NpaOf(number);
        NpaKind kind = NumberPlan.Shipped.KindOf(npa);
        ClassReason reason = group.IsOrigination
            ? ReasonByNumbering(numbers.Listing, kind)
            : ReasonByGeography(group, snapshot.EmergencyNumbers, number, kind, setupMs, ref match);
        CallClass callClass = reason switch
        {
            ClassReason.ListedTollFree or ClassReason.OriginationTollFree or ClassReason.TollFreeNpa => CallClass.TollFree,
            ClassReason.ListedDid or ClassReason.OriginationDid => CallClass.Did,
            ClassReason.EmergencyListed => CallClass.Emergency,
            ClassReason.CountryCode1 or ClassReason.OtherCountryInDeck => CallClass.UsCanada,
            _ => CallClass.International,
        };
        if (group.IsOrigination)
        {
            trace.Numbering(snapshot.Numbering, number, setupMs, numbers.Listing);
        }

        trace.Class(callClass, reason, npa);
        return callClass;
    }

    private static ClassReason ReasonByNumbering(NumberListing listing, NpaKind kind) => listing.Type switch
    {
        NumberType.Did => ClassReason.ListedDid,
        NumberType.TollFree => ClassReason.ListedTollFree,
        _ => kind == NpaKind.TollFree ? ClassReason.OriginationTollFree : ClassReason.OriginationDid,
    };

    private static ClassReason ReasonByGeography(
        TrunkGroup group, EmergencyNumbers emergency, E164 number, NpaKind kind, long setupMs, ref CodeMatch match)
    {
        if (emergency.Contains(number, setupMs))
        {
            return ClassReason.EmergencyListed;
        }

        if (number[0] != 1)
        {
            return ClassReason.OtherCountryCode;
        }

        if (kind is not (NpaKind.Territory or NpaKind.OtherCountry))
        {
            return kind == NpaKind.TollFree ? ClassReason.TollFreeNpa : ClassReason.CountryCode1;
        }

        return HasCode(group.DeckAt(CallClass.UsCanada, setupMs)?.Deck, number, setupMs, ref match)
            ? ClassReason.OtherCountryInDeck
            : ClassReason.OtherCountryNotInDeck;
    }

    /// <summary>Whether the US and Canada deck has a code in force for the number, blocked or not.</summary>
    private static bool HasCode(PlacedDeck? deck, E164 number, long setupMs, ref CodeMatch match) =>
        deck is not null && deck.SlotAt(match.Find(deck, number), setupMs) != DeckRows.NoSlot;
}
