using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Explain;

/// <summary>Tells nothing, and costs nothing: what rating runs with.</summary>
internal readonly struct NoTrace : ITrace
{
    public static bool IsOn => false;

    public void TrunkGroup(TrunkGroupWay way, ReadOnlySpan<byte> text, TrunkGroup? group, TrunkConfig? trunk, bool onOtherSide)
    {
    }

    public void NumberBegins(string field, ReadOnlySpan<byte> received)
    {
    }

    public void NumberStep(NumberStep step, ReadOnlySpan<byte> text)
    {
    }

    public void Manipulated(ManipulationConfig manipulation, string after)
    {
    }

    public void NumberEnds(E164 number)
    {
    }

    public void NumberOfSideA(string field, E164 number)
    {
    }

    public void Numbering(Numbering numbering, E164 number, long instantMs, NumberListing found)
    {
    }

    public void Class(CallClass callClass, ClassReason reason, int npa)
    {
    }

    public void Deck(TrunkGroup group, CallClass callClass, AssignedDeck? assigned)
    {
    }

    public void Lookup(in SideInRating begun, int row)
    {
    }

    public void Jurisdiction(Jurisdiction jurisdiction, JurisdictionReason reason, Region ani, Region target)
    {
    }

    public void Duration(DeckTerms terms, bool answered, long rawMs, long roundedSeconds, long seconds)
    {
    }

    public void Charge(DeckTerms terms, in RowTerms row, Rate rate, long billedSeconds, Money surcharge, UnroundedCharge exact, bool raisedToMinimum)
    {
    }
}
