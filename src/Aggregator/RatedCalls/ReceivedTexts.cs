using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;
using Perimeter.Domain;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>
/// The column <c>received</c>: inputs that few calls have, one after the other with a zero byte between, in the order in which the ALIAS columns of
/// 0001-rated-calls.sql count them. Texts hold no zero byte: ingest refuses them.
/// </summary>
internal static class ReceivedTexts
{
    private const int MaxNumberBytes = 20;

    /// <summary>Texts, and the port, the route's revision and side B's instants between and behind them.</summary>
    private const int Fields = 20;

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
        foreach (TextSpan text in CallEventTexts.In(ref callEvent))
        {
            length += text.Length;
        }

        return length;
    }

    /// <returns>Bytes written.</returns>
    public static int Write(ref CallEvent callEvent, TextArena texts, Span<byte> into)
    {
        ReadOnlySpan<TextSpan> spans = CallEventTexts.In(ref callEvent);
        ReadOnlySpan<byte> arena = texts.AsSpan();
        int at = 0;
        foreach (CallEventText field in BeforePort)
        {
            at = Put(into, at, arena, spans[(int)field]);
        }

        at = Put(into, at, callEvent.SourcePort, CallEvent.NoNumber);
        foreach (CallEventText field in AfterPort)
        {
            at = Put(into, at, arena, spans[(int)field]);
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
        Span<int> ends = stackalloc int[Fields];
        FindEnds(received, ends);
        Span<TextSpan> texts = CallEventTexts.In(ref callEvent);
        int start = 0;
        int at = 0;
        foreach (CallEventText field in BeforePort)
        {
            texts[(int)field] = Take(offset, ref start, ends[at++]);
        }

        callEvent.SourcePort = checked((int)TakeNumber(received, ref start, ends[at++], CallEvent.NoNumber));
        foreach (CallEventText field in AfterPort)
        {
            texts[(int)field] = Take(offset, ref start, ends[at++]);
        }

        callEvent.RouteRevision = TakeNumber(received, ref start, ends[at++], CallEvent.NoNumber);
        callEvent.AnswerBMs = TakeNumber(received, ref start, ends[at++], CallEvent.NoInstant);
        callEvent.EndBMs = TakeNumber(received, ref start, ends[at], CallEvent.NoInstant);
    }

    private static int Put(Span<byte> into, int at, ReadOnlySpan<byte> arena, TextSpan text)
    {
        Memory.CopyOver(arena, text.Offset, text.Length, into, at);
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

    /// <summary>Where each field ends: at its zero byte, and the last one at the end. Most fields are empty, so their ends are found many at a time.</summary>
    private static void FindEnds(ReadOnlySpan<byte> received, Span<int> ends)
    {
        Span<byte> tail = stackalloc byte[Vector256<byte>.Count];
        int found = 0;
        for (int at = 0; at < received.Length; at += Vector256<byte>.Count)
        {
            scoped ReadOnlySpan<byte> next = received[at..];
            if (next.Length < tail.Length)
            {
                tail.Fill(byte.MaxValue);
                next.CopyTo(tail);
                next = tail;
            }

            for (uint zeros = Vector256.Equals(Vector256.Create(next), Vector256<byte>.Zero).ExtractMostSignificantBits(); zeros != 0; zeros &= zeros - 1)
            {
                if (found == Fields - 1)
                {
                    throw Malformed();
                }

                ends[found++] = at + BitOperations.TrailingZeroCount(zeros);
            }
        }

        if (found != Fields - 1)
        {
            throw Malformed();
        }

        ends[found] = received.Length;
    }

    private static TextSpan Take(int offset, ref int start, int end)
    {
        TextSpan text = end == start ? default : new TextSpan(offset + start, end - start);
        start = end + 1;
        return text;
    }

    private static long TakeNumber(ReadOnlySpan<byte> received, ref int start, int end, long absent)
    {
        ReadOnlySpan<byte> text = received[start..end];
        start = end + 1;
        if (text.IsEmpty)
        {
            return absent;
        }

        return Utf8Parser.TryParse(text, out long number, out int used) && used == text.Length ? number : throw Malformed();
    }

    private static FormatException Malformed() => new("The column 'received' of a rated call does not hold what landing writes.");
}
