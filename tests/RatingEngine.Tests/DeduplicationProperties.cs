using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.RatingEngine.Tests;

/// <summary>Deduplication against a naive look at all that came before, with restarts anywhere.</summary>
public sealed class DeduplicationProperties
{
    private const long Minute = DeduplicationState.GrainMs;
    private const int WindowMinutes = 10;

    private static readonly DeduplicationOptions Options = new() { Horizon = TimeSpan.FromMinutes(8), ClockSkew = TimeSpan.FromMinutes(2) };

    /// <summary>One event: how long after the one before, which key and content, and whether the process is started again before it.</summary>
    private sealed record Step(int AfterMs, int Key, int Content, bool RestartBefore);

    private static readonly Gen<Step> Steps =
        from after in Gen.Frequency((4, Gen.Constant(0)), (4, Gen.Choose(1, 40_000)), (2, Gen.Choose(40_000, 400_000)), (1, Gen.Choose(580_000, 700_000)))
        from key in Gen.Frequency((3, Gen.Choose(0, 5)), (1, Gen.Choose(0, 200)))
        from content in Gen.Frequency((5, Gen.Constant(0)), (1, Gen.Choose(1, 2)))
        from restart in Gen.Frequency((12, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Step(after, key, content, restart);

    [Fact]
    public void Every_decision_is_that_of_a_naive_look_back_however_often_the_process_is_started_again()
    {
        var seen = new Dictionary<string, int>();
        Prop.ForAll(Gen.ListOf(Steps).Resize(400).ToArbitrary(), steps => DecidesAsOracle([.. steps], seen))
            .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(400));

        // The generator must have met what it is for.
        foreach (string branch in (string[])["New", "Repeat", "Conflict", "new again after the window", "repeat across a restart", "conflict across a restart"])
        {
            Assert.True(seen.GetValueOrDefault(branch) > 50, $"{branch}: {seen.GetValueOrDefault(branch)}");
        }
    }

    private static void DecidesAsOracle(IReadOnlyList<Step> steps, Dictionary<string, int> seen)
    {
        var log = new List<(long AtMs, int Key, int Content)>();
        long now = 1_790_000_000_123;
        var budget = new KeyBudget(1 << 20);
        var keys = new DeduplicationState(Options, budget);
        int restartedAt = 0;
        foreach (Step step in steps)
        {
            now += step.AfterMs;
            if (step.RestartBefore && log.Count > 0)
            {
                keys.Release();
                keys = Rebuilt(log, budget);
                restartedAt = log.Count;
            }

            (Arrival expected, int first) = LookBack(log, now, step);
            Arrival actual = Take(keys, now, step.Key, step.Content);
            Assert.Equal(expected, actual);
            Count(seen, expected.ToString());
            if (expected == Arrival.New && log.Exists(earlier => earlier.Key == step.Key))
            {
                Count(seen, "new again after the window");
            }

            if (expected != Arrival.New && first < restartedAt)
            {
                Count(seen, $"{expected.ToString().ToLowerInvariant()} across a restart");
            }

            log.Add((now, step.Key, step.Content));
        }

        keys.Release();
        Assert.Equal(budget.MaxKeys, budget.Left);
    }

    private static DeduplicationState Rebuilt(List<(long AtMs, int Key, int Content)> log, KeyBudget budget)
    {
        var keys = new DeduplicationState(Options, budget);
        long needed = keys.NeededFromMs(log[^1].AtMs);
        foreach ((long atMs, int key, int content) in log.Where(earlier => earlier.AtMs >= needed))
        {
            Take(keys, atMs, key, content);
        }

        return keys;
    }

    private static (Arrival Arrival, int First) LookBack(List<(long AtMs, int Key, int Content)> log, long now, Step step)
    {
        int first = log.FindIndex(earlier => earlier.Key == step.Key && (now / Minute) - (earlier.AtMs / Minute) <= WindowMinutes);
        return first < 0 ? (Arrival.New, -1) : (log[first].Content == step.Content ? Arrival.Repeat : Arrival.Conflict, first);
    }

    private static Arrival Take(DeduplicationState keys, long atMs, int key, int content)
    {
        keys.Advance(atMs);
        Assert.True(keys.TryReserve(1));

        // Few tags, so that probing, and closing the gaps of keys that leave, is met on every step.
        return keys.Take(new UInt128((ulong)key, ((ulong)(key % 3) << 32) | (uint)key), (UInt128)(uint)content);
    }

    private static void Count(Dictionary<string, int> seen, string branch) => seen[branch] = seen.GetValueOrDefault(branch) + 1;
}
