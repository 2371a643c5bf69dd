using System.Diagnostics;
using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Measuring;
using Perimeter.Rating;
using Perimeter.RatingEngine;

namespace Perimeter.Load.Swapping;

/// <summary>
/// Two threads rate batches while revisions are compiled and swapped in, two a second; beside it, in turns, the same without swaps. Once with pauses between the batches,
/// so that compiling finds a processor free now and then, and once without, where it can only take from the raters what it needs.
/// </summary>
internal static class SwapsWhileRating
{
    private const string Id = "B3";
    private const int Threads = 2;
    private const int BatchCalls = 2_000;

    private static readonly TimeSpan BetweenSwaps = TimeSpan.FromMilliseconds(500);

    /// <param name="P999">Microseconds; of a thousand batches one took longer.</param>
    private sealed record Stretch(double P999, double Median, int Seen, int Swapped);

    public static IReadOnlyList<Result> Measure(BenchOptions options, string[] codes, RatingConfig[] configs, TextWriter progress)
    {
        TimeSpan length = options.Short ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(5);
        var raters = Enumerable.Range(0, Threads).Select(n => new RatingThread(RatingData.Calls(codes, BatchCalls, n))).ToArray();
        List<Stretch> quiet = [], swapping = [], fullQuiet = [], fullSwapping = [];
        Run(raters, configs, TimeSpan.FromSeconds(1), swaps: false, pauses: false);
        for (int round = 0; round < options.Rounds; round++)
        {
            quiet.Add(Run(raters, configs, length, swaps: false, pauses: true));
            swapping.Add(Run(raters, configs, length, swaps: true, pauses: true));
            fullQuiet.Add(Run(raters, configs, length, swaps: false, pauses: false));
            fullSwapping.Add(Run(raters, configs, length, swaps: true, pauses: false));
        }

        int swapped = swapping.Concat(fullSwapping).Sum(static stretch => stretch.Swapped);
        int seen = swapping.Concat(fullSwapping).Sum(static stretch => stretch.Seen);
        progress.WriteLine($"  {swapped} revisions were swapped in, and {seen} of them seen in use by a thread that rates");
        return
        [
            Result.Exact(Id, "revisions seen in use, of those swapped in", "revisions", seen, seen / (double)swapped, "1.00"),
            .. Of("with pauses, no swaps", quiet, null), .. Of("with pauses, 2 swaps a second", swapping, quiet),
            .. Of("without pauses, no swaps", fullQuiet, null), .. Of("without pauses, 2 swaps a second", fullSwapping, fullQuiet),
        ];
    }

    private static IEnumerable<Result> Of(string arm, List<Stretch> stretches, List<Stretch>? against)
    {
        double? ratio = against is null ? null : Result.Median([.. stretches.Zip(against, static (with, without) => with.P999 / without.P999)]);
        yield return Result.Of(Id, $"batch of 2,000, {arm}: p99.9", "us", [.. stretches.Select(static one => one.P999)], ratio, against is null ? "" : "<= 1.1");
        yield return Result.Of(Id, $"batch of 2,000, {arm}: median", "us", [.. stretches.Select(static one => one.Median)]);
    }

    private static Stretch Run(RatingThread[] raters, RatingConfig[] configs, TimeSpan length, bool swaps, bool pauses)
    {
        CurrentSnapshot current = new();
        RatingSnapshot snapshot = RatingData.Compile(configs[0] with { Revision = new ConfigRevision(1) }, null);
        current.TrySwap(snapshot);
        GC.Collect();
        using ManualResetEvent stop = new(false);
        Thread[] threads = [.. raters.Select(rater => new Thread(() => rater.Run(current, stop, pauses)))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        long began = Stopwatch.GetTimestamp();
        int swapped = 0;
        for (TimeSpan due = BetweenSwaps; due <= length; due += BetweenSwaps)
        {
            TimeSpan wait = due - Stopwatch.GetElapsedTime(began);
            if (wait > TimeSpan.Zero)
            {
                stop.WaitOne(wait);
            }

            // One that came into use at the very end could not be seen.
            if (swaps && due < length && Stopwatch.GetElapsedTime(began) < length - BetweenSwaps)
            {
                snapshot = RatingData.Compile(configs[++swapped % configs.Length] with { Revision = new ConfigRevision(1 + swapped) }, snapshot);
                current.TrySwap(snapshot);
            }
        }

        stop.Set();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        double[] latencies = [.. raters.SelectMany(static rater => rater.Latencies).Order()];
        int seen = Enumerable.Range(2, swapped).Count(revision => raters.Any(rater => rater.Revisions.Contains(revision)));
        return new Stretch(latencies[(int)(latencies.Length * 0.999)], latencies[latencies.Length / 2], seen, swapped);
    }
}
