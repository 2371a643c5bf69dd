using System.Buffers;
using System.Globalization;
using System.Text;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Aggregator.Tests;

/// <summary>Rated calls of every shape, from a seed: the sides need not agree with one another, since landing does not look.</summary>
internal sealed class RandomCalls(int seed)
{
    /// <summary>2026-03-01T00:00:00Z: calls lie around it, and in so few minutes that sums meet.</summary>
    public const long BaseMs = 1_772_323_200_000;

    private static readonly string[] Refusals = ["", "", "", "no_profitable_route", "no_route"];

    private static readonly int[] SipCodes = [200, 486, 600, 480, 487, 603, 404, 503, CallEvent.NoNumber];

    private const long SuspectMs = 500_000;

    private readonly Random _random = new(seed);
    private int _calls;

    public RatedCallBatch Batch(int rows)
    {
        var batch = new RatedCallBatch();
        for (int i = 0; i < rows; i++)
        {
            ref CallEvent added = ref batch.Events.Add();
            FillNumbers(ref added);
            FillTexts(ref added, batch.Events.Texts);
        }

        batch.FitSides();
        batch.Revision = new ConfigRevision(_random.Next(1, 5));
        for (int i = 0; i < rows; i++)
        {
            batch.ReceivedMs[i] = BaseMs + _random.Next(1_000_000);
            batch.A[i] = Side((RatingOutcome)_random.Next(1, 9), batch.Events[i].IsAnswered);
            batch.B[i] = Side((RatingOutcome)_random.Next(2, 9), batch.Events[i].IsAnswered);
        }

        batch.Passed = _random.Next(3) == 0
            ? new PassedEvents(_random.Next(5), _random.Next(3), _random.Next(4), _random.Next(4))
            : default;
        return batch;
    }

    public static byte[] Frame(RatedCallBatch batch)
    {
        var bytes = new ArrayBufferWriter<byte>();
        RatedCallFrame.Write(batch, FrameSource.None, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private void FillNumbers(ref CallEvent e)
    {
        e.Attempt = (ushort)_random.Next(1, 4);
        e.Final = _random.Next(4) != 0;
        e.Burst = _random.Next(8) == 0;
        e.SipCode = SipCodes[_random.Next(SipCodes.Length)];
        e.SourcePort = Or(CallEvent.NoNumber, 65_536);
        e.PddMs = Or(CallEvent.NoNumber, 12_000);
        e.MosThousandths = Or(CallEvent.NoNumber, 5_001);
        e.RouteRevision = Or(CallEvent.NoNumber, int.MaxValue);
        e.EndMs = BaseMs + _random.Next(180_000);
        e.SetupMs = e.EndMs - _random.Next(600_000);
        e.ProgressMs = OrInstant(e.EndMs);
        e.AnswerMs = OrInstant(e.EndMs);
        e.AnswerBMs = _random.Next(4) == 0 ? OrInstant(e.EndMs) : CallEvent.NoInstant;
        e.EndBMs = _random.Next(4) == 0 ? e.EndMs + _random.Next(3_000) : CallEvent.NoInstant;
        if (e.IsAnswered && e.Attempt == 2)
        {
            e.Marks = CallMarks.AnswerTaken | (e.AnswerBMs == CallEvent.NoInstant ? CallMarks.None : CallMarks.AnswerBTaken);
        }

        if (e.RawMsA > SuspectMs)
        {
            e.Marks |= CallMarks.Suspect;
        }
    }

    private void FillTexts(ref CallEvent e, TextArena texts)
    {
        foreach (CallEventText field in CallEventTexts.All)
        {
            CallEventTexts.Of(ref e, field) = _random.Next(3) == 0 ? default : texts.Add($"{field}é\t{_random.Next(50)}");
        }

        e.CallId = texts.Add(string.Create(CultureInfo.InvariantCulture, $"call-{seed}-{_calls++}"));
        e.Refusal = texts.Add(Refusals[_random.Next(Refusals.Length)]);
    }

    private RatedSide Side(RatingOutcome outcome, bool answered)
    {
        bool rated = outcome == RatingOutcome.Rated && answered;
        int group = _random.Next(4);
        return new RatedSide
        {
            TrunkGroup = new TrunkGroupId(group),
            Relationship = new RelationshipId(group / 2),
            Direction = (Direction)_random.Next(3),
            Relation = (Relation)_random.Next(3),
            Class = (CallClass)_random.Next(6),
            Outcome = outcome == RatingOutcome.Rated && !answered ? RatingOutcome.NotAnswered : outcome,
            Jurisdiction = (Jurisdiction)_random.Next(5),
            Deck = new RateDeckId(_random.Next(5)),
            DeckVersion = _random.Next(4),
            Code = _random.Next(3) == 0 ? default : E164.Parse(Encoding.ASCII.GetString(Digits(_random.Next(1, 16)))),
            Destination = new DestinationId(_random.Next(4)),
            DeckRow = -1,
            Seconds = _random.Next(4_000),
            BilledSeconds = rated ? _random.Next(4_000) : 0,
            Rate = new Rate(_random.NextInt64(-1_000_000_000, 50_000_000_000)),
            Charge = rated ? new Money(_random.NextInt64(-1_000_000_000, 900_000_000_000_000_000)) : default,
            Currency = _random.Next(3) switch { 0 => default, 1 => CurrencyCode.Usd, _ => CurrencyCode.Parse("EUR") },
            ExchangeRate = new ExchangeRate(_random.NextInt64(0, 2_000_000_000_000)),
            SystemCharge = rated ? new Money(_random.NextInt64(-1_000_000_000, 900_000_000_000_000_000)) : default,
        };
    }

    private byte[] Digits(int count)
    {
        byte[] digits = new byte[count];
        for (int i = 0; i < count; i++)
        {
            digits[i] = (byte)('0' + _random.Next(10));
        }

        return digits;
    }

    private int Or(int absent, int below) => _random.Next(3) == 0 ? absent : _random.Next(below);

    private long OrInstant(long endMs) => _random.Next(2) == 0 ? CallEvent.NoInstant : endMs - _random.Next(20_000);
}
