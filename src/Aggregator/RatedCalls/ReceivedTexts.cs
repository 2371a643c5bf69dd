using System.Buffers.Text;
using Perimeter.Domain;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>
/// The column <c>received</c>: inputs that few calls have, one after the other with a zero byte between, in the order in which the ALIAS columns of
/// 0001-rated-calls.sql count them. Texts hold no zero byte: ingest refuses them.
/// </summary>
internal static class ReceivedTexts
{
    private const int MaxNumberBytes = 20;

    private static readonly CallEventText[] BeforePort = [CallEventText.SwitchId, CallEventText.TrunkGroupA, CallEventText.TrunkGroupB, CallEventText.SourceIp];

    private static readonly CallEventText[] AfterPort =
    [
        CallEventText.Protocol, CallEventText.TechPrefix, CallEventText.VendorTrunk, CallEventText.AniSent, CallEventText.DnisSent, CallEventText.Lrn,
        CallEventText.Oli, CallEventText.Refusal, CallEventText.ReleasedBy, CallEventText.Codec, CallEventText.MediaIp, CallEventText.ForwardedFrom,
    ];

    /// <summary>Room that the texts of an event need at most.</summary>
    public static int MaxLength(ref CallEvent callEvent)
    {
        int length = BeforePort.Length + AfterPort.Length + (4 * (MaxNumberBytes + 1));
        foreach (CallEventText field in BeforePort)
        {
            length += CallEventTexts.Of(ref callEvent, field).Length;
        }

        foreach (CallEventText field in AfterPort)
        {
            length += CallEventTexts.Of(ref callEvent, field).Length;
        }

        return length;
    }

    /// <returns>Bytes written.</returns>
    public static int Write(ref CallEvent callEvent, TextArena texts, Span<byte> into)
    {
        int at = 0;
        foreach (CallEventText field in BeforePort)
        {
            at = Put(into, at, texts[CallEventTexts.Of(ref callEvent, field)]);
        }

        at = Put(into, at, callEvent.SourcePort, CallEvent.NoNumber);
        foreach (CallEventText field in AfterPort)
        {
            at = Put(into, at, texts[CallEventTexts.Of(ref callEvent, field)]);
        }

        at = Put(into, at, callEvent.RouteRevision, CallEvent.NoNumber);
        at = Put(into, at, callEvent.AnswerBMs, CallEvent.NoInstant);
        at = Put(into, at, callEvent.EndBMs, CallEvent.NoInstant);
        return at - 1;
    }

    /// <summary>Takes back what <see cref="Write"/> made. <paramref name="offset"/> is the place of the bytes in the arena of the event's batch.</summary>
    /// <exception cref="FormatException">The bytes are not what was written.</exception>
    public static void Read(ReadOnlySpan<byte> received, int offset, ref CallEvent callEvent)
    {
        int at = 0;
        foreach (CallEventText field in BeforePort)
        {
            CallEventTexts.Of(ref callEvent, field) = Take(received, offset, ref at);
        }

        callEvent.SourcePort = checked((int)TakeNumber(received, ref at, CallEvent.NoNumber));
        foreach (CallEventText field in AfterPort)
        {
            CallEventTexts.Of(ref callEvent, field) = Take(received, offset, ref at);
        }

        callEvent.RouteRevision = TakeNumber(received, ref at, CallEvent.NoNumber);
        callEvent.AnswerBMs = TakeNumber(received, ref at, CallEvent.NoInstant);
        callEvent.EndBMs = TakeNumber(received, ref at, CallEvent.NoInstant);
        if (at != received.Length + 1)
        {
            throw Malformed();
        }
    }

    private static int Put(Span<byte> into, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(into[at..]);
        into[at + text.Length] = 0;
        return at + text.Length + 1;
    }

    private static int Put(Span<byte> into, int at, long number, long absent)
    {
        int written = 0;
        if (number != absent)
        {
            Utf8Formatter.TryFormat(number, into[at..], out written);
        }

        into[at + written] = 0;
        return at + written + 1;
    }

    private static TextSpan Take(ReadOnlySpan<byte> received, int offset, ref int at)
    {
        int start = at;
        int length = TakeLength(received, ref at);
        return length == 0 ? default : new TextSpan(offset + start, length);
    }

    private static long TakeNumber(ReadOnlySpan<byte> received, ref int at, long absent)
    {
        int start = at;
        int length = TakeLength(received, ref at);
        if (length == 0)
        {
            return absent;
        }

        return Utf8Parser.TryParse(received.Slice(start, length), out long number, out int used) && used == length ? number : throw Malformed();
    }

    private static int TakeLength(ReadOnlySpan<byte> received, ref int at)
    {
        if (at > received.Length)
        {
            throw Malformed();
        }

        int length = received[at..].IndexOf((byte)0);
        length = length < 0 ? received.Length - at : length;
        at += length + 1;
        return length;
    }

    private static FormatException Malformed() => new("The column 'received' of a rated call does not hold what landing writes.");
}
