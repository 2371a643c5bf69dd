using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

/// <summary>Promise 5 of the pipeline: an ended event that does not tell when its call was answered takes that from the call's answered event.</summary>
public sealed class AnswerTakingTests
{
    private static readonly TestEvent Answered = new(1, Kind: CallEventKind.Answered) { AnswerAfterMs = 32_000 };
    private static readonly TestEvent Ended = new(1, Minutes: 2) { AnswerAfterMs = null };

    // The call of two minutes ends 122 s after its setup.
    private const long TakenMs = 90_000;

    [Fact]
    public async Task The_call_is_charged_from_the_answer_that_its_answered_event_told()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(new TestEvent(1, Kind: CallEventKind.Started) { AnswerAfterMs = null });
        await scratch.AppendAsync(Answered);
        await scratch.AppendAsync(Ended, Ended with { Attempt = 2 });
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(revision: 6));
        await role.DrainedAsync(scratch);

        IReadOnlyList<RatedRow> rated = await scratch.RatedAsync();
        Assert.Equal([(1, RatingOutcome.Rated, TakenMs), (2, RatingOutcome.NotAnswered, 0L)], rated.Select(row => (row.Attempt, row.OutcomeA, row.RawMs)));
        Assert.Equal(new Money(SmallCarrier.Charge(6, 3).Nanos / 2), rated[0].Charge);
        Assert.Equal(new PassedEvents(0, 0, Started: 1, Answered: 1), role.State.Partitions[0].Passed);
        var batch = new RatedCallBatch();
        RatedCallFrame.Read((await scratch.RatedFramesAsync())[0].Payload.Span, batch);
        Assert.Equal([CallMarks.AnswerTaken, CallMarks.None], [batch.Events[0].Marks, batch.Events[1].Marks]);
        Assert.Equal(TestEvent.Noon + 32_000, batch.Events[0].AnswerMs);
        Assert.Equal(CallEvent.NoInstant, batch.Events[0].AsReceived().AnswerMs);
    }

    [Theory]
    [InlineData(CallEvent.NoNumber, TakenMs)] // the switch knows no better
    [InlineData(200, TakenMs)]
    [InlineData(183, TakenMs)] // no final answer: no word against one
    [InlineData(300, 0)] // the switch knows that it was not answered
    [InlineData(486, 0)]
    public async Task An_ended_event_that_says_it_was_not_answered_takes_no_answer(int sipCode, long rawMs)
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(Answered, Ended with { SipCode = sipCode });
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        Assert.Equal(rawMs, Assert.Single(await scratch.RatedAsync()).RawMs);
    }

    [Fact]
    public async Task A_refused_call_takes_no_answer()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        var batch = new CallEventBatch();
        Answered.AddTo(batch);
        Ended.AddTo(batch);
        batch[1].Refusal = batch.Texts.Add("no_profitable_route");
        await scratch.AppendAsync(ScratchLog.Encode(batch));
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        Assert.Equal(RatingOutcome.NotAnswered, Assert.Single(await scratch.RatedAsync()).OutcomeA);
    }

    [Fact]
    public async Task The_first_answered_event_counts_and_an_ended_event_that_tells_its_answer_takes_none()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(Answered, Answered with { AnswerAfterMs = 5000 }, Ended, Answered with { Call = 2 }, new TestEvent(2, Minutes: 2));
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        Assert.Equal([("call-1", TakenMs), ("call-2", 120_000L)], (await scratch.RatedAsync()).Select(row => (row.CallId, row.RawMs)));
    }

    [Fact]
    public async Task Side_B_takes_its_own_answer_where_the_answered_event_gave_one_and_the_ended_event_none()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        TestEvent both = Answered with { AnswerBAfterMs = 30_000 };
        await scratch.AppendAsync(both, Ended, both with { Call = 2 }, Ended with { Call = 2, AnswerBAfterMs = 31_000 });
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        var batch = new RatedCallBatch();
        RatedCallFrame.Read((await scratch.RatedFramesAsync())[0].Payload.Span, batch);
        Assert.Equal([92_000L, 91_000L], [batch.Events[0].RawMsB, batch.Events[1].RawMsB]);
        Assert.Equal([CallMarks.AnswerTaken | CallMarks.AnswerBTaken, CallMarks.AnswerTaken], [batch.Events[0].Marks, batch.Events[1].Marks]);
    }

    [Fact]
    public async Task An_answered_event_behind_the_ended_one_changes_nothing_and_repeats_stay_repeats()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(Ended, Answered, Ended, Answered with { Call = 2 }, Ended with { Call = 2 }, Ended with { Call = 2 }, Ended with { Call = 2, AnswerAfterMs = 32_000 });
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        Assert.Equal([("call-1", 0L), ("call-2", TakenMs)], (await scratch.RatedAsync()).Select(row => (row.CallId, row.RawMs)));
        Assert.Equal(new PassedEvents(Repeats: 2, Conflicts: 1, Started: 0, Answered: 2), role.State.Partitions[0].Passed);
    }

    [Theory]
    [InlineData(CallEvent.NoNumber, true)] // nothing says that it was answered
    [InlineData(183, true)]
    [InlineData(199, true)]
    [InlineData(200, false)]
    [InlineData(202, false)]
    [InlineData(299, false)]
    [InlineData(486, true)] // the switch knows that it was not
    public async Task An_ended_event_that_says_it_was_answered_and_from_when_nobody_tells_is_put_aside_and_never_free(int sipCode, bool isRated)
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await scratch.AppendAsync(Ended with { SipCode = sipCode }, Ended with { Call = 2, SipCode = sipCode, AnswerAfterMs = 2000 });
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await role.DrainedAsync(scratch);
        (string, long)[] told = [("call-2", 120_000L)];
        Assert.Equal(isRated ? [("call-1", 0L), .. told] : told, (await scratch.RatedAsync()).Select(row => (row.CallId, row.RawMs)));
        Assert.Equal(isRated ? [] : ["call-1"], (await scratch.QuarantinedAsync()).Select(one => one.CallId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the role starts again in between
    public async Task One_that_came_before_its_answered_event_is_charged_when_it_is_sent_again_as_it_was(bool restarts)
    {
        TestEvent ended = Ended with { SipCode = 200 };
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        var landing = new LaggingLanding(scratch);
        await scratch.AppendAsync(ended, Answered);
        RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: landing);
        try
        {
            await role.DrainedAsync(scratch);
            QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
            Assert.Equal((QuarantineReason.Invalid, "call-1", 1), (put.Reason, put.CallId, put.Attempt));
            Assert.Contains("Its sip_code 200 says that the call was answered", put.Message, StringComparison.Ordinal);
            Assert.Contains("perimeter quarantine replay", put.Message, StringComparison.Ordinal);
            Assert.Empty(await scratch.RatedAsync());
            if (restarts)
            {
                await role.DisposeAsync();
                role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: landing);
            }

            await scratch.AppendAsync(ended, ended);
            await role.DrainedAsync(scratch);
        }
        finally
        {
            await role.DisposeAsync();
        }

        Assert.Equal(TakenMs, Assert.Single(await scratch.RatedAsync()).RawMs);
        Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal(1, (await scratch.RatedHeadersAsync()).Sum(frame => frame.Passed.Repeats));
    }

    [Theory]
    [InlineData(420, TakenMs)] // the horizon and the skew: the minute of the end of the window is whole
    [InlineData(421, 0)]
    public async Task An_answer_is_known_for_the_window_and_read_back_after_a_start(int afterMinutes, long rawMs)
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(TestEvent.Noon));
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1, time);
        await scratch.AppendAsync(Answered);
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1)))
        {
            await role.DrainedAsync(scratch);
        }

        time.Advance(TimeSpan.FromMinutes(afterMinutes));
        await scratch.AppendAsync(Ended);
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: new LaggingLanding(scratch)))
        {
            await role.DrainedAsync(scratch);
        }

        Assert.Equal(rawMs, Assert.Single(await scratch.RatedAsync()).RawMs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the role starts again between what was put aside and what is sent mended
    public async Task An_answer_that_does_not_fit_the_call_is_put_aside_as_received_and_can_be_mended(bool restarts)
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        var landing = new LaggingLanding(scratch);
        await scratch.AppendAsync(Answered with { AnswerAfterMs = 122_001 }, Ended);
        RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: landing);
        try
        {
            await role.DrainedAsync(scratch);
            QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
            Assert.Equal((QuarantineReason.Invalid, "call-1", 1), (put.Reason, put.CallId, put.Attempt));
            Assert.Contains("2026-09-21T14:15:22.001Z", put.Message, StringComparison.Ordinal);
            Assert.False(JsonDocument.Parse(put.Content).RootElement.TryGetProperty("answer_time", out _));
            Assert.Empty(await scratch.RatedAsync());
            if (restarts)
            {
                await role.DisposeAsync();
                role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: landing);
            }

            await scratch.AppendAsync(Ended);
            await scratch.AppendAsync(Ended with { AnswerAfterMs = 62_000 }, Ended with { AnswerAfterMs = 62_000 }, Ended with { AnswerAfterMs = 63_000 });
            await role.DrainedAsync(scratch);
        }
        finally
        {
            await role.DisposeAsync();
        }

        Assert.Equal(60_000, Assert.Single(await scratch.RatedAsync()).RawMs);
        Assert.Equal(
            [QuarantineReason.Invalid, QuarantineReason.Invalid, QuarantineReason.Conflict], (await scratch.QuarantinedAsync()).Select(one => one.Reason).OrderBy(reason => reason));
        Assert.Equal(1, (await scratch.RatedHeadersAsync()).Sum(frame => frame.Passed.Repeats));
    }

    [Fact]
    public async Task After_a_start_a_repeat_of_a_call_that_took_its_answer_is_told_by_the_calls_that_landed()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        var landing = new LaggingLanding(scratch);
        await scratch.AppendAsync(Answered, Ended);
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: landing))
        {
            await role.DrainedAsync(scratch);
        }

        await scratch.AppendAsync(Ended, Ended with { AnswerAfterMs = 32_000 });
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), landed: landing))
        {
            await role.DrainedAsync(scratch);
            Assert.Equal(new PassedEvents(Repeats: 1, Conflicts: 1, Started: 0, Answered: 0), role.State.Partitions[0].Passed);
        }

        Assert.Equal(TakenMs, Assert.Single(await scratch.RatedAsync()).RawMs);
        Assert.True(landing.Found > 0);
    }

    [Fact]
    public async Task At_the_limit_the_partition_goes_on_and_no_call_is_charged_at_nothing_for_an_answer_that_was_forgotten()
    {
        const int rows = 60_000;
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(TestEvent.Noon));
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1, time);
        for (int frame = 0; frame < 3; frame++)
        {
            await scratch.AppendAsync(Enumerable.Range(frame * rows, rows).Select(call => Answered with { Call = call }));
        }

        time.Advance(TimeSpan.FromHours(3));
        TestEvent later = Ended with { Call = 1_000_000, SetupMs = TestEvent.Noon + (3 * 3_600_000) };
        await scratch.AppendAsync(
            Ended, Ended with { Call = 2, SipCode = 486 }, Ended with { Call = 3, AnswerAfterMs = 2000 }, later with { Kind = CallEventKind.Answered, AnswerAfterMs = 32_000 }, later,
            later with { Call = 1_000_001 });
        RatingEngineOptions tight = RunningRole.Options with
        {
            Reading = new ReadLimits(MaxFrames: 10, MaxBytes: 32 << 20), Deduplication = new DeduplicationOptions { MaxKeys = DeduplicationOptions.LeastKeys },
        };
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1), tight);
        await role.DrainedAsync(scratch);

        Assert.Equal(
            [("call-1000000", TakenMs), ("call-1000001", 0L), ("call-2", 0L), ("call-3", 120_000L)],
            (await scratch.RatedAsync()).Select(row => (row.CallId, row.RawMs)).OrderBy(row => row.CallId, StringComparer.Ordinal));
        QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal((QuarantineReason.Invalid, "call-1"), (put.Reason, put.CallId));
        Assert.Contains("limit of keys", put.Message, StringComparison.Ordinal);
    }
}
