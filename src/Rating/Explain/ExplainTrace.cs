using System.Text;
using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Explain;

/// <summary>Writes down what the rating of one side tells, and makes an explanation of it.</summary>
internal readonly struct ExplainTrace : ITrace
{
    private readonly SideNotes _notes;

    public ExplainTrace(RatingConfig config)
    {
        _notes = new SideNotes(id => id.Value >= 0 && id.Value < config.DestinationNames.Count ? config.DestinationNames[id.Value] : "", config);
    }

    public ExplainTrace(Func<DestinationId, string> destinationName) => _notes = new SideNotes(destinationName, null);

    public static bool IsOn => true;

    public SideExplanation Conclude(in RatedSide side) => _notes.Conclude(side);

    public void TrunkGroup(TrunkGroupWay way, ReadOnlySpan<byte> text, TrunkGroup? group, TrunkConfig? trunk, bool onOtherSide) =>
        _notes.TrunkGroup = Wording.TrunkGroup(way, Encoding.UTF8.GetString(text), group, trunk, onOtherSide, _notes.Config);

    public void NumberBegins(string field, ReadOnlySpan<byte> received)
    {
        _notes.Numbers.Add(new NumberExplanation(field, Encoding.UTF8.GetString(received), [], default));
        _notes.NumberSteps = [];
    }

    public void NumberStep(NumberStep step, ReadOnlySpan<byte> text) => _notes.NumberSteps.Add(Wording.NumberStep(step, Encoding.UTF8.GetString(text)));

    public void Manipulated(ManipulationConfig manipulation, string after) => _notes.NumberSteps.Add(Wording.Manipulated(manipulation, after));

    public void NumberEnds(E164 number) => _notes.Numbers[^1] = _notes.Numbers[^1] with { Steps = [.. _notes.NumberSteps], Number = number };

    public void NumberOfSideA(string field, E164 number) =>
        _notes.Numbers.Add(new NumberExplanation(field, "", ["as side A read it"], number));

    public void Numbering(Numbering numbering, E164 number, long instantMs, NumberListing found) =>
        _notes.Numbering = NumberingExplanation.Of(numbering, number, instantMs, found);

    public void Class(CallClass callClass, ClassReason reason, int npa) => _notes.Class = [Wording.Class(callClass, reason, npa)];

    public void Deck(TrunkGroup group, CallClass callClass, AssignedDeck? assigned) => _notes.DeckHow = Wording.Deck(group, callClass, assigned);

    public void Lookup(in SideInRating begun, int row)
    {
        _notes.Deck = begun.Deck!.Deck;
        _notes.DeckRow = row;
        _notes.Lookup = CodesTried.Explain(_notes.Deck.Config, begun, row, _notes.DestinationName);
    }

    public void Jurisdiction(Jurisdiction jurisdiction, JurisdictionReason reason, Region ani, Region target) =>
        _notes.Jurisdiction = new JurisdictionExplanation(jurisdiction, ani.ToString(), target.ToString(), Wording.Jurisdiction(reason), _notes.RateChoice(jurisdiction));

    public void Duration(DeckTerms terms, bool answered, long rawMs, long roundedSeconds, long seconds) =>
        _notes.Duration = Wording.Duration(terms, answered, rawMs, roundedSeconds, seconds);

    public void Charge(DeckTerms terms, in RowTerms row, Rate rate, long billedSeconds, Money surcharge, UnroundedCharge exact, bool raisedToMinimum) =>
        _notes.Bill(terms, row, rate, billedSeconds, surcharge, exact, raisedToMinimum);
}
