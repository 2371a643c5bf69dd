using System.Numerics;
using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>Charges against exact rationals, and as functions of duration. FsCheck prints the seed of a failure.</summary>
public sealed class ChargeProperties
{
    private sealed record Terms(RateDeckSettings Settings, RateRow Row)
    {
        public OneDeckRater Compile() => TestDecks.Compile(TestDecks.Deck(Settings, Row));
    }

    private static Terms Draw(Random random, bool negative)
    {
        long Amount() => random.Next(4) switch
        {
            0 => 0,
            1 => random.NextInt64(0, 1000),
            2 => random.NextInt64(0, 2_000_000_000),
            _ => random.NextInt64(0, Rate.LimitNanos + 1),
        };
        long Signed() => negative && random.Next(2) == 0 ? -Amount() : Amount();
        int Seconds() => random.Next(3) == 0 ? random.Next(1, BillingIncrement.MaxSeconds + 1) : random.Next(1, 61);
        RateDeckSettings settings = new()
        {
            Type = DeckType.InternationalDialed,
            RoundingDigits = random.Next(0, 10),
            Rounding = (RoundingMethod)random.Next(0, 4),
            SecondsRounding = (SecondsRounding)random.Next(0, 3),
            PropagationDelay = random.Next(2) == 0,
            GraceSeconds = random.Next(3) == 0 ? random.Next(1, 20) : 0,
            MinimumCharge = new Money(random.Next(3) == 0 ? Amount() : 0),
        };
        RateRow row = TestDecks.Row("49") with
        {
            Rate = new Rate(Signed()),
            InitialRate = random.Next(3) == 0 ? new Rate(Signed()) : null,
            ConnectFee = new Money(random.Next(2) == 0 ? Signed() : 0),
            Increment = new BillingIncrement(Seconds(), Seconds()),
        };
        return new Terms(settings, row);
    }

    private static long RawMs(Random random) => random.Next(3) == 0 ? random.NextInt64(0, CallEvent.MaxDurationMs + 1) : random.NextInt64(0, 200_000);

    /// <summary>The formula of rating.md, once more, over integers without end.</summary>
    private static (long Seconds, long Billed, long Nanos) Exact(Terms terms, long rawMs)
    {
        RateDeckSettings settings = terms.Settings;
        long rounded = settings.SecondsRounding switch
        {
            SecondsRounding.Up => (rawMs / 1000) + (rawMs % 1000 > 0 ? 1 : 0),
            SecondsRounding.Down => rawMs / 1000,
            _ => (rawMs / 1000) + (rawMs % 1000 >= 500 ? 1 : 0),
        };
        long seconds = rounded + (settings.PropagationDelay && rawMs > 0 ? 1 : 0);
        long billed = 0;
        if (seconds > 0 && (settings.GraceSeconds == 0 || rounded > settings.GraceSeconds))
        {
            billed = terms.Row.Increment.InitialSeconds;
            if (seconds > billed)
            {
                long steps = (seconds - billed) / terms.Row.Increment.FurtherSeconds;
                billed += steps * terms.Row.Increment.FurtherSeconds;
                billed += billed < seconds ? terms.Row.Increment.FurtherSeconds : 0;
            }
        }

        BigInteger charge = 0;
        if (billed > 0)
        {
            BigInteger rate = terms.Row.Rate!.Value.NanosPerMinute;
            BigInteger initialRate = terms.Row.InitialRate?.NanosPerMinute ?? rate;
            long initial = Math.Min(billed, terms.Row.Increment.InitialSeconds);
            charge = (terms.Row.ConnectFee.Nanos * (BigInteger)60) + (initialRate * initial) + (rate * (billed - initial));
            BigInteger minimum = (BigInteger)settings.MinimumCharge.Nanos * 60;
            charge = charge.Sign >= 0 && charge < minimum ? minimum : charge;
        }

        return (seconds, billed, ExactRounding.Round(charge, settings.RoundingDigits, settings.Rounding));
    }

    [Fact]
    public void A_charge_is_what_exact_rationals_give() =>
        Seeds.Check(1000, seed =>
        {
            Random random = new(seed);
            Terms terms = Draw(random, negative: true);
            OneDeckRater rater = terms.Compile();
            for (int i = 0; i < 10; i++)
            {
                long rawMs = RawMs(random);
                RatedSide side = rater.Rate("4930", rawMs);
                Assert.Equal(Exact(terms, rawMs), (side.Seconds, side.BilledSeconds, side.Charge.Nanos));
            }
        });

    [Fact]
    public void A_charge_never_falls_as_the_duration_grows_where_rates_are_not_negative() =>
        Seeds.Check(1000, seed =>
        {
            Random random = new(seed);
            OneDeckRater rater = Draw(random, negative: false).Compile();
            long[] durations = [.. Enumerable.Range(0, 20).Select(_ => RawMs(random)).Order()];
            long[] charges = [.. durations.Select(rawMs => rater.Rate("4930", rawMs).Charge.Nanos)];
            for (int i = 1; i < charges.Length; i++)
            {
                Assert.True(charges[i - 1] <= charges[i], $"{durations[i - 1]} ms cost {charges[i - 1]} and {durations[i]} ms {charges[i]}");
            }
        });
}
