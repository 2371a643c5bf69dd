using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Measuring;
using Perimeter.Rating.Decks;

namespace Perimeter.Load.Matching;

/// <summary>B1: longest prefix and date, ASCII digits to rate, on one core. Numbers are drawn once for each way of drawing, and gone through whole.</summary>
internal static class B1
{
    private const string Id = "B1";
    private const int WarmRounds = 4;

    public static IReadOnlyList<Result> Run(BenchOptions options, TextWriter progress)
    {
        int count = options.Short ? 1 << 14 : 1 << 22;
        int times = options.Short ? 4 : 1;
        string[] codes = RatingData.DrawCodes(options.Short ? 60_000 : RatingData.Codes);
        RateDeckConfig config = RatingData.International(codes, Relation.Customer);
        PlacedDeck deck = MatchLoops.Place(config);
        byte[] uniform = NumberDraw.Draw(codes, count, NumberSpread.Uniform);
        byte[] zipf = NumberDraw.Draw(codes, count, NumberSpread.Zipf);
        byte[] missHeavy = NumberDraw.Draw(codes, count, NumberSpread.MissHeavy);
        var dictionary = new ShrinkingDictionary(config.Rows);
        CheckDictionary(deck, dictionary, uniform);

        // What a match reads of: the table, and 8 bytes for each code's price.
        var loads = new DependentLoads(deck.Table.Bytes + (sizeof(long) * (long)deck.Table.Count));
        Arm batched = Arm.Of("batched, uniform", count, times, () => MatchLoops.Batched(deck, uniform));
        Arm batchedZipf = Arm.Of("batched, Zipf-like", count, times, () => MatchLoops.Batched(deck, zipf));
        Arm batchedMisses = Arm.Of("batched, miss-heavy", count, times, () => MatchLoops.Batched(deck, missHeavy));
        Arm parsed = Arm.Of("of it, digits parsed", count, times, () => MatchLoops.Parsed(uniform));
        Arm found = Arm.Of("of it, parsed and code found", count, times, () => MatchLoops.CodesFound(deck, uniform));
        Arm oneByOne = Arm.Of("one by one, uniform", count, times, () => MatchLoops.OneByOne(deck, uniform));
        Arm dependent = Arm.Of("dependent, uniform", count, times, () => MatchLoops.Dependent(deck, uniform));
        Arm load = Arm.Of("one dependent load, array of the same size", count, times, () => loads.Follow(count));
        Arm shrinking = Arm.Of("Dictionary<string, ...>, shrinking, uniform", count, times, () => dictionary.SumOfRates(uniform));
        Arm[] ours = [batched, parsed, found, batchedZipf, batchedMisses, oneByOne, dependent, load, shrinking];

        using PostgresMatching? postgres = PostgresMatching.TryFill(options, config.Rows, uniform, options.Short ? 1_000 : 20_000, progress);
        postgres?.Check(deck, uniform);
        Arm? postgresArm = postgres?.Arm();
        Arm.Alternate(ours, 0, WarmRounds);
        Arm.Alternate(postgresArm is null ? ours : [.. ours, postgresArm], options.Rounds, 0);

        List<Result> results =
        [
            Of(batched, null, "12 goal, 25 target, 60 floor"),
            Of(parsed, null, ""),
            Of(found, null, ""),
            Of(batchedZipf, null, ""),
            Of(batchedMisses, null, ""),
            Of(oneByOne, null, ""),
            Of(dependent, dependent.Over(load), "35 goal, 50 target, 80 floor; <= 4 loads"),
            Of(load, null, ""),
            Of(shrinking, shrinking.Over(batched), "times ours"),
        ];
        if (postgresArm is not null)
        {
            results.Add(Of(postgresArm, postgresArm.Over(batched), ">= 1,000 times ours"));
        }

        long allocated = ProcessorTime.AllocatedBytesOf(() => MatchLoops.Batched(deck, uniform));
        results.Add(Result.Exact(Id, "batched: managed allocation", "bytes/number", allocated / (double)count, asked: "0"));
        return results;
    }

    private static Result Of(Arm arm, double? ratio, string asked) => Result.Of(Id, arm.Name, "ns/number", arm.Rounds, ratio, asked);

    private static void CheckDictionary(PlacedDeck deck, ShrinkingDictionary dictionary, byte[] digits)
    {
        for (int at = 0; at < digits.Length; at += NumberDraw.Digits)
        {
            ReadOnlySpan<byte> number = digits.AsSpan(at, NumberDraw.Digits);
            if (dictionary.RateOf(number) != MatchLoops.RateOf(deck, number))
            {
                throw new InvalidOperationException($"The dictionary and the deck differ on number {at / NumberDraw.Digits}.");
            }
        }
    }
}
