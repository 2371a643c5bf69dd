using System.Text;
using Perimeter.Domain;

namespace Perimeter.Streaming.Tests;

/// <summary>Seeded call events: from ordinary ones to the far ends of every field.</summary>
internal sealed class RandomCalls(int seed)
{
    private readonly Random _random = new(seed);

    public int NextCount(int most) => _random.Next(4) == 0 ? _random.Next(most) : _random.Next(8);

    public void Fill(CallEventBatch batch, int count)
    {
        bool wild = _random.Next(2) == 0;
        long setup = 1_770_000_000_000;
        for (int i = 0; i < count; i++)
        {
            ref CallEvent e = ref batch.Add();
            setup += _random.Next(-50, 2000);
            e.Kind = (CallEventKind)_random.Next(3);
            e.Final = _random.Next(4) != 0;
            e.Burst = _random.Next(9) == 0;
            e.Marks = (CallMarks)(i % 5 == 3 ? i % 4 : 0);
            e.Attempt = (ushort)(wild ? _random.Next(ushort.MaxValue + 1) : 1);
            e.SipCode = Number(wild, 700);
            e.SourcePort = Number(wild, 65536);
            e.PddMs = Number(wild, 9000);
            e.MosThousandths = Number(wild, 5000);
            e.RouteRevision = _random.Next(3) == 0 ? CallEvent.NoNumber : Instant(wild, 17);
            e.SetupMs = Instant(wild, setup);
            e.ProgressMs = Instant(wild, setup + 300);
            e.AnswerMs = Instant(wild, setup + 5000);
            e.EndMs = Instant(wild, setup + _random.Next(600_000));
            e.AnswerBMs = Instant(wild, setup + 5001);
            e.EndBMs = Instant(wild, setup + 90_000);
            foreach (CallEventText field in CallEventTexts.All)
            {
                CallEventTexts.Of(ref e, field) = batch.Texts.Add(Text(wild, field));
            }
        }
    }

    public void Fill(RatedCallBatch batch, int count)
    {
        Fill(batch.Events, count);
        batch.FitSides();
        batch.Revision = new ConfigRevision(_random.Next(1, 1000));
        batch.Passed = new PassedEvents(_random.Next(9), _random.Next(9), _random.Next(9), _random.NextInt64());
        bool wild = _random.Next(2) == 0;
        for (int i = 0; i < count; i++)
        {
            batch.ReceivedMs[i] = Instant(wild, 1_770_000_000_000 + i);
            batch.A[i] = Side(wild);
            batch.B[i] = Side(wild);
        }
    }

    private RatedSide Side(bool wild)
    {
        byte[] digits = Encoding.ASCII.GetBytes(Digits(_random.Next(16)));
        E164.TryParse(digits, out E164 code);
        long charge = Amount(wild);
        return new RatedSide
        {
            TrunkGroup = new TrunkGroupId(_random.Next(40)),
            Relationship = new RelationshipId(wild ? _random.Next() : 3),
            Direction = (Direction)_random.Next(3),
            Relation = (Relation)_random.Next(3),
            Class = (CallClass)_random.Next(6),
            Outcome = (RatingOutcome)_random.Next(9),
            Jurisdiction = (Jurisdiction)_random.Next(5),
            Deck = new RateDeckId(_random.Next(5)),
            DeckVersion = _random.Next(5),
            Code = code,
            Destination = new DestinationId(_random.Next(2000)),
            DeckRow = -1,
            Seconds = _random.Next(4000),
            BilledSeconds = wild ? int.MinValue + _random.Next(5) : _random.Next(4000),
            Rate = new Rate(Amount(wild)),
            Charge = new Money(charge),
            Currency = CurrencyCode.Usd,
            ExchangeRate = ExchangeRate.One,
            SystemCharge = new Money(_random.Next(3) == 0 ? Amount(wild) : charge),
        };
    }

    private long Amount(bool wild) => wild ? _random.Next(5) switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        2 => 0,
        _ => _random.NextInt64(long.MinValue, long.MaxValue),
    } : _random.NextInt64(-1_000_000, 20_000_000_000);

    private int Number(bool wild, int most) => _random.Next(3) == 0 ? CallEvent.NoNumber : wild ? _random.Next(int.MinValue, int.MaxValue) : _random.Next(most);

    private long Instant(bool wild, long usual) => _random.Next(wild ? 6 : 12) switch
    {
        0 => CallEvent.NoInstant,
        1 when wild => long.MaxValue,
        2 when wild => _random.NextInt64(long.MinValue, long.MaxValue),
        3 when wild => 0,
        _ => usual,
    };

    private string Text(bool wild, CallEventText field) => (wild ? _random.Next(8) : 2 + _random.Next(3)) switch
    {
        0 => "",
        1 => "+" + Digits(11),
        2 => field == CallEventText.CallId ? $"{_random.NextInt64():x16}@10.0.0.{_random.Next(9)}" : $"tg-{_random.Next(12)}",
        3 => Digits(11),
        4 => Digits(_random.Next(18)),
        5 => "Zürich \u0001;\"\n",
        6 => new string('x', _random.Next(600)),
        _ => Digits(16) + "a",
    };

    private string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + _random.Next(10))));
}
