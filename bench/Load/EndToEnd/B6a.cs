using System.Diagnostics;
using Perimeter.Aggregator;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Config;
using Perimeter.Load.Measuring;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Load.EndToEnd;

/// <summary>
/// B6a: draining a backlog of call events, durable from end to end: log, deduplication, rating, log, ClickHouse with rollups. Held against K, a raw read of the same
/// log, and C, landing the same rated calls from memory: efficiency = rate / [1 / (1/K + 1/C)]. R, the rating engine without landing, shows where the time goes.
/// </summary>
internal static class B6a
{
    public const string Id = "B6a";

    private sealed record Round(Usage Drain, double SettledSeconds, Usage Read, Usage Rate, Usage Land);

    public static async Task<IReadOnlyList<Result>> RunAsync(BenchOptions options, TextWriter progress)
    {
        CarrierFolder carrier = Carrier.Read(options);
        var snapshots = new CurrentSnapshot();
        snapshots.TrySwap(carrier.Snapshot!);
        string scratch = Directory.CreateTempSubdirectory("perimeter-bench-").FullName;
        if (options.ScratchFolder != Path.GetTempPath())
        {
            Directory.Delete(scratch);
            scratch = Directory.CreateDirectory(Path.Combine(options.ScratchFolder, Path.GetFileName(scratch))).FullName;
        }

        try
        {
            progress.WriteLine($"Filling a backlog of {options.Events:N0} events ...");
            Backlog backlog = await Backlog.FillAsync(carrier.Config!, Path.Combine(scratch, "backlog"), options.Events, options.FrameRows);
            progress.WriteLine($"  {backlog.Bytes / (double)backlog.Events:0.0} bytes an event, {backlog.Distinct:N0} of {backlog.Events:N0} are no repeats");

            // The first draining warms everything up and gives the rated calls that C lands; it is not counted.
            (_, MemoryLog? rated) = await DrainAsync(backlog, snapshots, Path.Combine(scratch, "warm-up"), keepRated: true);
            List<Round> rounds = [];
            for (int n = 1; n <= options.Rounds; n++)
            {
                string folder = Path.Combine(scratch, $"round-{n}");
                Usage read = await ReadAsync(backlog, Path.Combine(folder, "read"));
                Usage rate = await RateAsync(backlog, snapshots, Path.Combine(folder, "rate"));
                Usage land = await LandAsync(rated!, backlog.Distinct, Path.Combine(folder, "land"));
                ((Usage drain, double settled), _) = await DrainAsync(backlog, snapshots, Path.Combine(folder, "drain"), keepRated: false);
                rounds.Add(new Round(drain, settled, read, rate, land));
                progress.WriteLine(
                    $"  round {n}: drained {backlog.Events / drain.Seconds:N0}/s, K {backlog.Events / read.Seconds:N0}/s, R {backlog.Events / rate.Seconds:N0}/s, C {backlog.Events / land.Seconds:N0}/s");
                Directory.Delete(folder, recursive: true);
            }

            return Results(rounds, backlog);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static List<Result> Results(List<Round> rounds, Backlog backlog)
    {
        double n = backlog.Events;
        double Median(Func<Round, double> of) => Result.Median([.. rounds.Select(of)]);
        Result Of(string arm, string unit, Func<Round, double> of, double? ratio = null) => Result.Of(Id, arm, unit, [.. rounds.Select(of)], ratio);
        double k = Median(round => n / round.Read.Seconds);
        double c = Median(round => n / round.Land.Seconds);
        double efficiency = Median(round => n / round.Drain.Seconds) / (1 / ((1 / k) + (1 / c)));
        return
        [
            Of("drain: log, dedup, rate, ClickHouse, rollups", "events/s", round => n / round.Drain.Seconds, efficiency),
            Of("drain, merges settled", "events/s", round => n / round.SettledSeconds),
            Of("K: raw read of the same log", "events/s", round => n / round.Read.Seconds),
            Of("R: log, dedup, rate, log", "events/s", round => n / round.Rate.Seconds),
            Of("C: land the same rated calls from memory", "events/s", round => n / round.Land.Seconds),
            Of("drain: CPU", "ns/event", round => round.Drain.CpuSeconds / n * 1e9),
            Of("R: CPU", "ns/event", round => round.Rate.CpuSeconds / n * 1e9),
            Of("C: CPU", "ns/event", round => round.Land.CpuSeconds / n * 1e9),
            Of("drain: managed allocation", "bytes/event", round => round.Drain.AllocatedBytes / n),
            Of("R: managed allocation", "bytes/event", round => round.Rate.AllocatedBytes / n),
            Of("drain: until merges settle", "s", round => round.SettledSeconds - round.Drain.Seconds),
        ];
    }

    private static async Task<((Usage Drain, double SettledSeconds), MemoryLog?)> DrainAsync(Backlog backlog, CurrentSnapshot snapshots, string folder, bool keepRated)
    {
        await using EmbeddedLog log = await backlog.OpenCopyAsync(Path.Combine(folder, "log"));
        using var engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = Path.Combine(folder, "clickhouse") });
        using (ClickHouseConnection connection = engine.Connect())
        {
            WarehouseSchema.Migrate(connection);
        }

        using var landedKeys = new LandedKeys(engine);
        using var stop = new CancellationTokenSource();
        var landed = new AggregatorState();
        long began = Stopwatch.GetTimestamp();
        Task[] roles = [];
        Usage usage = await Usage.OfAsync(async () =>
        {
            roles =
            [
                RatingEngineRole.RunAsync(log, landedKeys, snapshots, new RatingEngineOptions(), new RatingEngineState(), TimeProvider.System, stop.Token),
                AggregatorRole.RunAsync(log, engine, new AggregatorOptions(), landed, stop.Token),
            ];
            await Waiting.LandedAsync(landed, backlog.Distinct, roles);
        });
        double settled = Stopwatch.GetElapsedTime(began, await Waiting.SettledAsync(engine)).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(roles).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ((usage, settled), keepRated ? await RatedAsync(log) : null);
    }

