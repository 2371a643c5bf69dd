using Perimeter.Domain;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating;

/// <summary>Rates batches. One for each thread: it keeps scratch between calls. A pure function of events and snapshot.</summary>
public sealed class Rater
{
    /// <summary>Calls whose memory is asked for before it is their turn.</summary>
    private const int Ahead = 8;

    private readonly SideBlock _a = new();
    private readonly SideBlock _b = new();
    private CodeMatch _classMatch;

    /// <summary>Rates every event of the batch, all of kind Ended: fills both sides of each row, and the revision, and marks calls that lasted suspiciously long.</summary>
    public void Rate(RatingSnapshot snapshot, RatedCallBatch batch)
    {
        batch.FitSides();
        batch.Revision = snapshot.Revision;
        Span<CallEvent> events = batch.Events.Events;
        Span<NoTrace> none = stackalloc NoTrace[SideBlock.MaxCalls];
        for (int row = 0; row < events.Length; row += SideBlock.MaxCalls)
        {
            int count = Math.Min(SideBlock.MaxCalls, events.Length - row);
            RateBlock(snapshot, events.Slice(row, count), batch.Events.Texts, batch.A.Slice(row, count), batch.B.Slice(row, count), none, none);
        }

        Forget();
    }

    /// <summary>Why one attempt costs what it costs, by the same code.</summary>
    public CallExplanation Explain(RatingSnapshot snapshot, CallEventBatch events, int row)
    {
        CallEvent callEvent = events[row];
        RatedSide a = default;
        RatedSide b = default;
        ExplainTrace traceA = new(snapshot.Config);
        ExplainTrace traceB = new(snapshot.Config);
        RateBlock(snapshot, new Span<CallEvent>(ref callEvent), events.Texts, new Span<RatedSide>(ref a), new Span<RatedSide>(ref b), [traceA], [traceB]);
        Forget();
        return new CallExplanation
        {
            SwitchId = events.Texts.GetString(callEvent.SwitchId),
            CallId = events.Texts.GetString(callEvent.CallId),
            Attempt = callEvent.Attempt,
            Final = callEvent.Final,
            Revision = snapshot.Revision,
            SetupMs = callEvent.SetupMs,
            SystemCurrency = snapshot.Config.SystemCurrency,
            Suspect = SuspectReason.Of(snapshot.Config, callEvent, a, b),
            A = traceA.Conclude(a),
            B = traceB.Conclude(b),
        };
    }

    /// <summary>Up to <see cref="SideBlock.MaxCalls"/> calls, step by step for all of them, so that their waits for memory overlap.</summary>
    private void RateBlock<TTrace>(
        RatingSnapshot snapshot, Span<CallEvent> events, TextArena texts, Span<RatedSide> a, Span<RatedSide> b,
        Span<TTrace> tracesA, Span<TTrace> tracesB)
        where TTrace : struct, ITrace
    {
        for (int i = 0; i < events.Length; i++)
        {
            Memory.PrefetchWhole(ref events[i], Ahead);
            Memory.PrefetchWhole(ref a[i], Ahead);
            Memory.PrefetchWhole(ref b[i], Ahead);
            Begin(snapshot, ref events[i], texts, i, ref a[i], ref b[i], ref tracesA[i], ref tracesB[i]);
        }

        _a.Match(snapshot.Decks, events.Length);
        _b.MatchBeside(_a, snapshot.Decks, events.Length);
        for (int i = 0; i < events.Length; i++)
        {
            _a.End(i, ref a[i], ref tracesA[i]);
            if (!events[i].Final && !events[i].IsAnswered)
            {
                a[i].Outcome = RatingOutcome.Advanced;
            }

            _b.End(i, ref b[i], ref tracesB[i]);
        }
    }

