using Perimeter.Domain;

namespace Perimeter.Rating.Compiling;

/// <summary>What must hold of the assignments of decks to trunk groups.</summary>
internal static class AssignmentChecks
{
    public static void Check(RatingConfig config, CurrencyRates currencies, List<CompileError> errors)
    {
        ILookup<TrunkGroupId, TrunkGroupConfig> groups = config.TrunkGroups.ToLookup(static group => group.Id);
        Dictionary<RateDeckId, RateDeckConfig> decks = [];
        foreach (RateDeckConfig deck in config.Decks)
        {
            decks.TryAdd(deck.Id, deck);
        }

        foreach (DeckAssignmentConfig assignment in config.Assignments)
        {
            void Fail(string reason) => errors.Add(new CompileError(CompileSubject.Assignment, assignment.Id, -1, 0, reason));

            if (!groups.Contains(assignment.TrunkGroup))
            {
                Fail($"there is no trunk group {assignment.TrunkGroup.Value}");
            }

            if (!decks.TryGetValue(assignment.Deck, out RateDeckConfig? deck))
            {
                Fail($"there is no deck {assignment.Deck.Value}");
                continue;
            }

            if (!DeckTypes.For(assignment.Class).Contains(deck.Settings.Type))
            {
                Fail($"deck {deck.Id.Value} is of type {deck.Settings.Type}, which does not rate calls of class {assignment.Class}");
            }

            foreach (TrunkGroupConfig group in groups[assignment.TrunkGroup])
            {
                if (group.Direction != deck.Direction || group.Relation != deck.Relation)
                {
                    Fail($"trunk group {group.Id.Value} is {group.Direction}-{group.Relation} and deck {deck.Id.Value} is {deck.Direction}-{deck.Relation}; they must be the same");
                }

                Interval used = assignment.InForce.Intersect(deck.InForce).Intersect(group.InForce);
                if (currencies.GapIn(deck.Settings.Currency, used) is { } gap)
                {
                    Fail(gap);
                }
            }
        }

        CheckOverlaps(config, errors);
    }

    private static void CheckOverlaps(RatingConfig config, List<CompileError> errors)
    {
        foreach (IGrouping<(TrunkGroupId, CallClass), DeckAssignmentConfig> same in config.Assignments.GroupBy(static a => (a.TrunkGroup, a.Class)))
        {
            DeckAssignmentConfig? reachesFurthest = null;
            foreach (DeckAssignmentConfig next in same.Where(static a => !a.InForce.IsEmpty).OrderBy(static a => a.InForce.FromMs).ThenBy(static a => a.Id))
            {
                if (reachesFurthest is not null && reachesFurthest.InForce.Overlaps(next.InForce))
                {
                    errors.Add(new CompileError(CompileSubject.Assignment, next.Id, -1, 0,
                        $"it overlaps assignment {reachesFurthest.Id} of class {next.Class} on trunk group {next.TrunkGroup.Value} from {Instant.Text(next.InForce.FromMs)}; end one of them earlier"));
                }

                reachesFurthest = reachesFurthest is null || next.InForce.ToMs > reachesFurthest.InForce.ToMs ? next : reachesFurthest;
            }
        }
    }
}
