using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Measuring;
using Perimeter.Rating;

namespace Perimeter.Load.Calls;

/// <summary>B4: calls rated in memory on one core: both sides, rounding, margin, and the rollup by minute and trunk group. The calls are all different.</summary>
internal static class B4
{
    private const string Id = "B4";
    private const int WarmRounds = 6;

    public static IReadOnlyList<Result> Run(BenchOptions options, TextWriter progress)
    {
        int batches = options.Short ? 1 : 32;
        string[] codes = RatingData.DrawCodes(options.Short ? 5_000 : RatingData.RealCodes);
        RatingConfig carrier = RatingData.CarrierConfig(codes, codes, 1);
        RatingSnapshot snapshot = RatingData.Compile(carrier, null);
        CallSet international = new(Enumerable.Range(0, batches).Select(n => RatingData.InternationalCalls(codes, RatingData.BatchRows, n)));
        CallSet mixed = new(Enumerable.Range(0, batches).Select(n => RatingData.Calls(codes, RatingData.BatchRows, n)));
        Arm ours = Arm.Of("rate and roll up, international", international.Count, 2, () => international.Rate(snapshot));
        Arm oursMixed = Arm.Of("rate and roll up, half of it US with jurisdictions", mixed.Count, 2, () => mixed.Rate(snapshot));
        Arm ratedOnly = Arm.Of("of it, rated, without the rollup", international.Count, 2, () => international.RateOnly(snapshot));
        Arm.Alternate([ours, oursMixed, ratedOnly], 0, WarmRounds);

        using PostgresRating? postgres = PostgresRating.TryFill(options, carrier, international, options.Short ? 500 : 10_000, progress);
        using ClickHouseRating? clickHouse = options.Alone ? null : new(options, carrier, international);
        Arm? postgresArm = postgres?.Arm();
        Arm[] clickHouseArms = clickHouse?.Arms() ?? [];
        Arm.Alternate([ours, oursMixed, ratedOnly, .. postgresArm is null ? [] : (Arm[])[postgresArm], .. clickHouseArms], options.Rounds, 0);

        List<Result> results =
        [
            PerSecond(ours, "10 goal, 5 target, 2 floor"),
            PerSecond(oursMixed, "10 goal, 5 target, 2 floor"),
            Of(ours, null, ""),
            Of(ratedOnly, null, ""),
            Of(oursMixed, null, ""),
        ];
        results.AddRange(clickHouseArms.Select(arm => Of(arm, arm.Over(ours), arm == clickHouseArms.MinBy(static one => one.Median) ? ">= 5 times ours" : "")));
        if (postgresArm is not null)
        {
            results.Add(Of(postgresArm, postgresArm.Over(ours), ">= 300 times ours"));
        }

        Rater rater = new();
        RatedCallBatch batch = mixed.Batches.First();
        rater.Rate(snapshot, batch);
        results.Add(Result.Exact(Id, "rating: managed allocation", "bytes/call", ProcessorTime.AllocatedBytesOf(() => rater.Rate(snapshot, batch)) / (double)batch.Count, asked: "0"));
        return results;
    }

    private static Result Of(Arm arm, double? ratio, string asked) => Result.Of(Id, arm.Name, "ns/call", arm.Rounds, ratio, asked);

    private static Result PerSecond(Arm arm, string asked) => Result.Of(Id, arm.Name, "M calls/s/core", [.. arm.Rounds.Select(static one => 1000 / one)], null, asked);
}
