namespace Perimeter.RatingEngine.Tests;

public sealed class DeduplicationTests
{
    private const long Minute = DeduplicationState.GrainMs;
    private const long Noon = 1_790_000_040_000 / Minute * Minute;

    private static readonly DeduplicationOptions TenMinutes = new() { Horizon = TimeSpan.FromMinutes(8), ClockSkew = TimeSpan.FromMinutes(2) };

    private readonly DeduplicationState _keys = new(TenMinutes, new KeyBudget(TenMinutes.MaxKeys));

    [Fact]
    public void The_first_of_a_key_is_new_and_the_same_content_after_it_a_repeat()
    {
        Assert.Equal(Arrival.New, Take(Noon, key: 1, content: 7));
        Assert.Equal(Arrival.Repeat, Take(Noon, key: 1, content: 7));
        Assert.Equal(Arrival.New, Take(Noon, key: 2, content: 7));
    }

    [Fact]
    public void Other_content_conflicts_and_the_first_content_stays_the_one_that_counts()
    {
        Take(Noon, key: 1, content: 7);
        Assert.Equal(Arrival.Conflict, Take(Noon, key: 1, content: 8));
        Assert.Equal(Arrival.Conflict, Take(Noon + Minute, key: 1, content: 8));
        Assert.Equal(Arrival.Repeat, Take(Noon + Minute, key: 1, content: 7));
    }

    [Theory]
    [InlineData((10 * Minute) - 1, Arrival.Repeat)]
    [InlineData(10 * Minute, Arrival.Repeat)]
    [InlineData((11 * Minute) - 1, Arrival.Repeat)] // the minute of the end of the window is whole
    [InlineData(11 * Minute, Arrival.New)]
    public void A_key_is_kept_for_the_window_and_then_forgotten(long afterMs, Arrival expected)
    {
        Take(Noon, key: 1, content: 7);
        Assert.Equal(expected, Take(Noon + afterMs, key: 1, content: 7));
    }

    [Fact]
    public void A_key_that_keeps_coming_is_never_new_again()
    {
        Take(Noon, key: 1, content: 7);
        for (int n = 1; n <= 40; n++)
        {
            Assert.Equal(Arrival.Repeat, Take(Noon + (n * 9 * Minute), key: 1, content: 7));
        }
    }

    [Fact]
    public void A_call_repeated_without_end_costs_one_entry_a_minute()
    {
        for (int n = 0; n < 10_000; n++)
        {
            Take(Noon + (n * 6), key: 1, content: 7);
        }

        Assert.Equal(1, _keys.Entries);
    }

    [Fact]
    public void A_clock_of_the_log_that_steps_back_counts_as_standing_still()
    {
        Take(Noon, key: 1, content: 7);
        Assert.Equal(Arrival.Repeat, Take(Noon - (60 * Minute), key: 1, content: 7));
        Take(Noon - (60 * Minute), key: 2, content: 7);
        Assert.Equal(Arrival.Repeat, Take(Noon + (10 * Minute), key: 2, content: 7));
    }

    [Fact]
    public void Keys_that_share_the_tag_and_the_home_of_others_stay_apart()
    {
        // The tag is the high half of the low word: these differ in all else, one bit at a time.
        UInt128[] alike = [.. Enumerable.Range(0, 32).Select(bit => UInt128.One << bit), .. Enumerable.Range(64, 64).Select(bit => UInt128.One << bit)];
        foreach (UInt128 key in alike)
        {
            Assert.Equal(Arrival.New, Take(Noon, key, content: 7));
        }

        foreach (UInt128 key in alike)
        {
            Assert.Equal(Arrival.Repeat, Take(Noon + Minute, key, content: 7));
        }

        Assert.Equal(alike.Length, _keys.Keys);
    }

    [Fact]
    public void At_the_limit_there_is_no_room_until_keys_leave_the_window()
    {
        var budget = new KeyBudget(KeyQueue.SegmentKeys * 4);
        var keys = new DeduplicationState(TenMinutes, budget);
        int taken = 0;
        keys.Advance(Noon);
        while (keys.TryReserve(1))
        {
            Assert.Equal(Arrival.New, keys.Take((UInt128)(ulong)++taken << 32, 7));
        }

        Assert.Equal(budget.MaxKeys, taken);
        keys.Advance(Noon + (10 * Minute));
        Assert.False(keys.TryReserve(1));
        Assert.Equal(taken, keys.Keys);
        keys.Advance(Noon + (11 * Minute));
        Assert.True(keys.TryReserve(taken / 2));
        Assert.Equal(0, keys.Keys);
    }

    [Fact]
    public void Partitions_share_the_limit_and_give_back_what_they_held()
    {
        var budget = new KeyBudget(KeyQueue.SegmentKeys * 4);
        var first = new DeduplicationState(TenMinutes, budget);
        var second = new DeduplicationState(TenMinutes, budget);
        first.Advance(Noon);
        second.Advance(Noon);
        Assert.True(first.TryReserve(KeyQueue.SegmentKeys * 3));
        Assert.False(second.TryReserve(KeyQueue.SegmentKeys * 2));
        first.Release();
        Assert.True(second.TryReserve(KeyQueue.SegmentKeys * 2));
        second.Release();
        Assert.Equal(budget.MaxKeys, budget.Left);
    }

    [Fact]
    public void A_key_takes_forty_bytes_at_most()
    {
        _keys.Advance(Noon);
        for (int n = 1; n <= 300_000; n++)
        {
            Assert.True(_keys.TryReserve(1));
            _keys.Take(Spread(n), 7);
            if (n % 10_007 == 0)
            {
                Assert.InRange(_keys.Bytes, 24 * n, 40 * (n + KeyQueue.SegmentKeys));
                Assert.Equal(n, _keys.Keys);
            }
        }
    }

    private Arrival Take(long appendedAtMs, UInt128 key, UInt128 content)
    {
        _keys.Advance(appendedAtMs);
        Assert.True(_keys.TryReserve(1));
        return _keys.Take(key, content);
    }

    private static UInt128 Spread(int n) => unchecked(new UInt128((ulong)n * 0x9E3779B97F4A7C15, (ulong)n * 0xD6E8FEB86659FD93));
}
