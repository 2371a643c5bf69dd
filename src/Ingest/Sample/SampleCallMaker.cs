using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>Makes one call with all of its attempts: a pure function of the carrier, the seed and the call's number.</summary>
internal sealed class SampleCallMaker(SampleMarket market, SampleCalendar calendar, ulong seed)
{
    private const uint CallRole = 1;
    private const int MostAttempts = 4;

    private static readonly int[] FailedSipCodes = [503, 503, 503, 480, 488, 502, 408, 403];
    private static readonly int[] UnansweredSipCodes = [487, 487, 487, 487, 486, 486, 486, 480, 480, 404, 603, 503];
    private static readonly string[] Codecs = ["PCMU", "PCMA", "G729", "opus"];

    private readonly List<SampleRecord> _inbound = [];

    /// <summary>Fills <paramref name="attempts"/> with the records of the call, in the order of its attempts.</summary>
    public void Make(long call, List<SampleRecord> attempts)
    {
        // Forwarded calls have even numbers, and the next one is the way on, whatever it would have been.
        if (call % 2 == 1 && TurnOf(call - 1) == SampleTurn.Forwarded && TryMakeOnward(call, attempts))
        {
            return;
        }

        MakeAlone(call, attempts);
    }

    /// <returns>Whom the last attempt went to; null where there was none.</returns>
    private SampleGroup? MakeAlone(long call, List<SampleRecord> attempts)
    {
        attempts.Clear();
        SampleDice dice = SampleDice.Of(seed, call, CallRole);
        SampleTurn turn = SampleTurns.Draw(ref dice);
        SampleRecord first = new()
        {
            Switch = dice.Happens(500) ? SampleSwitch.All[3] : SampleSwitch.All[dice.Below(3)],
            CallId = IdOf(call),
            SetupMs = calendar.SetupMs(call) + dice.Below(1_000),
        };
        SampleLegs legs = new(market, first);
        legs.Draw(ref dice, turn);
        if (legs.IsRefused)
        {
            Refuse(ref dice, first, legs.Refusal);
            attempts.Add(first);
            return null;
        }

        int count = turn == SampleTurn.None ? AttemptCount(ref dice) : 1;
        long setupMs = first.SetupMs;
        for (int attempt = 1; attempt <= count; attempt++)
        {
            SampleRecord record = legs.Attempt(ref dice, attempt, setupMs);
            bool last = attempt == count;
            record.Final = last || !record.Switch.MarksFinal;
            if (last && dice.Happens(turn is SampleTurn.None ? 5_350 : 4_600))
            {
                Answer(ref dice, record);
            }
            else
            {
                Fail(ref dice, record, last);
            }

            attempts.Add(record);
            setupMs = record.EndMs + dice.Between(1, 40);
        }

        return legs.LastB;
    }

    /// <summary>The owner's call to where the number is forwarded: answered when the call to the number is, and over with it.</summary>
    private bool TryMakeOnward(long call, List<SampleRecord> attempts)
    {
        SampleGroup? owner = MakeAlone(call - 1, _inbound);
        SampleDice dice = SampleDice.Of(seed, call, CallRole);
        if (owner is null || SampleRoute.Onward(ref dice, market, owner) is not { } route)
        {
            return false;
        }

        SampleRecord inbound = _inbound[^1];
        SampleRecord record = new()
        {
            Switch = inbound.Switch, CallId = IdOf(call), SetupMs = inbound.SetupMs + dice.Between(20, 200), ForwardedFrom = inbound.CallId,
        };
        SampleLegs legs = new(market, record);
        legs.Draw(ref dice, route);
        legs.Attempt(ref dice, attempt: 1, record.SetupMs);
        record.AnswerMs = inbound.AnswerMs;
        record.EndMs = Math.Max(inbound.EndMs, record.SetupMs);
        record.SipCode = inbound.SipCode;
        record.ReleasedBy = inbound.ReleasedBy;
        record.Codec = inbound.Codec;
        record.MediaIp = inbound.MediaIp;
        attempts.Clear();
        attempts.Add(record);
        return true;
    }

    private SampleTurn TurnOf(long call)
    {
        SampleDice dice = SampleDice.Of(seed, call, CallRole);
        return SampleTurns.Draw(ref dice);
    }

    private string IdOf(long call) => SampleDice.Mix(seed ^ (ulong)call).ToString("x16", CultureInfo.InvariantCulture);

    private static int AttemptCount(ref SampleDice dice)
    {
        int drawn = dice.Below(1_000);
        return drawn < 870 ? 1 : drawn < 965 ? 2 : drawn < 992 ? 3 : MostAttempts;
    }

    private static void Refuse(ref SampleDice dice, SampleRecord record, string refusal)
    {
        record.Refusal = refusal;
        record.SipCode = 503;
        record.ReleasedBy = "switch";

        // With neither an end nor an answer the end is the setup, so some switches leave it out.
        record.EndMs = dice.Happens(5_000) ? record.SetupMs + dice.Between(1, 30) : CallEvent.NoInstant;
    }

    private static void Fail(ref SampleDice dice, SampleRecord record, bool last)
    {
        record.SipCode = dice.Of(last ? UnansweredSipCodes : FailedSipCodes);
        if (last)
        {
            record.PddMs = dice.Between(300, 6_000);
            record.ProgressMs = record.SetupMs + record.PddMs;
            record.EndMs = record.ProgressMs + dice.Between(0, 45_000);
            record.ReleasedBy = record.SipCode == 487 ? "caller" : "callee";
        }
        else
        {
            record.EndMs = record.SetupMs + dice.Between(60, 12_000);
            record.ReleasedBy = "callee";
        }
    }

    private static void Answer(ref SampleDice dice, SampleRecord record)
    {
        record.SipCode = 200;
        record.PddMs = dice.Between(400, 5_000);
        record.ProgressMs = record.SetupMs + record.PddMs;
        record.AnswerMs = record.ProgressMs + dice.Between(500, 18_000);
        record.EndMs = record.AnswerMs + SampleDurations.AnsweredMs(ref dice);
        record.ReleasedBy = dice.Happens(5_500) ? "caller" : "callee";
        record.Codec = dice.Of(Codecs);
        record.MediaIp = record.Switch.MediaIp;
        if (dice.Happens(7_000))
        {
            record.MosHundredths = dice.Between(340, 449);
        }

        if (record.TrunkGroupB.Length + record.VendorTrunk.Length > 0 && dice.Happens(800))
        {
            // The vendor answers after the caller was told so, and hears of the end a little earlier or later.
            record.AnswerBMs = record.AnswerMs + dice.Below(100);
            record.EndBMs = Math.Max(record.AnswerBMs, record.EndMs + dice.Between(-300, 900));
        }
        else
        {
            record.WritesDuration = dice.Happens(300);
        }
    }
}
