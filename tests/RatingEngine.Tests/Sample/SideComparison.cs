using System.Numerics;
using Perimeter.Domain;
using Perimeter.Oracle;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>Compares sides of the product with those of the oracle, field by field, and collects what differs.</summary>
internal sealed class SideComparison(IReadOnlyList<string> destinationNames)
{
    private const int MostShown = 20;

    private readonly List<string> _differences = [];

    public long Compared { get; private set; }

    public void Compare(AttemptResult expected, in RatedSide a, in RatedSide b)
    {
        Compared++;
        Compare(expected.Record, "A", expected.A, a);
        Compare(expected.Record, "B", expected.B, b);
    }

    public void AssertNone(string run) =>
        Assert.True(_differences.Count == 0, $"{_differences.Count} differences in {Compared} attempts of {run}:\n{string.Join('\n', _differences.Take(MostShown))}");

    private void Compare(CallRecord record, string name, SideResult expected, RatedSide actual)
    {
        List<string> different = [];
        void Same<T>(string field, T of, T with)
        {
            if (!EqualityComparer<T>.Default.Equals(of, with))
            {
                different.Add($"{field}: oracle {of}, product {with}");
            }
        }

        Same("outcome", expected.Outcome, actual.Outcome.ToString());
        Same("trunk group", expected.TrunkGroup, actual.TrunkGroup.Value);
        Same("relationship", expected.Relationship, actual.Relationship.Value);
        Same("billed seconds", expected.BilledSeconds, actual.BilledSeconds);
        Same("charge", expected.ChargeNanos, new BigInteger(actual.Charge.Nanos));
        Same("system charge", expected.SystemNanos, new BigInteger(actual.SystemCharge.Nanos));
        if (expected.Deck > 0)
        {
            Same("class", expected.Class, actual.Class.ToString());
            Same("deck", expected.Deck, actual.Deck.Value);
            Same("seconds", expected.Seconds, actual.Seconds);
            Same("code", expected.Code, actual.Code.ToString());
            Same("currency", expected.Currency, actual.Currency.ToString());
            Same("destination", expected.Destination, destinationNames[actual.Destination.Value]);
            Same("jurisdiction", expected.Jurisdiction.Length == 0 ? "None" : expected.Jurisdiction, actual.Jurisdiction.ToString());
            Same("rate", expected.RateNanos, new BigInteger(actual.Rate.NanosPerMinute));
        }

        if (different.Count > 0)
        {
            _differences.Add(
                $"{record.SwitchId}/{record.CallId}/{record.Attempt} {name} at {DateTimeOffset.FromUnixTimeMilliseconds(record.SetupMs!.Value):O}, "
                + $"{record.Ani} to {record.Dnis}, sent {record.AniSent} to {record.DnisSent}, lrn {record.Lrn}: {string.Join("; ", different)}");
        }
    }
}
