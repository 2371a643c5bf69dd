using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;

namespace Perimeter.RatingEngine.Tests;

/// <summary>The role and what it asks of the calls that landed: old events are looked up, and what cannot be known is waited for.</summary>
public sealed class LandingWatchTests
{
    private const int Yesterday = -24 * 60;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public async Task An_event_older_than_memory_is_charged_once_over_days_and_other_content_is_a_conflict()
    {
        await using ScratchLog scratch = await StartedLogAsync();
        var landing = new LaggingLanding(scratch);
        await using RunningRole role = Start(scratch, landing);
        for (int time = 0; time < 3; time++)
        {
            await scratch.AppendAsync(Old(1), Old(2), Old(2), Old(3));
            await role.DrainedAsync(scratch);
        }

        await scratch.AppendAsync(Old(3) with { Minutes = 9 });
        await role.DrainedAsync(scratch);
        Assert.Equal(["call-1", "call-2", "call-3"], (await scratch.RatedAsync()).Select(row => row.CallId).Where(id => id != "call-0").Order());
        Assert.Equal(new PassedEvents(9, 1, 0, 0), role.State.Partitions[0].Passed);
        QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal((QuarantineReason.Conflict, "call-3"), (put.Reason, put.CallId));
    }

    [Fact]
    public async Task While_ClickHouse_is_away_new_calls_are_rated_and_old_ones_wait_and_say_why()
    {
        await using ScratchLog scratch = await StartedLogAsync();
        var landing = new LaggingLanding(scratch);
        await using RunningRole role = Start(scratch, landing);
        await role.UntilAsync(state => state.Partitions is [{ Stage: PartitionStage.Running }]);
        landing.IsAway = true;
        await scratch.AppendAsync(new TestEvent(50, SetupMs: NowMs()));
        await role.DrainedAsync(scratch);
        Assert.True(role.State.IsReady);

        await scratch.AppendAsync(Old(1), new TestEvent(51, SetupMs: NowMs()));
        await role.UntilAsync(state => state.Partitions is [{ Stage: PartitionStage.WaitingForWarehouse }]);
        Assert.False(role.State.IsReady);
        Assert.Contains("Connection refused.", role.State.Partitions[0].Message, StringComparison.Ordinal);
        Assert.Equal(1, role.State.Partitions[0].LagFrames);

        landing.IsAway = false;
        await role.DrainedAsync(scratch);
        Assert.Equal(["call-0", "call-1", "call-50", "call-51"], (await scratch.RatedAsync()).Select(row => row.CallId).Order());
        Assert.Equal("", role.State.Partitions[0].Message);
    }

    [Fact]
    public async Task A_start_while_ClickHouse_is_away_rates_what_is_new()
    {
        await using ScratchLog scratch = await StartedLogAsync();
        await using RunningRole role = Start(scratch, new LaggingLanding(scratch) { IsAway = true });
        await scratch.AppendAsync(new TestEvent(1, SetupMs: NowMs()));
        await role.DrainedAsync(scratch);
        Assert.Equal(["call-0", "call-1"], (await scratch.RatedAsync()).Select(row => row.CallId).Order());
    }

    [Fact]
    public async Task What_was_rated_before_a_start_is_waited_for_until_it_has_landed_and_then_found()
    {
        await using ScratchLog scratch = await StartedLogAsync();
        var landing = new LaggingLanding(scratch);
        await using (RunningRole first = Start(scratch, landing))
        {
            await scratch.AppendAsync(Old(1), Old(2));
            await first.DrainedAsync(scratch);
        }

        // Its keys are out of the window now, and whether it has landed nobody has told this owner.
        _time.Advance(TimeSpan.FromHours(30));
        await scratch.AppendAsync(new TestEvent(60, SetupMs: NowMs()));
        await using (RunningRole second = Start(scratch, landing))
        {
            await second.DrainedAsync(scratch);
        }

        await using RunningRole third = Start(scratch, landing);
        await scratch.AppendAsync(Old(1, since: 30 * 60), Old(2, since: 30 * 60));
        await third.DrainedAsync(scratch);
        Assert.Equal(["call-0", "call-1", "call-2", "call-60"], (await scratch.RatedAsync()).Select(row => row.CallId).Order());
        Assert.Equal(2, third.State.Partitions[0].Passed.Repeats);

        // The frame of no calls, by which the wait was known to be over.
        Assert.Contains(await scratch.RatedHeadersAsync(), frame => frame.Rows == 0 && frame.Passed.IsNone);
    }

    [Fact]
    public async Task One_partition_that_waits_keeps_no_other_from_going_on()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 2, _time);
        TestEvent[] first = [.. Enumerable.Range(0, 50).Select(call => new TestEvent(call, SetupMs: NowMs()))];
        await scratch.AppendAsync(first);
        _time.Advance(TimeSpan.FromHours(30));
        await scratch.AppendAsync(first.Select(one => one with { Call = one.Call + 100, SetupMs = NowMs() }));
        var landing = new LaggingLanding(scratch);
        await using (RunningRole before = Start(scratch, landing))
        {
            await before.DrainedAsync(scratch);
        }

        await using RunningRole role = Start(scratch, landing);
        await role.UntilAsync(state => state.Partitions.Count == 2 && state.IsReady);
        landing.IsAway = true;
        TestEvent old = new(7, SetupMs: NowMs() - (72 * 3_600_000));
        int waiting = old.PartitionOf(2);
        await scratch.AppendAsync(old);
        await role.UntilAsync(state => state.Partitions.Any(one => one.Partition == waiting && one.Stage == PartitionStage.WaitingForWarehouse));
        TestEvent[] fresh = [.. Enumerable.Range(300, 50).Select(call => new TestEvent(call, SetupMs: NowMs())).Where(one => one.PartitionOf(2) != waiting)];
        await scratch.AppendAsync(fresh);
        await role.UntilAsync(state => state.Partitions.Any(one => one.Partition != waiting && one.Rated == fresh.Length));
        Assert.Contains(role.State.Partitions, one => one.Stage == PartitionStage.WaitingForWarehouse);
    }

    /// <summary>A log of one partition whose first calls are days old and out of the window.</summary>
    private async Task<ScratchLog> StartedLogAsync()
    {
        ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1, _time);
        await scratch.AppendAsync(new TestEvent(0, SetupMs: NowMs()));
        await using (RunningRole role = Start(scratch, new LaggingLanding(scratch)))
        {
            await role.DrainedAsync(scratch);
        }

        _time.Advance(TimeSpan.FromHours(30));
        await scratch.AppendAsync(new TestEvent(0, Kind: CallEventKind.Started));
        await using (RunningRole role = Start(scratch, new LaggingLanding(scratch)))
        {
            await role.DrainedAsync(scratch);
        }

        return scratch;
    }

    private static RunningRole Start(ScratchLog scratch, LaggingLanding landing) => RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: landing);

    private TestEvent Old(int call, int since = 0) => new(call, SetupMs: NowMs() + ((Yesterday - since) * 60_000L));

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
