using System.Globalization;
using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Micro;

/// <summary>B1 to B4 in seconds, by processor time and not by the clock, so that other work on the machine disturbs little. Median of five rounds.</summary>
internal static class QuickFigures
{
    private const int Rounds = 5;
    private const int AlternatingRounds = 25;
    private const int WarmRounds = 20;

    public static void Print()
    {
        string[] codes = RatingData.DrawCodes(RatingData.Codes);
        RateDeckConfig config = RatingData.International(codes, Relation.Customer);
        Rating.Decks.PlacedDeck deck = MatchBenchmarks.Place(codes);
        byte[] digits = [.. RatingData.DrawNumbers(codes, MatchBenchmarks.Numbers).SelectMany(static number => number)];
        Line("B1 match, 500k codes", Nanoseconds(() => MatchBenchmarks.MatchAll(deck, digits), 8) / MatchBenchmarks.Numbers, "ns per number");
        Line("B1 match, batched", Nanoseconds(() => MatchBenchmarks.MatchBatched(deck, digits), 8) / MatchBenchmarks.Numbers, "ns per number");
        Line("  of it, parse", Nanoseconds(() => MatchBenchmarks.ParseAll(digits), 8) / MatchBenchmarks.Numbers, "ns per number");
        Line("  of it, parse and code", Nanoseconds(() => MatchBenchmarks.FindAll(deck, digits), 8) / MatchBenchmarks.Numbers, "ns per number");
        PrintDependent(deck, digits);
        Line("B2 matching", (decimal)deck.Table.Bytes / deck.Table.Count, "bytes per code");
        Line("B3 compile, 500k codes", Nanoseconds(() => OneDeckRater.Compile(config), 1) / 1_000_000, "ms of CPU");

        string[] real = RatingData.DrawCodes(60_000);
        RatingSnapshot snapshot = RatingData.Carrier(real);
        RatedCallBatch batch = RatingData.Calls(real, RatingData.BatchRows);
        Rater rater = new();
        decimal perCall = Nanoseconds(() => rater.Rate(snapshot, batch), 64) / RatingData.BatchRows;
        Line("B4 rate, both sides", perCall, "ns per call");
        Line("B4 rate, both sides", 1000 / perCall, "M calls/s per core");
    }

    /// <summary>Each number waits for the one before; beside it, in turns, a load from an array of the size that a match reads of, of which each waits too.</summary>
    private static void PrintDependent(Rating.Decks.PlacedDeck deck, byte[] digits)
    {
        // The table, and 8 bytes for each code's price.
        long held = deck.Table.Bytes + (sizeof(long) * (long)deck.Table.Count);
        int[] chain = Chain((int)(held / sizeof(int)));
        List<decimal> matches = [];
        List<decimal> loads = [];
        List<decimal> ratios = [];
        for (int round = -WarmRounds; round < AlternatingRounds; round++)
        {
            decimal match = Round(() => MatchBenchmarks.MatchAllDependent(deck, digits), 2) / MatchBenchmarks.Numbers;
            decimal load = Round(() => Follow(chain), 2) / MatchBenchmarks.Numbers;
            if (round < 0)
            {
                continue;
            }

            matches.Add(match);
            loads.Add(load);
            ratios.Add(match / load);
        }

        Line("B1 match, dependent", Median(matches), "ns per number");
        Line("  least of its rounds", matches.Min(), "ns per number");
        Line("  one dependent load", Median(loads), "ns per load from an array of the same size, in turns");
        Line("  a match over a load", Median(ratios), "loads");
    }

    /// <summary>One cycle through all places, in random order: what memory itself costs, to hold the match against.</summary>
    private static int[] Chain(int places)
    {
        Random random = new(1);
        int[] order = [.. Enumerable.Range(0, places)];
        random.Shuffle(order);
        int[] next = new int[places];
        for (int i = 0; i < places; i++)
        {
            next[order[i]] = order[(i + 1) % places];
        }

        return next;
    }

    private static int Follow(int[] chain)
    {
        int at = 0;
        for (int i = 0; i < MatchBenchmarks.Numbers; i++)
        {
            at = chain[at];
        }

        return at;
    }

    private static decimal Nanoseconds(Action work, int times)
    {
        for (int warm = 0; warm < 40 && times > 1; warm++)
        {
            work();
        }

        return Median([.. Enumerable.Range(0, Rounds).Select(_ => Round(work, times))]);
    }

    private static decimal Round(Action work, int times)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < times; i++)
        {
            work();
        }

        return (decimal)(Environment.CpuUsage.TotalTime - before).Ticks * TimeSpan.NanosecondsPerTick / times;
    }

    private static decimal Median(IEnumerable<decimal> figures)
    {
        decimal[] sorted = [.. figures.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Line(string what, decimal value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-26}{value,10:0.00} {unit}"));
}
