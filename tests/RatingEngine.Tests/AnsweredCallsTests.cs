namespace Perimeter.RatingEngine.Tests;

/// <summary>Answers in memory, beside the keys and within the same limit.</summary>
public sealed class AnsweredCallsTests(ITestOutputHelper output)
{
    private const long Minute = DeduplicationState.GrainMs;
    private const long Noon = 1_790_000_040_000 / Minute * Minute;
    private const int Segment = KeyBudget.SegmentKeys;
    private const int WindowMinutes = 10;
    private const int SkewMinutes = 2;

    private static readonly DeduplicationOptions TenMinutes = new()
    {
        Horizon = TimeSpan.FromMinutes(WindowMinutes - SkewMinutes), ClockSkew = TimeSpan.FromMinutes(SkewMinutes),
    };

    [Fact]
    public void At_the_limit_the_oldest_answers_leave_and_of_the_calls_that_may_have_had_them_it_is_known()
    {
        var budget = new KeyBudget(Segment * 2);
        var keys = new DeduplicationState(TenMinutes, budget);
        for (int n = 0; n < Segment * 2; n++)
        {
            keys.Advance(n < Segment ? Noon : Noon + (5 * Minute));
            Assert.True(keys.TryReserve(0, 1));
            keys.TakeAnswer(Key(n), Noon, Noon + n, Domain.CallEvent.NoInstant);
        }

        Assert.Equal(AnswerFound.None, Find(keys, -1, Noon));
        Assert.True(keys.TryReserve(0, 1));
        Assert.Equal(Segment, keys.Answers);
        Assert.Equal(AnswerFound.Forgotten, Find(keys, Segment - 1, Noon));
        Assert.Equal(AnswerFound.Known, keys.FindAnswer(Key(Segment), Noon, out long answerMs, out _));
        Assert.Equal(Noon + Segment, answerMs);

        // What left came before the minute after noon: so was the call set up, but for the skew and the second that a switch may cut off.
        long first = Noon + Minute + (SkewMinutes * Minute) + 1000;
        Assert.Equal(AnswerFound.Forgotten, Find(keys, 1, first - 1));
        Assert.Equal(AnswerFound.None, Find(keys, 1, first));

        // Out of the window, it would not have been known anyway.
        keys.Advance(Noon + (WindowMinutes * Minute));
        Assert.Equal(AnswerFound.Forgotten, Find(keys, 1, first - 1));
        keys.Advance(Noon + ((WindowMinutes + 1) * Minute));
        Assert.Equal(AnswerFound.None, Find(keys, 1, first - 1));
        keys.Release();
        Assert.Equal(budget.MaxKeys, budget.Left);
    }

    [Fact]
    public void Of_keys_that_have_landed_and_answers_the_older_leave_first()
    {
        var budget = new KeyBudget(Segment * 2);
        var keys = new DeduplicationState(TenMinutes, budget);
        Fill(keys, Noon, ended: Segment, answered: 0);
        keys.Committed(place: 1);
        keys.Landed(landedTo: 2);
        Fill(keys, Noon + Minute, ended: 0, answered: Segment);
        Fill(keys, Noon + (2 * Minute), ended: Segment, answered: 0);
        Assert.Equal((Segment, Segment), ((int)keys.Entries, (int)keys.Answers));
        keys.Committed(place: 3);
        keys.Landed(landedTo: 4);
        Fill(keys, Noon + (3 * Minute), ended: 0, answered: Segment);
        Assert.Equal((Segment, Segment), ((int)keys.Entries, (int)keys.Answers));
        Assert.Equal(AnswerFound.Forgotten, Find(keys, -1, Noon));
    }

    [Fact]
    public void While_keys_wait_to_land_answers_stay_and_there_is_no_room()
    {
        var keys = new DeduplicationState(TenMinutes, new KeyBudget(Segment * 2));
        Fill(keys, Noon, ended: 0, answered: Segment);
        Fill(keys, Noon + Minute, ended: Segment, answered: 0);
        Assert.False(keys.TryReserve(0, 1));
        Assert.False(keys.TryReserve(1));
        Assert.Equal(Segment, keys.Answers);
        keys.Committed(place: 1);
        keys.Landed(landedTo: 2);
        Assert.True(keys.TryReserve(1));
        Assert.Equal(0, keys.Answers);
        Assert.Equal(Segment, keys.Entries);
    }