    private void Begin<TTrace>(
        RatingSnapshot snapshot, ref CallEvent callEvent, TextArena texts, int i, ref RatedSide a, ref RatedSide b, ref TTrace traceA, ref TTrace traceB)
        where TTrace : struct, ITrace
    {
        TrunkGroup? groupA = snapshot.TrunkGroups.FindA(callEvent, texts, ref traceA);
        TrunkGroup? groupB = snapshot.TrunkGroups.FindB(callEvent, texts, ref traceB);
        ref SideInRating begunA = ref _a[i];
        ReadA(callEvent, texts, groupA, ref begunA.Numbers, ref traceA);
        if (groupA is { IsOrigination: true } || groupB is { IsOrigination: true })
        {
            begunA.Numbers.Listing = snapshot.Numbering.Find(begunA.Numbers.Dialled, callEvent.SetupMs);
        }

        ReadTollFree(callEvent, texts, groupB, ref begunA.Numbers, ref traceA);
        begunA.Times = new CallTimes(callEvent.SetupMs, callEvent.IsAnswered, Math.Max(0, callEvent.RawMsA));
        SideRating.Begin(snapshot, groupA, ref begunA, ref _classMatch, ref a, ref traceA);

        ref SideInRating begunB = ref _b[i];
        begunB.Numbers = begunA.Numbers;
        ReadB(callEvent, texts, groupB, ref begunB.Numbers, ref traceB);
        begunB.Times = new CallTimes(callEvent.SetupMs, callEvent.IsAnsweredB, Math.Max(0, callEvent.RawMsB));
        SideRating.Begin(snapshot, groupB, ref begunB, ref _classMatch, ref b, ref traceB);
        if (callEvent.RawMsA > groupA?.LongestMs || callEvent.RawMsB > groupB?.LongestMs)
        {
            callEvent.Marks |= CallMarks.Suspect;
        }
    }

    /// <summary>Scratch that names decks would keep a snapshot alive that is no longer in use.</summary>
    private void Forget()
    {
        _classMatch = default;
        _a.Clear();
        _b.Clear();
    }

    private static void ReadA<TTrace>(in CallEvent callEvent, TextArena texts, TrunkGroup? group, ref SideNumbers numbers, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        NumberWriting writing = WritingOf(group);
        numbers = default;
        numbers.Dialled = NumberReading.Read(
            "dnis", texts[callEvent.Dnis], group?.TechPrefix, group?.Dnis ?? Manipulations.None, callEvent.SetupMs, writing, ref trace);
        if (!callEvent.Ani.IsEmpty)
        {
            numbers.Ani = NumberReading.Read("ani", texts[callEvent.Ani], default, group?.Ani ?? Manipulations.None, callEvent.SetupMs, writing, ref trace);
        }

        if (!callEvent.Lrn.IsEmpty)
        {
            numbers.Lrn = NumberReading.ReadNanp("lrn", texts[callEvent.Lrn], ref trace);
        }
    }

    /// <summary>What only toll-free calls are rated by: the number behind the dialled one, as it was sent to B, and what line the call came from.</summary>
    private static void ReadTollFree<TTrace>(in CallEvent callEvent, TextArena texts, TrunkGroup? groupB, ref SideNumbers numbers, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (numbers.Listing.Type != NumberType.TollFree && NumberPlan.Shipped.KindOf(NumberPlan.NpaOf(numbers.Dialled)) != NpaKind.TollFree)
        {
            return;
        }

        numbers.IsFromPayphone = PayphoneLines.Contains(texts[callEvent.Oli]);
        if (!callEvent.DnisSent.IsEmpty)
        {
            numbers.Delivered = NumberReading.Read(
                "dnis_sent", texts[callEvent.DnisSent], groupB?.TechPrefix, WritingOf(groupB), ref trace);
        }
    }

    /// <summary>What a Termination side B was sent, written as B writes. Otherwise, and where the event does not carry it, the numbers as side A read them.</summary>
    /// <param name="numbers">Those of side A.</param>
    private static void ReadB<TTrace>(in CallEvent callEvent, TextArena texts, TrunkGroup? group, ref SideNumbers numbers, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        bool takesSent = group is { IsOrigination: false };
        NumberWriting writing = WritingOf(group);
        if (takesSent && !callEvent.DnisSent.IsEmpty)
        {
            numbers.Dialled = NumberReading.Read("dnis_sent", texts[callEvent.DnisSent], group!.TechPrefix, writing, ref trace);
        }
        else
        {
            trace.NumberOfSideA("dnis", numbers.Dialled);
        }

        if (takesSent && !callEvent.AniSent.IsEmpty)
        {
            numbers.Ani = NumberReading.Read("ani_sent", texts[callEvent.AniSent], default, writing, ref trace);
        }
        else
        {
            trace.NumberOfSideA("ani", numbers.Ani);
        }
    }

    private static NumberWriting WritingOf(TrunkGroup? group) => group?.Writing ?? NumberWriting.E164;
}
