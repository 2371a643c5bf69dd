using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Explain;

/// <summary>
/// What the rating of one side tells while it goes. Always a struct as a type parameter, so that <see cref="NoTrace"/> leaves nothing behind in the machine code
/// and explaining runs the very code that rates.
/// </summary>
internal interface ITrace
{
    static abstract bool IsOn { get; }

    void TrunkGroup(TrunkGroupWay way, ReadOnlySpan<byte> text, TrunkGroup? group, TrunkConfig? trunk, bool onOtherSide);

    void NumberBegins(string field, ReadOnlySpan<byte> received);

    void NumberStep(NumberStep step, ReadOnlySpan<byte> text);

    void Manipulated(ManipulationConfig manipulation, string after);

    void NumberEnds(E164 number);

    /// <summary>The event has no number of the side's own, so the one that side A read is taken.</summary>
    void NumberOfSideA(string field, E164 number);

    void Numbering(Numbering numbering, E164 number, long instantMs, NumberListing found);

    void Class(CallClass callClass, ClassReason reason, int npa);

    void Deck(TrunkGroup group, CallClass callClass, AssignedDeck? assigned);

    void Lookup(in SideInRating begun, int row);

    void Jurisdiction(Jurisdiction jurisdiction, JurisdictionReason reason, Region ani, Region target);

    void Duration(DeckTerms terms, bool answered, long rawMs, long roundedSeconds, long seconds);

    void Charge(DeckTerms terms, in RowTerms row, Rate rate, long billedSeconds, Money surcharge, UnroundedCharge exact, bool raisedToMinimum);
}
