using System.Diagnostics.Metrics;
using Perimeter.Domain;

namespace Perimeter.RatingEngine;

/// <summary>What the rating engine tells of itself in numbers, over all of this process. Counted when a unit of work is committed.</summary>
internal static class RatingMetrics
{
    private static readonly Meter Meter = new("Perimeter.RatingEngine");

    private static readonly Counter<long> Sides = Meter.CreateCounter<long>(
        "perimeter.rating.sides", "{side}", "Sides of attempts that were rated, by side and outcome.");

    private static readonly Counter<long> Passed = Meter.CreateCounter<long>(
        "perimeter.rating.passed", "{event}", "Events that made no rated call, by why: repeat, conflict, started, answered, unusable.");

    private static readonly Histogram<double> Rating = Meter.CreateHistogram<double>(
        "perimeter.rating.duration", "s", "Rating of one unit of work, in memory.");

    private static readonly Histogram<double> Commits = Meter.CreateHistogram<double>(
        "perimeter.rating.commit.duration", "s", "Committing one unit of work durably, waits for a full or absent log included.");

    private static readonly KeyValuePair<string, object?> SideA = new("side", "A");
    private static readonly KeyValuePair<string, object?> SideB = new("side", "B");

    private static readonly KeyValuePair<string, object?>[] Outcomes =
        [.. Enum.GetValues<RatingOutcome>().Select(outcome => new KeyValuePair<string, object?>("outcome", outcome.ToString()))];

    public static void Committed(RatingUnit unit, TimeSpan rating, TimeSpan commit)
    {
        Rating.Record(rating.TotalSeconds);
        Commits.Record(commit.TotalSeconds);
        for (int outcome = 0; outcome < OutcomeCounts.Count; outcome++)
        {
            Add(Sides, unit.Outcomes.OnA[outcome], SideA, Outcomes[outcome]);
            Add(Sides, unit.Outcomes.OnB[outcome], SideB, Outcomes[outcome]);
        }

        Add(Passed, unit.Passed.Repeats, "repeat");
        Add(Passed, unit.Passed.Conflicts, "conflict");
        Add(Passed, unit.Passed.Started, "started");
        Add(Passed, unit.Passed.Answered, "answered");
        Add(Passed, unit.Unusable, "unusable");
    }

    private static void Add(Counter<long> counter, long count, KeyValuePair<string, object?> first, KeyValuePair<string, object?> second)
    {
        if (count > 0)
        {
            counter.Add(count, first, second);
        }
    }

    private static void Add(Counter<long> counter, long count, string why)
    {
        if (count > 0)
        {
            counter.Add(count, new KeyValuePair<string, object?>("why", why));
        }
    }
}
