using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Measuring;
using Perimeter.Rating;
using Perimeter.RatingEngine;

namespace Perimeter.Load.Swapping;

/// <summary>
/// Two threads rate batches while revisions are compiled and swapped in, two a second; beside it, in turns, the same without swaps. Once with pauses between the batches,
/// so that compiling finds a processor free now and then, by a thread like any other and by one that gives way; and once without pauses, where compiling can only take
/// from the raters what it needs.
/// </summary>
internal static class SwapsWhileRating
{
    private const string Id = "B3";
    private const int Threads = 2;
    private const int BatchCalls = 2_000;

    /// <param name="P999">Microseconds; of a thousand batches one took longer.</param>
    /// <param name="PauseMs">In which the collector held all threads up, for each swap.</param>
    private sealed record Stretch(double P999, double Median, int Seen, int Swapped, double PauseMs, double AllocatedMegabytes);

    public static IReadOnlyList<Result> Measure(BenchOptions options, string[] codes, RatingConfig[] configs, TextWriter progress)
    {
        TimeSpan length = options.Short ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(4);
        var raters = Enumerable.Range(0, Threads).Select(n => new RatingThread(RatingData.Calls(codes, BatchCalls, n))).ToArray();
        List<Stretch> quiet = [], swapping = [], givingWay = [], fullQuiet = [], fullSwapping = [];
        Run(raters, configs, TimeSpan.FromSeconds(1), Swapping.None, pauses: false);
        for (int round = 0; round < options.Rounds; round++)
        {
            quiet.Add(Run(raters, configs, length, Swapping.None, pauses: true));
            swapping.Add(Run(raters, configs, length, Swapping.AsOthers, pauses: true));
            givingWay.Add(Run(raters, configs, length, Swapping.GivingWay, pauses: true));
            fullQuiet.Add(Run(raters, configs, length, Swapping.None, pauses: false));
            fullSwapping.Add(Run(raters, configs, length, Swapping.AsOthers, pauses: false));
        }

        Stretch[] swaps = [.. swapping, .. givingWay, .. fullSwapping];
        int swapped = swaps.Sum(static stretch => stretch.Swapped);
        int seen = swaps.Sum(static stretch => stretch.Seen);
        progress.WriteLine($"  {swapped} revisions were swapped in, and {seen} of them seen in use by a thread that rates");
        return
        [
            Result.Exact(Id, "revisions seen in use, of those swapped in", "revisions", seen, seen / (double)swapped, "1.00"),
            .. Of("pauses, no swaps", quiet, null, ""),
            .. Of("pauses, 2 swaps a second", swapping, quiet, "<= 1.1"),
            .. Of("pauses, 2 swaps a second, giving way", givingWay, quiet, "<= 1.1"),
            .. Of("no pauses, no swaps", fullQuiet, null, ""),
            .. Of("no pauses, 2 swaps a second", fullSwapping, fullQuiet, ""),
            Result.Of(Id, "all threads held up by the collector, for each swap", "ms", [.. swapping.Select(static one => one.PauseMs)]),
            Result.Of(Id, "managed allocation, for each swap", "MB", [.. swapping.Select(static one => one.AllocatedMegabytes)]),
        ];
    }

    private static IEnumerable<Result> Of(string arm, List<Stretch> stretches, List<Stretch>? against, string asked)
    {
        double? ratio = against is null ? null : Result.Median([.. stretches.Zip(against, static (with, without) => with.P999 / without.P999)]);
        yield return Result.Of(Id, $"batch of 2,000, {arm}: p99.9", "us", [.. stretches.Select(static one => one.P999)], ratio, asked);
        yield return Result.Of(Id, $"batch of 2,000, {arm}: median", "us", [.. stretches.Select(static one => one.Median)]);
    }

    private static Stretch Run(RatingThread[] raters, RatingConfig[] configs, TimeSpan length, Swapping swapping, bool pauses)
    {
        CurrentSnapshot current = new();
        var swapper = new Swapper(current, configs, length);
        GC.Collect();
        TimeSpan paused = GC.GetTotalPauseDuration();
        long allocated = GC.GetTotalAllocatedBytes();
        using ManualResetEvent stop = new(false);
        Thread[] threads = [.. raters.Select(rater => new Thread(() => rater.Run(current, stop, pauses)))];
        Thread swaps = new(() => swapper.Run(stop, swapping));
        foreach (Thread thread in (Thread[])[.. threads, swaps])
        {
            thread.Start();
        }

        swaps.Join();
        stop.Set();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        double perSwap = Math.Max(1, swapper.Swapped);
        double pauseMs = (GC.GetTotalPauseDuration() - paused).TotalMilliseconds / perSwap;
        double megabytes = (GC.GetTotalAllocatedBytes() - allocated) / perSwap / 1e6;
        double[] latencies = [.. raters.SelectMany(static rater => rater.Latencies).Order()];
        int seen = Enumerable.Range(2, swapper.Swapped).Count(revision => raters.Any(rater => rater.Revisions.Contains(revision)));
        return new Stretch(latencies[(int)(latencies.Length * 0.999)], latencies[latencies.Length / 2], seen, swapper.Swapped, pauseMs, megabytes);
    }
}
