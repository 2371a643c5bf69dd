using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Measuring;
using Perimeter.Rating;
using Perimeter.RatingEngine;

namespace Perimeter.Load.Swapping;

/// <summary>B3: a configuration with a deck of 500,000 codes, compiled and taken into use; and what two threads that rate notice of it.</summary>
internal static class B3
{
    private const string Id = "B3";
    private const int WarmRounds = 2;

    public static IReadOnlyList<Result> Run(BenchOptions options, TextWriter progress)
    {
        string[] codes = RatingData.DrawCodes(options.Short ? 60_000 : RatingData.Codes);
        string[] vendorCodes = RatingData.DrawCodes(RatingData.RealCodes);
        RatingConfig[] configs = [RatingData.CarrierConfig(codes, vendorCodes, 1), RatingData.CarrierConfig(codes, vendorCodes, 2)];
        RatingConfig one = OneDeck(configs[0]);
        RatingSnapshot before = RatingData.Compile(configs[0], null);
        ulong[] keys = [.. codes.Select(static code => E164.Parse(code).Packed)];
        int revision = 1;
        CurrentSnapshot current = new();

        Arm whole = Millisecond("compile and swap one deck, from nothing", () => current.TrySwap(RatingData.Compile(one with { Revision = new ConfigRevision(++revision) }, null)));
        Arm changed = Millisecond("compile and swap new prices, the other decks as before", () => current.TrySwap(RatingData.Compile(configs[1] with { Revision = new ConfigRevision(++revision) }, before)));
        ulong[] sorted = new ulong[keys.Length];
        int[] places = new int[keys.Length];
        Arm sort = Millisecond("sorting the same keys", () => Sort(keys, sorted));
        Arm sortPlaces = Millisecond("sorting the same keys with their rows' places", () => Sort(keys, sorted, places));
        Arm.Alternate([whole, changed, sort, sortPlaces], options.Rounds, WarmRounds);
        if (current.Revision.Value != revision)
        {
            throw new InvalidOperationException($"Revision {revision} was swapped in, and {current.Revision.Value} is in use.");
        }

        List<Result> results =
        [
            Of(whole, whole.Over(sort), "100 goal, 250 target, 1,000 floor; <= 3 sorts"),
            Of(changed, changed.Over(sort), ""),
            Of(sort, null, ""),
            Of(sortPlaces, sortPlaces.Over(sort), ""),
        ];
        results.AddRange(SwapsWhileRating.Measure(options, codes, configs, progress));
        return results;
    }

    /// <summary>The customers and their A-Z deck.</summary>
    private static RatingConfig OneDeck(RatingConfig config)
    {
        RateDeckConfig deck = config.Decks[0];
        DeckAssignmentConfig[] assignments = [.. config.Assignments.Where(assignment => assignment.Deck == deck.Id)];
        return config with
        {
            Decks = [deck], Assignments = assignments, TrunkGroups = [.. config.TrunkGroups.Where(group => assignments.Any(assignment => assignment.TrunkGroup == group.Id))],
        };
    }

    private static Result Of(Arm arm, double? ratio, string asked) => Result.Of(Id, arm.Name, "ms of CPU", arm.Rounds, ratio, asked);

    private static Arm Millisecond(string name, Action work) => Arm.Of(name, 1_000_000, 1, work);

    private static void Sort(ulong[] keys, ulong[] sorted)
    {
        keys.CopyTo(sorted, 0);
        Array.Sort(sorted);
    }

    private static void Sort(ulong[] keys, ulong[] sorted, int[] places)
    {
        keys.CopyTo(sorted, 0);
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        Array.Sort(sorted, places);
    }
}
