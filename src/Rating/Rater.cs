using Perimeter.Domain;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating;

/// <summary>Rates batches. One for each thread: it keeps scratch between calls. A pure function of events and snapshot.</summary>
public sealed class Rater
{
    private MatchScratch _scratch;

    /// <summary>Rates every event of the batch, all of kind Ended: fills both sides of each row, and the revision.</summary>
    public void Rate(RatingSnapshot snapshot, RatedCallBatch batch)
    {
        batch.FitSides();
        batch.Revision = snapshot.Revision;
        Span<CallEvent> events = batch.Events.Events;
        Span<RatedSide> a = batch.A;
        Span<RatedSide> b = batch.B;
        NoTrace none = default;
        for (int row = 0; row < events.Length; row++)
        {
            Rate(snapshot, in events[row], batch.Events.Texts, ref a[row], ref b[row], ref none, ref none);
        }

        // A scratch that names tables would keep a snapshot alive that is no longer in use.
        _scratch = default;
    }

    /// <summary>Why one attempt costs what it costs, by the same code.</summary>
    public CallExplanation Explain(RatingSnapshot snapshot, CallEventBatch events, int row)
    {
        ref readonly CallEvent callEvent = ref events[row];
        RatedSide a = default;
        RatedSide b = default;
        ExplainTrace traceA = new(snapshot.Config);
        ExplainTrace traceB = new(snapshot.Config);
        Rate(snapshot, in callEvent, events.Texts, ref a, ref b, ref traceA, ref traceB);
        _scratch = default;
        return new CallExplanation
        {
            SwitchId = events.Texts.GetString(callEvent.SwitchId),
            CallId = events.Texts.GetString(callEvent.CallId),
            Attempt = callEvent.Attempt,
            Final = callEvent.Final,
            Revision = snapshot.Revision,
            SetupMs = callEvent.SetupMs,
            SystemCurrency = snapshot.Config.SystemCurrency,
            A = traceA.Conclude(a),
            B = traceB.Conclude(b),
        };
    }

    private void Rate<TTrace>(
        RatingSnapshot snapshot, in CallEvent callEvent, TextArena texts, ref RatedSide a, ref RatedSide b, ref TTrace traceA, ref TTrace traceB)
        where TTrace : struct, ITrace
    {
        TrunkGroup? groupA = snapshot.TrunkGroups.FindA(callEvent, texts, ref traceA);
        SideNumbers numbersA = ReadA(callEvent, texts, groupA, ref traceA);
        CallTimes timesA = new(callEvent.SetupMs, callEvent.IsAnswered, Math.Max(0, callEvent.RawMsA));
        SideRating.Rate(snapshot, groupA, numbersA, timesA, ref _scratch, ref a, ref traceA);
        if (!callEvent.Final && !callEvent.IsAnswered)
        {
            a.Outcome = RatingOutcome.Advanced;
        }

        TrunkGroup? groupB = snapshot.TrunkGroups.FindB(callEvent, texts, ref traceB);
        SideNumbers numbersB = ReadB(callEvent, texts, groupB, numbersA, ref traceB);
        bool answeredB = callEvent.IsAnswered || callEvent.AnswerBMs != CallEvent.NoInstant;
        CallTimes timesB = new(callEvent.SetupMs, answeredB, Math.Max(0, callEvent.RawMsB));
        SideRating.Rate(snapshot, groupB, numbersB, timesB, ref _scratch, ref b, ref traceB);
    }

    private static SideNumbers ReadA<TTrace>(in CallEvent callEvent, TextArena texts, TrunkGroup? group, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        NumberWriting writing = WritingOf(group);
        return new SideNumbers
        {
            Dialled = group is null
                ? NumberReading.Read("dnis", texts[callEvent.Dnis], default, writing, ref trace)
                : NumberReading.Read("dnis", texts[callEvent.Dnis], group.TechPrefix, group.Dnis, callEvent.SetupMs, writing, ref trace),
            Ani = group is null || callEvent.Ani.IsEmpty
                ? ReadOptional("ani", texts[callEvent.Ani], writing, ref trace)
                : NumberReading.Read("ani", texts[callEvent.Ani], default, group.Ani, callEvent.SetupMs, writing, ref trace),
            Lrn = callEvent.Lrn.IsEmpty ? default : NumberReading.ReadNanp("lrn", texts[callEvent.Lrn], ref trace),
        };
    }

    /// <summary>What a Termination side B was sent, written as B writes. Otherwise, and where the event does not carry it, the numbers as side A read them.</summary>
    private static SideNumbers ReadB<TTrace>(in CallEvent callEvent, TextArena texts, TrunkGroup? group, in SideNumbers numbersA, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        SideNumbers numbers = numbersA;
        bool takesSent = group is { IsOrigination: false };
        NumberWriting writing = WritingOf(group);
        if (takesSent && !callEvent.DnisSent.IsEmpty)
        {
            numbers.Dialled = NumberReading.Read("dnis_sent", texts[callEvent.DnisSent], group!.TechPrefix, writing, ref trace);
        }
        else
        {
            trace.NumberOfSideA("dnis", numbersA.Dialled);
        }

        if (takesSent && !callEvent.AniSent.IsEmpty)
        {
            numbers.Ani = ReadOptional("ani_sent", texts[callEvent.AniSent], writing, ref trace);
        }
        else
        {
            trace.NumberOfSideA("ani", numbersA.Ani);
        }

        return numbers;
    }

    private static E164 ReadOptional<TTrace>(string field, ReadOnlySpan<byte> received, NumberWriting writing, ref TTrace trace)
        where TTrace : struct, ITrace =>
        received.IsEmpty ? default : NumberReading.Read(field, received, default, writing, ref trace);

    private static NumberWriting WritingOf(TrunkGroup? group) => group is null ? NumberWriting.E164 : group.Writing;
}