    [Fact]
    public void A_partition_that_holds_more_than_its_share_in_answers_gives_them_up_for_one_that_finds_no_room()
    {
        var budget = new KeyBudget(Segment * 4);
        var first = new DeduplicationState(TenMinutes, budget);
        var second = new DeduplicationState(TenMinutes, budget);
        Fill(first, Noon, ended: 0, answered: Segment * 3);
        Fill(first, Noon, ended: Segment, answered: 0);
        second.Advance(Noon);
        Assert.False(second.TryReserve(0, 1));
        first.Relieve();
        Assert.Equal((Segment, Segment * 2), ((int)first.Entries, (int)first.Answers));
        Assert.True(second.TryReserve(0, 1));
        Assert.False(budget.IsShort);
    }

    [Fact]
    public void An_answer_takes_48_bytes_at_most_and_nothing_is_allocated_for_one_in_steady_state()
    {
        const int inWindow = 40_000;
        int wrong = 0;
        var keys = new DeduplicationState(TenMinutes, new KeyBudget(1 << 20));
        for (int n = 0; n < 5 * inWindow; n++)
        {
            Next(n);
        }

        Assert.InRange(keys.Answers, inWindow * 9 / 10, inWindow * 12 / 10);
        Assert.InRange(keys.Bytes, 32 * keys.Answers, (48 + 8) * (keys.Answers + (2 * Segment)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 5 * inWindow; n < 10 * inWindow; n++)
        {
            Next(n);
        }

        // Now and then a segment: a few bytes a call at most.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 * 8 * Segment);
        Assert.Equal(0, wrong);

        void Next(int n)
        {
            keys.Advance(Noon + ((long)n * WindowMinutes * Minute / inWindow));
            wrong += keys.TryReserve(0, 1) ? 0 : 1;
            keys.TakeAnswer(Key(n), Noon, Noon + n, Noon + n + 5);
            wrong += keys.FindAnswer(Key(n), Noon, out long answerMs, out long answerBMs) == AnswerFound.Known && answerMs == Noon + n && answerBMs == Noon + n + 5 ? 0 : 1;
        }
    }

    /// <summary>
    /// Against a dictionary over the whole history: what is found is the first of the window, and what is not found was not there, or it is known that it may have left at the
    /// limit. With a limit of a few segments, keys that land late, and owners who read everything back.
    /// </summary>
    [Fact]
    public void What_memory_tells_is_the_first_of_the_window_or_known_to_be_forgotten()
    {
        Dictionary<string, int> met = [];
        for (int run = 0; run < 60; run++)
        {
            int seed = Random.Shared.Next();
            try
            {
                Run(new Random(seed), met);
            }
            catch
            {
                output.WriteLine($"Seed {seed}");
                throw;
            }
        }

        string[] branches = ["found", "found the first of several", "none", "left the window", "forgotten", "forgotten the first of several", "doubted without need", "no room", "read back"];
        output.WriteLine(string.Join(", ", met.Select(one => $"{one.Key}: {one.Value}")));
        Assert.All(branches, branch => Assert.True(met.GetValueOrDefault(branch) > 0, $"Never met: {branch}"));
    }

    private sealed record Answer(long AtMs, int Call, long SetupMs, long AnswerMs);

    private static void Run(Random random, Dictionary<string, int> met)
    {
        var budget = new KeyBudget(Segment * random.Next(4, 12));
        var keys = new DeduplicationState(TenMinutes, budget);
        List<Answer> log = [];
        Dictionary<int, List<Answer>> calls = [];
        Dictionary<int, long> setups = [];
        long now = Noon;
        int ended = 0;
        ulong places = 0;
        for (int step = 0; step < 600; step++)
        {
            now += random.Next(6) == 0 ? random.Next((int)(2 * Minute)) : random.Next(4000);
            keys.Advance(now);
            int count = random.Next(1, Segment / 4);
            if (!keys.TryReserve(count, count))
            {
                Meet("no room");
                keys.Committed(places);
                keys.Landed(++places);
                Assert.True(keys.TryReserve(count, count), "All has landed, and still there is no room.");
            }

            for (int n = 0; n < count; n++)
            {
                int call = random.Next(3) == 0 ? Math.Max(0, setups.Count - random.Next(10 * Segment)) : setups.Count;
                setups.TryAdd(call, now - random.NextInt64(3 * Minute));
                log.Add(new Answer(now, call, setups[call], Math.Min(setups[call] + random.Next(60_000), now + (SkewMinutes * Minute))));
                calls.TryAdd(call, []);
                calls[call].Add(log[^1]);
                keys.TakeAnswer(Key(call), setups[call], log[^1].AnswerMs, Domain.CallEvent.NoInstant);
                UInt128 other = Key(int.MaxValue - ended++);
                if (keys.Take(other, 1, now + (SkewMinutes * Minute)) == Arrival.Unknown)
                {
                    keys.Settle(other, 1, landed: null);
                }

            }

            if (random.Next(50) == 0)
            {
                Meet("read back");
                keys.Release();
                keys = ReadBack(budget, log, now);
            }

            Look(setups.Count - 1 - random.Next(Math.Min(setups.Count, 3 * Segment)));
            Look(random.Next(setups.Count));
            if (random.Next(8) == 0)
            {
                // Calls that were not answered.
                setups.Add(setups.Count, now - random.NextInt64(6 * Minute));
                Look(setups.Count - 1);
            }
        }

        keys.Release();
        Assert.Equal(budget.MaxKeys, budget.Left);

        void Look(int call)
        {
            List<Answer> all = calls.GetValueOrDefault(call, []);
            Answer? first = all.Find(one => one.AtMs / Minute >= (now / Minute) - WindowMinutes);
            switch (keys.FindAnswer(Key(call), setups[call], out long answerMs, out _))
            {
                case AnswerFound.Known:
                    Assert.True(first?.AnswerMs == answerMs, $"Now {now}: {answerMs} and not {first}, of {string.Join<Answer>("; ", all)}");
                    Meet(all.Count > 1 ? "found the first of several" : "found");
                    break;
                case AnswerFound.None:
                    Assert.True(first is null, $"{first} was lost.");
                    Meet(all.Count > 0 ? "left the window" : "none");
                    break;
                default:
                    Meet(first is null ? "doubted without need" : answerMs == Domain.CallEvent.NoInstant ? "forgotten" : "forgotten the first of several");
                    break;
            }
        }

        void Meet(string what) => met[what] = met.GetValueOrDefault(what) + 1;
    }

    private static DeduplicationState ReadBack(KeyBudget budget, List<Answer> log, long now)
    {
        var keys = new DeduplicationState(TenMinutes, budget);
        long needed = keys.NeededFromMs(now);
        keys.BeginAt(needed);
        foreach (Answer one in log.Where(one => one.AtMs >= needed))
        {
            keys.Advance(one.AtMs);
            Assert.True(keys.TryReserve(0, 1));
            keys.TakeAnswer(Key(one.Call), one.SetupMs, one.AnswerMs, Domain.CallEvent.NoInstant);
        }

        return keys;
    }

    private static void Fill(DeduplicationState keys, long atMs, int ended, int answered)
    {
        keys.Advance(atMs);
        Assert.True(keys.TryReserve(ended, answered));
        for (int n = 0; n < ended; n++)
        {
            keys.Take(Key((int)(atMs / Minute) + (n * 1000)), 7, atMs + (SkewMinutes * Minute));
        }

        for (int n = 0; n < answered; n++)
        {
            keys.TakeAnswer(Key(n), atMs, atMs, Domain.CallEvent.NoInstant);
        }
    }

    private static AnswerFound Find(DeduplicationState keys, int call, long setupMs) => keys.FindAnswer(Key(call), setupMs, out _, out _);

    private static UInt128 Key(int n) => unchecked(new UInt128((ulong)n * 0x9E3779B97F4A7C15, (ulong)n * 0xD6E8FEB86659FD93));
}
