using Perimeter.Domain;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Reference;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Compiling;

/// <summary>Makes a snapshot of a configuration: first every check, so that all errors come at once, then the structures.</summary>
internal static class SnapshotCompiler
{
    private static readonly int CallClasses = Enum.GetValues<CallClass>().Length;

    public static SnapshotCompilation Compile(RatingConfig config, RatingSnapshot? previous)
    {
        List<CompileError> errors = [];
        TrunkGroupChecks.Check(config, errors);
        CurrencyRates currencies = CurrencyRates.Compile(config, errors);
        Dictionary<RateDeckId, RateDeck> decks = CompileDecks(config, previous, currencies, errors);
        AssignmentChecks.Check(config, currencies, errors);
        ManipulationTable manipulations = new(config, errors);
        EmergencyNumbers emergency = new(ReadEmergencyNumbers(config, errors));
        Numbering numbering = previous is not null && ReferenceEquals(previous.Numbering.Numbers, config.Numbers)
            ? previous.Numbering
            : Numbering.Compile(config.Numbers, errors);
        ReferenceData? reference = previous?.Decks.Reference;
        if (!ReferenceEquals(reference?.Rows, config.ReferenceData))
        {
            ReferenceChecks.Check(config.ReferenceData, errors);
            reference = null;
        }

        if (errors.Count > 0)
        {
            return new SnapshotCompilation(null, errors);
        }

        reference ??= ReferenceData.Build(config.ReferenceData);
        DeckShelf shelf = DeckShelf.Place(decks, config.Assignments.Select(static assignment => assignment.Deck), currencies, reference, previous?.Decks);
        List<TrunkGroup> groups = [.. config.TrunkGroups.Where(static group => !group.InForce.IsEmpty).Select(group => Equip(group, config, shelf, manipulations))];
        ILookup<TrunkGroupId, TrunkGroup> byId = groups.ToLookup(static group => group.Config.Id);
        List<TrunkOfGroup> trunks = [.. config.Trunks.SelectMany(trunk => byId[trunk.TrunkGroup].Select(group => new TrunkOfGroup(trunk, group)))];
        return new SnapshotCompilation(new RatingSnapshot(config, new TrunkGroupLookup(groups, trunks), emergency, numbering, shelf), errors);
    }

    private static Dictionary<RateDeckId, RateDeck> CompileDecks(
        RatingConfig config, RatingSnapshot? previous, CurrencyRates currencies, List<CompileError> errors)
    {
        Dictionary<RateDeckId, RateDeck> decks = [];
        foreach (RateDeckConfig deck in config.Decks)
        {
            RateDeck? before = previous?.Decks.Decks.GetValueOrDefault(deck.Id);
            RateDeck? compiled = before?.IsOf(deck) == true ? before : RateDeck.Compile(deck, config.DestinationNames.Count, errors, before);
            currencies.CheckLimits(deck, errors);
            if (compiled is not null && !decks.TryAdd(deck.Id, compiled))
            {
                errors.Add(new CompileError(CompileSubject.Deck, deck.Id.Value, -1, 0, "another deck has the same id"));
            }
        }

        return decks;
    }

    private static List<(E164 Number, Interval InForce)> ReadEmergencyNumbers(RatingConfig config, List<CompileError> errors)
    {
        List<(E164, Interval)> numbers = [];
        for (int i = 0; i < config.EmergencyNumbers.Count; i++)
        {
            EmergencyNumberConfig listed = config.EmergencyNumbers[i];
            if (E164.TryParse(listed.Number, out E164 number) && number[0] != 0)
            {
                numbers.Add((number, listed.InForce));
            }
            else
            {
                errors.Add(new CompileError(CompileSubject.EmergencyNumber, i, -1, 0,
                    $"'{listed.Number}' is not 1 to 15 digits that begin with 1 to 9, and so no valid number is equal to it"));
            }
        }

        return numbers;
    }

    private static TrunkGroup Equip(TrunkGroupConfig group, RatingConfig config, DeckShelf shelf, ManipulationTable manipulations)
    {
        AssignedDeck[][] byClass = new AssignedDeck[CallClasses][];
        Array.Fill(byClass, []);
        foreach (IGrouping<CallClass, DeckAssignmentConfig> ofClass in config.Assignments.Where(a => a.TrunkGroup == group.Id).GroupBy(static a => a.Class))
        {
            byClass[(int)ofClass.Key] =
            [
                .. ofClass
                    .Select(a => new AssignedDeck(a.Id, a.InForce.Intersect(shelf.Placed[a.Deck].Deck.Config.InForce), shelf.Placed[a.Deck]))
                    .OrderByDescending(static assigned => assigned.InForce.FromMs),
            ];
        }

        return new TrunkGroup(group, byClass, manipulations.Of(group.Id, NumberHeader.Dnis), manipulations.Of(group.Id, NumberHeader.Ani));
    }
}
