namespace Perimeter.Domain;

/// <summary>A piece of text inside the arena of the batch that holds the event: ASCII or UTF-8 bytes as received. The default is "absent".</summary>
public readonly record struct TextSpan(int Offset, int Length)
{
    public bool IsEmpty => Length == 0;

    /// <summary>The same text where its arena's bytes stand so many places further on; absent stays absent.</summary>
    public TextSpan Moved(int by) => new(unchecked(Offset + (by & (-Length >> 31))), Length);
}

/// <summary>
/// One checked event of one attempt, as received: nothing is normalised, so that rating can always be repeated. What it did not carry itself says <see cref="Taken"/>.
/// A row of a <see cref="CallEventBatch"/>, which owns its texts.
/// </summary>
public struct CallEvent
{
    /// <summary>The value of an instant that the event does not carry.</summary>
    public const long NoInstant = long.MinValue;

    /// <summary>The value of a number (pdd_ms, mos, route_revision, source_port, sip_code) that the event does not carry.</summary>
    public const int NoNumber = -1;

    /// <summary>A longer call is quarantined (rating.md, "How much").</summary>
    public const long MaxDurationMs = 7L * 24 * 3600 * 1000;

    public CallEventKind Kind;

    /// <summary>The attempt that decided the call; every other one is <see cref="RatingOutcome.Advanced"/> on A.</summary>
    public bool Final;

    public bool Burst;

    public CallMarks Marks;

    /// <summary>1 for the first attempt of the call.</summary>
    public ushort Attempt;

    /// <summary>Response code of SIP, 100 to 699, or <see cref="NoNumber"/>.</summary>
    public int SipCode;

    public int SourcePort;

    /// <summary>Post-dial delay in milliseconds.</summary>
    public int PddMs;

    /// <summary>Mean opinion score in thousandths: 4.37 is 4370.</summary>
    public int MosThousandths;

    /// <summary>Revision of the configuration that the route was chosen by.</summary>
    public long RouteRevision;

    // Instants: milliseconds of UTC since 1970, or NoInstant.
    public long SetupMs;
    public long ProgressMs;
    public long AnswerMs;

    /// <summary>For ended events always present; equal to setup where the switch gave no end and no answer.</summary>
    public long EndMs;

    /// <summary>Side B's own answer, where the event carries one.</summary>
    public long AnswerBMs;

    /// <summary>Side B's own end, where the event carries one.</summary>
    public long EndBMs;

    public TextSpan SwitchId;
    public TextSpan CallId;

    /// <summary>Name or id of the group the call came in on.</summary>
    public TextSpan TrunkGroupA;

    /// <summary>Name or id of the group the attempt went out on; absent for a call refused before any vendor.</summary>
    public TextSpan TrunkGroupB;

    public TextSpan SourceIp;
    public TextSpan Protocol;
    public TextSpan TechPrefix;
    public TextSpan VendorTrunk;
    public TextSpan Ani;
    public TextSpan Dnis;
    public TextSpan AniSent;
    public TextSpan DnisSent;
    public TextSpan Lrn;
    public TextSpan Oli;

    /// <summary>Why the call was refused before any vendor: the values of routing.md.</summary>
    public TextSpan Refusal;

    public TextSpan ReleasedBy;
    public TextSpan Codec;
    public TextSpan MediaIp;
    public TextSpan ForwardedFrom;

    /// <summary>The event without what it did not carry itself: what tells a repeat from a conflict, and what a person is shown of it.</summary>
    public readonly CallEvent AsReceived()
    {
        CallEvent received = this;
        received.Marks = CallMarks.None;
        if ((Marks & CallMarks.AnswerTaken) != 0)
        {
            received.AnswerMs = NoInstant;
        }

        if ((Marks & CallMarks.AnswerBTaken) != 0)
        {
            received.AnswerBMs = NoInstant;
        }

        return received;
    }

    public readonly bool IsAnswered => AnswerMs != NoInstant;

    /// <summary>Whether side B was answered: by its own answer, or by A's.</summary>
    public readonly bool IsAnsweredB => AnswerMs != NoInstant || AnswerBMs != NoInstant;

    /// <summary>Answered milliseconds of side A; 0 where there was no answer.</summary>
    public readonly long RawMsA => EndMs - (AnswerMs == NoInstant ? EndMs : AnswerMs);

    /// <summary>Answered milliseconds of side B: its own instants where the event has them, A's where not; 0 where there was no answer.</summary>
    public readonly long RawMsB
    {
        get
        {
            long answerMs = AnswerBMs == NoInstant ? AnswerMs : AnswerBMs;
            long endMs = EndBMs == NoInstant ? EndMs : EndBMs;
            return endMs - (answerMs == NoInstant ? endMs : answerMs);
        }
    }
}
