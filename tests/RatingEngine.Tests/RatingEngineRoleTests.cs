using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

public sealed class RatingEngineRoleTests
{
    [Fact]
    public async Task Ended_attempts_are_rated_on_both_sides_and_carry_the_time_at_which_the_log_took_them()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using ScratchLog scratch = await ScratchLog.CreateAsync(time: time);
        await scratch.AppendAsync(new TestEvent(1, Minutes: 2), new TestEvent(2, Minutes: 3));
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(revision: 7));
        await role.DrainedAsync(scratch);

        RatedRow[] rated = [.. (await scratch.RatedAsync()).OrderBy(row => row.CallId)];
        Assert.Equal(["call-1", "call-2"], rated.Select(row => row.CallId));
        Assert.Equal([SmallCarrier.Charge(7, 2), SmallCarrier.Charge(7, 3)], rated.Select(row => row.Charge));
        Assert.All(rated, row => Assert.Equal(
            (7, RatingOutcome.Rated, RatingOutcome.Rated, time.GetUtcNow().ToUnixTimeMilliseconds()), (row.Revision, row.OutcomeA, row.OutcomeB, row.ReceivedMs)));
    }

    [Fact]
    public async Task Repeats_and_live_events_are_counted_exactly_once_even_where_nothing_is_rated()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(new TestEvent(1, Kind: CallEventKind.Started), new TestEvent(1, Kind: CallEventKind.Answered), new TestEvent(1), new TestEvent(1));
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1)))
        {
            await role.DrainedAsync(scratch);
            await scratch.AppendAsync(new TestEvent(1), new TestEvent(1));
            await scratch.AppendAsync(new TestEvent(2, Kind: CallEventKind.Started));
            await role.DrainedAsync(scratch);
            Assert.Equal(new PassedEvents(Repeats: 3, Conflicts: 0, Started: 2, Answered: 1), role.State.Partitions[0].Passed);
            Assert.Equal(1, role.State.Partitions[0].Rated);
        }

        IReadOnlyList<RatedCallFrameHeader> frames = await scratch.RatedHeadersAsync();
        Assert.Equal(1, frames.Sum(frame => frame.Rows));
        Assert.Contains(frames, frame => frame.Rows == 0);
        Assert.Equal(new PassedEvents(3, 0, 2, 1), frames.Aggregate(default(PassedEvents), (sum, frame) => sum + frame.Passed));
    }

    [Fact]
    public async Task Other_content_under_a_known_key_goes_to_the_quarantine_readable_and_with_its_place()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(new TestEvent(9));
        await scratch.AppendAsync(new TestEvent(8), new TestEvent(9, Minutes: 5), new TestEvent(9, Attempt: 2));
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);

        Assert.Equal(["call-8/1", "call-9/1", "call-9/2"], (await scratch.RatedAsync()).Select(row => $"{row.CallId}/{row.Attempt}").Order());
        QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal((QuarantineReason.Conflict, "topic:call-events", "switch-1", "call-9", 1), (put.Reason, put.Source, put.SwitchId, put.CallId, put.Attempt));
        Assert.Equal(new LogPosition(0, 0, Frame: 1, Row: 1), LogPosition.FromPacked(0, 0, (ulong)put.Place));
        using JsonDocument json = JsonDocument.Parse(put.Content);
        Assert.Equal(
            """{"switch_id":"switch-1","call_id":"call-9","attempt":1,"kind":"ended","final":true,"trunk_group_a":"customer-in","trunk_group_b":"vendor-out","ani":"441632960000","dnis":"447700900123","setup_time":"2026-09-21T14:13:20.000Z","answer_time":"2026-09-21T14:13:22.000Z","end_time":"2026-09-21T14:18:22.000Z","mos":4.37}""",
            json.RootElement.GetRawText());
    }

    [Fact]
    public async Task A_frame_that_cannot_be_read_is_put_aside_with_its_bytes_and_the_partition_goes_on()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        byte[] poison = [.. "no frame of ours"u8];
        await scratch.AppendAsync(new TestEvent(1));
        await scratch.AppendAsync(poison);
        await scratch.AppendAsync(new TestEvent(2));
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);

        Assert.Equal(["call-1", "call-2"], (await scratch.RatedAsync()).Select(row => row.CallId));
        QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal(QuarantineReason.Unreadable, put.Reason);
        Assert.Equal(poison, put.Content.ToArray());
        Assert.Equal(1, LogPosition.FromPacked(0, 0, (ulong)put.Place).Frame);
        Assert.Equal(1, role.State.Partitions[0].Unusable);
    }

    [Fact]
    public async Task An_event_that_rating_cannot_take_is_put_aside_and_does_not_stop_the_rest()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        var batch = new CallEventBatch();
        new TestEvent(1).AddTo(batch);
        new TestEvent(2).AddTo(batch);
        batch[1].EndMs = CallEvent.NoInstant;
        new TestEvent(3).AddTo(batch);
        batch[2].EndMs = batch[2].AnswerMs + CallEvent.MaxDurationMs + 1;
        new TestEvent(4).AddTo(batch);
        batch[3].EndMs = batch[3].AnswerMs + CallEvent.MaxDurationMs;
        new TestEvent(5).AddTo(batch);
        batch[4].CallId = default;
        new TestEvent(6, Kind: (CallEventKind)77).AddTo(batch);
        await scratch.AppendAsync(ScratchLog.Encode(batch));
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);

        Assert.Equal(["call-1", "call-4"], (await scratch.RatedAsync()).Select(row => row.CallId));
        IReadOnlyList<QuarantinedEvent> put = await scratch.QuarantinedAsync();
        Assert.Equal([1, 2, 4, 5], put.Select(one => LogPosition.FromPacked(0, 0, (ulong)one.Place).Row));
        Assert.All(put, one => Assert.Equal(QuarantineReason.Invalid, one.Reason));
    }

    [Fact]
    public async Task Without_a_configuration_nothing_is_passed_and_the_state_says_so()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync();
        await scratch.AppendAsync(Enumerable.Range(0, 20).Select(call => new TestEvent(call)));
        var snapshots = new CurrentSnapshot();
        await using RunningRole role = RunningRole.Start(scratch.Log, snapshots);
        await role.UntilAsync(state => state.Partitions.Count == 2 && state.Partitions.All(one => one.Stage == PartitionStage.WaitingForConfiguration));
        Assert.False(role.State.IsReady);
        Assert.All(role.State.Partitions, one => Assert.True(one is { CommittedFrame: 0, LagFrames: 1 } && one.Message.Length > 0));

        Assert.True(snapshots.TrySwap(SmallCarrier.Compile(1)));
        await role.DrainedAsync(scratch);
        Assert.True(role.State.IsReady);
        Assert.Equal(20, (await scratch.RatedAsync()).Count);
    }

    [Fact]
    public async Task A_new_configuration_holds_from_the_next_batch_on_and_a_bad_or_an_older_one_changes_nothing()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync();
        CurrentSnapshot snapshots = SmallCarrier.Published(1);
        await using RunningRole role = RunningRole.Start(scratch.Log, snapshots);
        for (int revision = 1; revision <= 5; revision++)
        {
            Assert.True(snapshots.TrySwap(SmallCarrier.Compile(revision)));
            Assert.False(snapshots.TrySwap(SmallCarrier.Compile(revision - 1)));
            Assert.False(snapshots.TrySwap(new Rating.SnapshotCompilation(null, [new(Rating.CompileSubject.Deck, 1, -1, 0, "broken")])));
            Assert.Equal(revision, snapshots.Revision.Value);
            await scratch.AppendAsync(Enumerable.Range(revision * 100, 100).Select(call => new TestEvent(call)));
            await role.DrainedAsync(scratch);
        }

        IReadOnlyList<RatedRow> rated = await scratch.RatedAsync();
        Assert.Equal(500, rated.Count);
        Assert.All(rated, row => Assert.Equal(int.Parse(row.CallId[5..], System.Globalization.CultureInfo.InvariantCulture) / 100, row.Revision));
        Assert.All(rated, row => Assert.Equal(SmallCarrier.Charge(row.Revision, 1), row.Charge));
    }

    [Fact]
    public async Task A_full_log_is_waited_for_and_nothing_is_lost()
    {
        var time = new FakeTimeProvider();
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(new TestEvent(1), new TestEvent(2), new TestEvent(2, Minutes: 3));
        await using var full = new FaultLog(scratch.Log, unit => unit < 3 ? Fault.Full : Fault.None);
        await using RunningRole role = RunningRole.Start(full, SmallCarrier.Published(1), time: time);
        await role.UntilAsync(state => state.Partitions is [{ Stage: PartitionStage.WaitingForLog }]);
        Assert.False(role.State.IsReady);
        Assert.Contains("The disk is full.", role.State.Partitions[0].Message, StringComparison.Ordinal);
        Assert.Equal(1, role.State.Partitions[0].LagFrames);

        await role.UntilAsync(state =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return state.Partitions is [{ LagFrames: 0 }];
        });
        Assert.Equal(["call-1", "call-2"], (await scratch.RatedAsync()).Select(row => row.CallId));
        Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal("", role.State.Partitions[0].Message);
    }

    [Fact]
    public async Task Many_small_frames_make_one_batch()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        for (int call = 0; call < 200; call++)
        {
            await scratch.AppendAsync(new TestEvent(call));
        }

        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        RatedCallFrameHeader frame = Assert.Single(await scratch.RatedHeadersAsync());
        Assert.Equal(200, frame.Rows);
        Assert.Equal(new FrameSource(FrameSourceKind.Topic, Topics.CallEvents, 0), frame.Source);
    }

    [Fact]
    public async Task At_the_limit_of_keys_the_partition_waits_and_a_higher_limit_lets_it_go_on()
    {
        const int frames = 3;
        const int rows = 60_000;
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        for (int frame = 0; frame < frames; frame++)
        {
            await scratch.AppendAsync(Enumerable.Range(frame * rows, rows).Select(call => new TestEvent(call)));
        }

        RatingEngineOptions tight = RunningRole.Options with
        {
            Reading = new ReadLimits(MaxFrames: 10, MaxBytes: 32 << 20), Deduplication = new DeduplicationOptions { MaxKeys = DeduplicationOptions.LeastKeys },
        };
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), tight))
        {
            await role.UntilAsync(state => state.Partitions is [{ Stage: PartitionStage.WaitingForKeys }]);
            Assert.Equal(2, role.State.Partitions[0].CommittedFrame);
            Assert.Contains("131072", role.State.Partitions[0].Message, StringComparison.Ordinal);
        }

        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), tight with { Deduplication = new() }))
        {
            await role.DrainedAsync(scratch);
            Assert.Equal(frames * rows, role.State.Partitions[0].Keys);
        }

        IReadOnlyList<RatedCallFrameHeader> rated = await scratch.RatedHeadersAsync();
        Assert.Equal(frames * rows, rated.Sum(frame => frame.Rows));
        Assert.All(rated, frame => Assert.InRange(frame.Rows, 1, CallEventBatch.MaxRows));
    }

    [Fact]
    public async Task A_storm_of_conflicts_that_makes_more_than_one_append_may_hold_passes()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        for (int frame = 0; frame < 3; frame++)
        {
            await scratch.AppendAsync(ScratchLog.Encode(Storm(frame)));
        }

        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        Assert.Equal(CallEventBatch.MaxRows - 1, (await scratch.RatedAsync()).Count);
        Assert.Equal(2 * (CallEventBatch.MaxRows - 1), role.State.Partitions[0].Passed.Conflicts);
    }

    /// <summary>As many attempts of one call as there can be, in a frame that is small beside what they are as JSON. The pass makes its content another.</summary>
    private static CallEventBatch Storm(int pass)
    {
        var batch = new CallEventBatch();
        for (int attempt = 1; attempt < CallEventBatch.MaxRows; attempt++)
        {
            new TestEvent(1, Minutes: 1, Attempt: attempt).AddTo(batch);
            ref CallEvent one = ref batch[batch.Count - 1];
            one.PddMs = pass;
            one.RouteRevision = long.MaxValue;
            one.SipCode = 200;
            one.SourcePort = 5060;
            one.ProgressMs = one.AnswerBMs = one.AnswerMs;
            one.EndBMs = one.EndMs;
            one.Codec = batch.Texts.Add("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<");
        }

        return batch;
    }

    [Fact]
    public async Task While_the_keys_are_read_back_the_role_is_not_ready_and_says_why()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(new TestEvent(1));
        await using (RunningRole first = RunningRole.Start(scratch.Log, SmallCarrier.Published(1)))
        {
            await first.DrainedAsync(scratch);
        }

        var gate = new TaskCompletionSource();
        await using var slow = new FaultLog(scratch.Log, _ => Fault.None) { BeforeRead = gate.Task };
        await using RunningRole role = RunningRole.Start(slow, SmallCarrier.Published(1));
        await role.UntilAsync(state => state.Partitions is [{ Stage: PartitionStage.Rebuilding, Message.Length: > 0 }]);
        Assert.False(role.State.IsReady);
        gate.SetResult();
        await role.UntilAsync(state => state.IsReady);
    }

    [Fact]
    public void Options_that_cannot_work_are_refused_with_all_their_errors()
    {
        RatingEngineOptions wrong = new()
        {
            Reading = new ReadLimits(0, 1), RetryWait = TimeSpan.Zero, Deduplication = new DeduplicationOptions { Horizon = TimeSpan.Zero, MaxKeys = 5 },
        };
        Assert.Equal(4, wrong.Errors().Count());
        Assert.Empty(new RatingEngineOptions().Errors());
    }
}
