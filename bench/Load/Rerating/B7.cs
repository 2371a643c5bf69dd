using System.Globalization;
using Perimeter.Aggregator.Rerating;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Load.EndToEnd;
using Perimeter.Load.Measuring;
using Perimeter.Rating;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Load.Rerating;

/// <summary>
/// B7: landed calls rated again, on all cores, by the clock: computing only (every call comes to something else, and nothing is written), durable with every call
/// adjusted, and durable with none. Three sizes, so that what a billion would take can be told from the slope; beside them ClickHouse copying the same rows.
/// </summary>
internal static class B7
{
    private const string Id = "B7";
    private const double Billion = 1e9;

    private sealed record Sizes(long Calls, List<double> Compute, List<double> Adjust, List<double> Unchanged, List<double> Identity);

    public static async Task<IReadOnlyList<Result>> RunAsync(BenchOptions options, TextWriter progress)
    {
        CarrierFolder carrier = Carrier.Read(options);
        RatingSnapshot before = carrier.Snapshot!;
        RatingSnapshot after = Dearer(carrier.Config!, 2);
        string folder = Path.Combine(options.ScratchFolder, $"perimeter-rerate-{Guid.NewGuid():N}");
        try
        {
            using var engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = folder });
            using ClickHouseConnection connection = engine.Connect();
            WarehouseSchema.Migrate(connection);
            connection.Execute(EmbeddedSql.Read("b7-identity-table.sql"));
            var landed = new LandedBase(engine);
            await landed.LandAsync(carrier.Config!, before, Math.Min(LandedBase.MaxDistinct, options.Calls / 5));
            List<Sizes> sizes = [];
            foreach (long calls in (long[])[options.Calls / 5, options.Calls / 2, options.Calls])
            {
                await landed.GrowAsync(calls);
                sizes.Add(await MeasureAsync(engine, connection, before, after, calls, options.Rounds, warmRounds: sizes.Count == 0 ? 1 : 0));
                progress.WriteLine($"  {calls:N0} calls: {Result.Median(sizes[^1].Compute):0.00} s computing, {Result.Median(sizes[^1].Adjust):0.00} s with every one adjusted");
            }

            return Results(sizes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Sizes> MeasureAsync(
        EmbeddedClickHouse engine, ClickHouseConnection connection, RatingSnapshot before, RatingSnapshot after, long calls, int rounds, int warmRounds)
    {
        Sizes sizes = new(calls, [], [], [], []);
        long[] range = [.. connection.QueryText(EmbeddedSql.Read("b7-range.sql")).Split('\t').Select(static ms => long.Parse(ms, CultureInfo.InvariantCulture))];
        RerateRequest request = new(range[0], range[1]);
        for (int round = -warmRounds; round < rounds; round++)
        {
            double compute = await RerateAsync(engine, after, request with { DryRun = true }, calls, calls);
            double adjust = await RerateAsync(engine, after, request, calls, calls);
            connection.Execute("TRUNCATE TABLE call_adjustments");
            double unchanged = await RerateAsync(engine, before, request, calls, 0);
            double identity = (await Usage.OfAsync(() => Task.Run(() => connection.Execute(EmbeddedSql.Read("b7-identity.sql"))))).Seconds;
            connection.Execute("TRUNCATE TABLE identity");
            if (round >= 0)
            {
                sizes.Compute.Add(compute);
                sizes.Adjust.Add(adjust);
                sizes.Unchanged.Add(unchanged);
                sizes.Identity.Add(identity);
            }
        }

        return sizes;
    }

    private static async Task<double> RerateAsync(EmbeddedClickHouse engine, RatingSnapshot snapshot, RerateRequest request, long calls, long adjusted)
    {
        RerateRun run = new(engine, snapshot, request, new RerateOptions());
        Usage usage = await Usage.OfAsync(async () =>
        {
            RerateSums sums = (await run.ExecuteAsync(CancellationToken.None)).Totals.All;
            if (sums.Calls != calls || sums.Changed > adjusted || (adjusted > 0 && sums.Changed == 0))
            {
                throw new InvalidOperationException($"Of {calls} calls {sums.Calls} were rated again, and {sums.Changed} adjusted.");
            }
        });
        return usage.Seconds;
    }

    private static IReadOnlyList<Result> Results(List<Sizes> sizes)
    {
        Sizes largest = sizes[^1];
        double ratio = Result.Median([.. largest.Identity.Zip(largest.Adjust, static (identity, adjust) => identity / adjust)]);
        return
        [
            PerSecond("re-rate, computing only", largest, largest.Compute, null, ""),
            PerSecond("re-rate, every call adjusted, durable", largest, largest.Adjust, ratio, ">= 0.7 of INSERT SELECT"),
            PerSecond("re-rate, nothing changed", largest, largest.Unchanged, null, ""),
            PerSecond("ClickHouse INSERT SELECT, identity", largest, largest.Identity, null, ""),
            .. Extrapolated("computing only", sizes, static size => size.Compute, "1.5 goal, 2 target, 6 floor"),
            .. Extrapolated("every call adjusted, durable", sizes, static size => size.Adjust, "12 goal, 20 target, 40 floor"),
        ];
    }

    private static Result PerSecond(string arm, Sizes size, List<double> seconds, double? ratio, string asked) =>
        Result.Of(Id, arm, "calls/s", [.. seconds.Select(one => size.Calls / one)], ratio, asked);

    /// <summary>From the largest size on as between the two largest. The slopes between the three tell whether that holds.</summary>
    private static IEnumerable<Result> Extrapolated(string arm, List<Sizes> sizes, Func<Sizes, List<double>> of, string asked)
    {
        double[] seconds = [.. sizes.Select(size => Result.Median(of(size)))];
        double early = (seconds[1] - seconds[0]) / (sizes[1].Calls - sizes[0].Calls);
        double late = (seconds[2] - seconds[1]) / (sizes[2].Calls - sizes[1].Calls);
        double whole = (seconds[2] + (late * (Billion - sizes[2].Calls))) / 60;
        yield return Result.Exact(Id, $"a billion calls, {arm}, extrapolated", "min", whole, asked: asked);
        yield return Result.Exact(Id, $"slope between the larger sizes against the smaller, {arm}", "%", 100 * ((late / early) - 1), asked: "within 5");
    }

    /// <summary>The same carrier with every rate a little higher.</summary>
    private static RatingSnapshot Dearer(RatingConfig config, int revision)
    {
        Rate? Raised(Rate? rate) => rate is { } given ? new Rate(given.NanosPerMinute + 1_000_000) : null;
        RatingConfig dearer = config with
        {
            Revision = new ConfigRevision(revision),
            Decks =
            [
                .. config.Decks.Select(deck => deck with
                {
                    Rows =
                    [
                        .. deck.Rows.Select(row => row with
                        {
                            Rate = Raised(row.Rate), Interstate = Raised(row.Interstate), Intrastate = Raised(row.Intrastate),
                            Indeterminate = Raised(row.Indeterminate), Local = Raised(row.Local),
                        }),
                    ],
                }),
            ],
        };
        return RatingSnapshot.Compile(dearer, null).Snapshot ?? throw new InvalidOperationException("The carrier with other rates does not compile.");
    }
}
