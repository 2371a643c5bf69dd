using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating;

/// <summary>The first half of rating one side of an attempt: from its trunk group to its deck.</summary>
internal static class SideRating
{
    /// <param name="begun">With its numbers and times.</param>
    public static void Begin<TTrace>(
        RatingSnapshot snapshot, TrunkGroup? group, ref SideInRating begun, ref CodeMatch match, ref RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        begun.Deck = null;
        side = default;
        side.DeckRow = DeckRows.NoRow;
        if (group is null)
        {
            side.Outcome = RatingOutcome.NoTrunkGroup;
            DeckRating.MeasureSeconds(DeckTerms.Undecided, begun.Times, ref side, ref trace);
            return;
        }

        side.TrunkGroup = group.Config.Id;
        side.Relationship = group.Config.Relationship;
        side.Direction = group.Config.Direction;
        side.Relation = group.Config.Relation;
        AssignedDeck? assigned = FindDeck(snapshot, group, begun.Numbers, begun.Times, ref match, ref side, ref trace);
        if (assigned is null)
        {
            DeckRating.MeasureSeconds(DeckTerms.Undecided, begun.Times, ref side, ref trace);
            return;
        }

        DeckRating.Begin(assigned.Deck, ref begun, ref side, ref trace);
    }

    /// <summary>The deck of the call's class, or null with the outcome set: InvalidNumber or NoDeck.</summary>
    private static AssignedDeck? FindDeck<TTrace>(
        RatingSnapshot snapshot, TrunkGroup group, in SideNumbers numbers, in CallTimes times, ref CodeMatch match, ref RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (numbers.Dialled.IsNone)
        {
            side.Outcome = RatingOutcome.InvalidNumber;
            return null;
        }

        side.Class = ClassRule.Find(snapshot, group, numbers, times.SetupMs, ref match, ref trace);
        if (side.Class == CallClass.UsCanada && !NumberPlan.IsNanp(numbers.Dialled))
        {
            side.Outcome = RatingOutcome.InvalidNumber;
            return null;
        }

        AssignedDeck? assigned = group.DeckAt(side.Class, times.SetupMs);
        trace.Deck(group, side.Class, assigned);
        if (assigned is null)
        {
            side.Outcome = RatingOutcome.NoDeck;
        }

        return assigned;
    }
}
