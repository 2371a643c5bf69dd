namespace Perimeter.RatingEngine.Tests;

public sealed class DeduplicationTests
{
    private const long Minute = DeduplicationState.GrainMs;
    private const long Noon = 1_790_000_040_000 / Minute * Minute;

    private static readonly DeduplicationOptions TenMinutes = new() { Horizon = TimeSpan.FromMinutes(8), ClockSkew = TimeSpan.FromMinutes(2) };

    private readonly DeduplicationState _keys = new(TenMinutes, new KeyBudget(TenMinutes.MaxKeys));
    private ulong _places;

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
        Land();

        // The first event has left the window, and the key is held by those that came after it: still with the first content.
        Assert.Equal(Arrival.Conflict, Take(Noon + (11 * Minute), key: 1, content: 8));
        Assert.Equal(Arrival.Repeat, Take(Noon + (11 * Minute), key: 1, content: 7));
    }

    [Theory]
    [InlineData((10 * Minute) - 1, Arrival.Repeat)]
    [InlineData(10 * Minute, Arrival.Repeat)]
    [InlineData((11 * Minute) - 1, Arrival.Repeat)] // the minute of the end of the window is whole
    [InlineData(11 * Minute, Arrival.Unknown)]
    public void A_key_that_has_landed_is_kept_for_the_window_and_its_repeats_are_looked_up_then(long afterMs, Arrival expected)
    {
        Take(Noon, key: 1, content: 7, endMs: Noon);
        Land();
        Assert.Equal(expected, Take(Noon + afterMs, key: 1, content: 7, endMs: Noon));
        Assert.Equal(expected == Arrival.Unknown ? 0 : 1, _keys.Keys);
    }

    [Fact]
    public void A_key_that_has_not_landed_never_leaves()
    {
        Take(Noon, key: 1, content: 7, endMs: Noon);
        Assert.Equal(Arrival.Repeat, Take(Noon + (10_000 * Minute), key: 1, content: 7, endMs: Noon));
        Assert.Equal(long.MinValue, _keys.KnownFromMs);
        Assert.True(_keys.IsOverdue);
        Land();
        Assert.False(_keys.IsOverdue);
        Assert.Equal(Noon + Minute, _keys.KnownFromMs);
    }

    [Theory]
    [InlineData(Noon + (3 * Minute) - 1, Arrival.Unknown)]
    [InlineData(Noon + (3 * Minute), Arrival.New)] // less the skew, the first instant that is known
    public void Of_a_key_that_is_not_in_memory_only_what_ended_before_memory_begins_is_looked_up(long endMs, Arrival expected)
    {
        Take(Noon, key: 1, content: 7);
        Land();
        Assert.Equal(expected, Take(Noon + (11 * Minute), key: 2, content: 7, endMs));
    }

    [Fact]
    public void What_the_landed_calls_tell_of_a_key_decides()
    {
        _keys.BeginAt(Noon);
        _keys.Advance(Noon + Minute);
        Assert.True(_keys.TryReserve(3));
        Assert.Equal(Arrival.Unknown, _keys.Take(1, 7, Noon));
        Assert.Equal(Arrival.Repeat, _keys.Settle(1, 7, landed: 7));
        Assert.Equal(Arrival.Conflict, _keys.Settle(1, 8, landed: 7));
        Assert.Equal(0, _keys.Keys);
        Assert.Equal(Arrival.New, _keys.Settle(1, 7, landed: null));
        Assert.Equal(Arrival.Repeat, _keys.Settle(1, 7, landed: null));
        Assert.Equal(Arrival.Conflict, _keys.Take(1, 8, Noon));
    }

    [Fact]
    public void A_key_read_back_whose_first_event_lies_before_memory_has_the_content_that_landed()
    {
        _keys.BeginAt(Noon);
        _keys.Advance(Noon + Minute);
        Assert.True(_keys.TryReserve(4));
        _keys.TakeDecided(1, 8, Noon - Minute); // a conflict, or the first: memory cannot tell
        _keys.TakeDecided(2, 8, Noon + (2 * Minute)); // certainly the first
        Assert.Equal(Arrival.Repeat, _keys.Take(2, 8, Noon + (2 * Minute)));
        Assert.Equal(Arrival.Unknown, _keys.Take(1, 8, Noon - Minute));
        Assert.Equal(Arrival.Conflict, _keys.Settle(1, 8, landed: 7));
        Assert.Equal(Arrival.Repeat, _keys.Take(1, 7, Noon - Minute));
    }

    [Fact]
    public void A_key_read_back_that_may_have_been_put_aside_is_free_where_nothing_landed_and_then_held_until_it_has()
    {
        _keys.Advance(Noon);
        Assert.True(_keys.TryReserve(8));
        _keys.TakeDecided(1, 7, Noon, doubtful: true);
        _keys.TakeDecided(2, 7, Noon, doubtful: true);
        _keys.TakeDecided(3, 7, Noon);
        _keys.Advance(Noon + Minute);
        _keys.TakeDecided(1, 8, Noon, doubtful: true);
        Assert.False(_keys.IsCovered);
        _keys.Marked(place: 1);
        _keys.Landed(landedTo: 2);
        Assert.True(_keys.IsCovered);

        Assert.Equal(Arrival.Repeat, _keys.Take(3, 7, Noon));
        Assert.Equal(Arrival.Unknown, _keys.Take(2, 7, Noon));
        Assert.Equal(Arrival.Conflict, _keys.Settle(2, 7, landed: 8));
        Assert.Equal(Arrival.Repeat, _keys.Take(2, 8, Noon));

        Assert.Equal(Arrival.Unknown, _keys.Take(1, 9, Noon));
        Assert.Equal(Arrival.New, _keys.Settle(1, 9, landed: null, keep: false));
        Assert.Equal(Arrival.Unknown, _keys.Take(1, 9, Noon));
        Assert.Equal(Arrival.New, _keys.Settle(1, 9, landed: null));
        Assert.Equal(Arrival.Repeat, _keys.Take(1, 9, Noon));

        // What was read back has landed and leaves; what is new of the key has not.
        _keys.Advance(Noon + (30 * Minute));
        Assert.Equal(Arrival.Repeat, _keys.Take(1, 9, Noon));
        Assert.Equal(Arrival.Conflict, _keys.Take(1, 7, Noon));
    }

    [Fact]
    public void A_look_up_is_believed_only_when_what_was_rated_before_memory_begins_has_landed()
    {
        Assert.True(_keys.IsCovered);
        _keys.BeginAt(Noon);
        Assert.False(_keys.IsCovered);
        _keys.Advance(Noon);
        _keys.Committed(place: 5);
        _keys.Landed(landedTo: 5);
        Assert.False(_keys.IsCovered);
        _keys.Landed(landedTo: 6);
        Assert.True(_keys.IsCovered);
    }

    [Fact]
    public void A_frame_of_no_calls_that_has_landed_tells_nothing_of_the_unit_under_way()
    {
        Take(Noon, key: 1, content: 7);
        _keys.Committed(place: 1);
        Take(Noon, key: 2, content: 7);
        _keys.Marked(place: 2);
        _keys.Landed(landedTo: 3);
        _keys.Advance(Noon + (11 * Minute));
        Assert.Equal(1, _keys.Keys);
        Assert.Equal(Arrival.Repeat, Take(Noon + (11 * Minute), key: 2, content: 7));
    }

    [Fact]
    public void A_memory_that_begins_with_the_next_event_does_not_know_of_the_rest_of_its_minute()
    {
        _keys.BeginAt(null);
        Assert.Equal(Arrival.Unknown, Take(Noon + 1, key: 1, content: 7, endMs: Noon + (3 * Minute) - 1));
        Assert.Equal(Noon + Minute, _keys.KnownFromMs);
        Assert.Equal(Arrival.New, Take(Noon + Minute, key: 1, content: 7, endMs: Noon + (3 * Minute)));
    }

    [Fact]
    public void A_key_that_keeps_coming_is_never_new_again()
    {
        Take(Noon, key: 1, content: 7);
        for (int n = 1; n <= 40; n++)
        {
            Land();
            Assert.Equal(Arrival.Repeat, Take(Noon + (n * 9 * Minute), key: 1, content: 7, endMs: Noon + (n * 9 * Minute)));
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
        Land();
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
    public void At_the_limit_there_is_no_room_until_calls_have_landed_and_then_the_oldest_of_them_leave()
    {
        var budget = new KeyBudget(KeyBudget.SegmentKeys * 4);
        var keys = new DeduplicationState(TenMinutes, budget);
        int taken = 0;
        keys.Advance(Noon);
        while (keys.TryReserve(1))
        {
            Assert.Equal(Arrival.New, keys.Take((UInt128)(ulong)++taken << 32, 7, Noon));
            if (taken == KeyBudget.SegmentKeys * 3 / 2)
            {
                keys.Committed(place: 1);
            }
        }

        Assert.Equal(budget.MaxKeys, taken);
        keys.Advance(Noon + (11 * Minute));
        Assert.False(keys.TryReserve(1));
        Assert.Equal(taken, keys.Keys);

        keys.Advance(Noon + (11 * Minute));
        keys.Landed(landedTo: 2);
        Assert.True(keys.TryReserve(KeyBudget.SegmentKeys));
        Assert.Equal(taken - (KeyBudget.SegmentKeys * 3 / 2), keys.Keys);
        Assert.False(keys.TryReserve(KeyBudget.SegmentKeys * 2));
        Assert.Equal(Arrival.Unknown, keys.Take((UInt128)1 << 32, 7, Noon));
        Assert.Equal(Arrival.Repeat, keys.Take((UInt128)(ulong)taken << 32, 7, Noon));
    }

    [Fact]
    public void Within_the_window_too_the_oldest_landed_keys_leave_for_new_ones_and_go_by_look_up()
    {
        var budget = new KeyBudget(KeyBudget.SegmentKeys * 2);
        var keys = new DeduplicationState(TenMinutes, budget);
        keys.Advance(Noon);
        for (int n = 1; n <= budget.MaxKeys; n++)
        {
            Assert.True(keys.TryReserve(1));
            Assert.Equal(Arrival.New, keys.Take((UInt128)(ulong)n << 32, 7, Noon));
        }

        keys.Committed(place: 1);
        keys.Landed(landedTo: 2);
        keys.Advance(Noon + Minute);
        Assert.True(keys.TryReserve(1));
        Assert.Equal(budget.MaxKeys - KeyBudget.SegmentKeys, keys.Keys);
        Assert.Equal(Noon + Minute, keys.KnownFromMs);
        Assert.Equal(Arrival.Unknown, keys.Take((UInt128)1 << 32, 7, Noon));
        Assert.Equal(Arrival.Repeat, keys.Take((UInt128)(ulong)budget.MaxKeys << 32, 7, Noon));
    }

    [Fact]
    public void Partitions_share_the_limit_and_give_back_what_they_held()
    {
        var budget = new KeyBudget(KeyBudget.SegmentKeys * 4);
        var first = new DeduplicationState(TenMinutes, budget);
        var second = new DeduplicationState(TenMinutes, budget);
        first.Advance(Noon);
        second.Advance(Noon);
        Assert.True(first.TryReserve(KeyBudget.SegmentKeys * 3));
        Assert.False(second.TryReserve(KeyBudget.SegmentKeys * 2));
        first.Release();
        Assert.True(second.TryReserve(KeyBudget.SegmentKeys * 2));
        second.Release();
        Assert.Equal(budget.MaxKeys, budget.Left);
        Assert.False(budget.IsShort);
    }

    [Fact]
    public void A_partition_that_holds_more_than_its_share_gives_landed_keys_up_for_one_that_finds_no_room()
    {
        var budget = new KeyBudget(KeyBudget.SegmentKeys * 4);
        var first = new DeduplicationState(TenMinutes, budget);
        var second = new DeduplicationState(TenMinutes, budget);
        first.Advance(Noon);
        second.Advance(Noon);
        Assert.True(first.TryReserve((int)budget.MaxKeys));
        for (int n = 1; n <= budget.MaxKeys; n++)
        {
            first.Take((UInt128)(ulong)n << 32, 7, Noon);
        }

        first.Relieve();
        Assert.False(second.TryReserve(1));
        first.Relieve();
        Assert.Equal(budget.MaxKeys, first.Keys);
        first.Committed(place: 1);
        first.Landed(landedTo: 2);
        first.Relieve();
        Assert.Equal(budget.MaxKeys / 2, first.Keys);
        Assert.True(second.TryReserve(KeyBudget.SegmentKeys * 2));
        Assert.False(budget.IsShort);
    }

    [Fact]
    public void A_key_takes_forty_bytes_at_most()
    {
        _keys.Advance(Noon);
        for (int n = 1; n <= 300_000; n++)
        {
            Assert.True(_keys.TryReserve(1));
            _keys.Take(Spread(n), 7, Noon);
            if (n % 10_007 == 0)
            {
                Assert.InRange(_keys.Bytes, 24 * n, 40 * (n + KeyBudget.SegmentKeys));
                Assert.Equal(n, _keys.Keys);
            }
        }
    }

    [Fact]
    public void Of_fifty_million_keys_none_is_taken_for_a_repeat()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PERIMETER_CHAOS") == "1", "Takes 2 GB of memory: run by './perimeter test --chaos'.");
        const int count = 50_000_000;
        var keys = new DeduplicationState(new DeduplicationOptions(), new KeyBudget(2L * count));
        for (int n = 1; n <= count; n++)
        {
            keys.Advance(Noon + (n / 5_000));
            Assert.True(keys.TryReserve(1));
            Assert.Equal(Arrival.New, keys.Take(Spread(n), (UInt128)(ulong)n, Noon));
        }

        Assert.Equal(count, keys.Keys);
        Assert.InRange(keys.Bytes, 24L * count, 40L * count);
        for (int n = 1; n <= count; n += 997)
        {
            Assert.Equal(Arrival.Repeat, keys.Take(Spread(n), (UInt128)(ulong)n, Noon));
            Assert.Equal(Arrival.Conflict, keys.Take(Spread(n), (UInt128)(ulong)n + 1, Noon));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{keys.Bytes / (double)count:0.0} bytes a key");
    }

    /// <summary>Everything taken so far is committed and lands.</summary>
    private void Land()
    {
        _keys.Committed(_places);
        _keys.Landed(++_places);
    }

    private Arrival Take(long appendedAtMs, UInt128 key, UInt128 content, long? endMs = null)
    {
        _keys.Advance(appendedAtMs);
        Assert.True(_keys.TryReserve(1));
        return _keys.Take(key, content, endMs ?? appendedAtMs);
    }

    private static UInt128 Spread(int n) => unchecked(new UInt128((ulong)n * 0x9E3779B97F4A7C15, (ulong)n * 0xD6E8FEB86659FD93));
}