    private static async Task<Usage> RateAsync(Backlog backlog, CurrentSnapshot snapshots, string folder)
    {
        await using EmbeddedLog log = await backlog.OpenCopyAsync(folder);
        using var stop = new CancellationTokenSource();
        var state = new RatingEngineState();
        Task role = Task.CompletedTask;
        Usage usage = await Usage.OfAsync(async () =>
        {
            role = RatingEngineRole.RunAsync(log, new NothingLanded(), snapshots, new RatingEngineOptions(), state, TimeProvider.System, stop.Token);
            await Waiting.UntilAsync(() => state.Partitions.Sum(one => one.CommittedFrame) == backlog.Frames, () => "rating goes on");
        });
        await stop.CancelAsync();
        await role.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return usage;
    }

    /// <summary>C: lands rated calls from memory, into an empty ClickHouse.</summary>
    public static async Task<Usage> LandAsync(MemoryLog rated, long rows, string folder)
    {
        using var engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = Path.Combine(folder, "clickhouse") });
        using (ClickHouseConnection connection = engine.Connect())
        {
            // As before a draining: making the tables is no landing.
            WarehouseSchema.Migrate(connection);
        }

        using var stop = new CancellationTokenSource();
        var landed = new AggregatorState();
        Task[] roles = [];
        Usage usage = await Usage.OfAsync(async () =>
        {
            roles = [AggregatorRole.RunAsync(rated, engine, new AggregatorOptions(), landed, stop.Token)];
            await Waiting.LandedAsync(landed, rows, roles);
        });
        await stop.CancelAsync();
        await Task.WhenAll(roles).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return usage;
    }

    private static async Task<Usage> ReadAsync(Backlog backlog, string folder)
    {
        await using EmbeddedLog log = await backlog.OpenCopyAsync(folder);
        return await Usage.OfAsync(() => ReadAllAsync(log, Topics.CallEvents, frame => frame.Payload.Length));
    }

    private static async Task<MemoryLog> RatedAsync(EmbeddedLog log)
    {
        var partitions = Enumerable.Range(0, log.PartitionCount).Select(_ => new List<LogFrame>()).ToArray();
        await ReadAllAsync(log, Topics.RatedCalls, frame =>
        {
            partitions[frame.Position.Partition].Add(frame with { Payload = frame.Payload.ToArray() });
            return frame.Payload.Length;
        });
        return new MemoryLog(Topics.RatedCalls, partitions);
    }

    private static async Task ReadAllAsync(EmbeddedLog log, string topic, Func<LogFrame, int> take)
    {
        int left = log.PartitionCount;
        using var done = new CancellationTokenSource();
        await log.ConsumeAsync(topic, "bench", async (reader, stop) =>
        {
            reader.Seek(reader.FirstFrame);
            while (reader.NextFrame < reader.EndFrame)
            {
                foreach (LogFrame frame in await reader.ReadAsync(new ReadLimits(4096, 4 << 20), TimeSpan.FromSeconds(1), stop))
                {
                    take(frame);
                }
            }

            if (Interlocked.Decrement(ref left) == 0)
            {
                await done.CancelAsync();
            }
        }, done.Token);
    }
}
