using System.Numerics;
using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

/// <summary>Boundaries of durations, increments, digits and rounding methods: one below, at, one above.</summary>
public sealed class ChargeLadderTests
{
    private static RateDeckConfig WithSettings(RateDeckSettings settings, RateRow row) => Deck(settings, row);

    private static RateDeckSettings International => new() { Type = DeckType.InternationalDialed };

    [Theory]
    [InlineData(6, 6, new long[] { 0, 1, 5, 6, 7, 12, 13 }, new long[] { 0, 6, 6, 6, 12, 12, 18 })]
    [InlineData(60, 60, new long[] { 1, 59, 60, 61, 120, 121 }, new long[] { 60, 60, 60, 120, 120, 180 })]
    [InlineData(30, 18, new long[] { 29, 30, 31, 48, 49, 66, 67 }, new long[] { 30, 30, 48, 48, 66, 66, 84 })]
    [InlineData(1, 60, new long[] { 1, 2, 61, 62 }, new long[] { 1, 61, 61, 121 })]
    [InlineData(86_400, 86_400, new long[] { 1, 86_400, 86_401, 604_800 }, new long[] { 86_400, 86_400, 172_800, 604_800 })]
    public void Seconds_are_billed_in_whole_increments(int initial, int increment, long[] seconds, long[] billed)
    {
        OneDeckRater rater = Compile(Deck(Row("49") with { Increment = new BillingIncrement(initial, increment) }));
        Assert.Equal(billed, seconds.Select(second => (long)rater.Rate("4930", second * 1000).BilledSeconds));
    }

    [Theory]
    [InlineData(SecondsRounding.Up, new long[] { 0, 1, 999, 1000, 1001, 1499, 1500 }, new int[] { 0, 1, 1, 1, 2, 2, 2 })]
    [InlineData(SecondsRounding.HalfUp, new long[] { 0, 499, 500, 501, 1499, 1500 }, new int[] { 0, 0, 1, 1, 1, 2 })]
    [InlineData(SecondsRounding.Down, new long[] { 0, 1, 999, 1000, 1999, 2000 }, new int[] { 0, 0, 0, 1, 1, 2 })]
    public void Milliseconds_are_rounded_to_whole_seconds(SecondsRounding rounding, long[] rawMs, int[] seconds)
    {
        OneDeckRater rater = Compile(WithSettings(International with { SecondsRounding = rounding }, Row("49")));
        Assert.Equal(seconds, rawMs.Select(raw => rater.Rate("4930", raw).Seconds));
        Assert.Equal(seconds, rawMs.Select(raw => rater.Rate("4930", raw).BilledSeconds));
    }

    [Theory]
    [InlineData(new long[] { 0, 1, 499, 500, 1000 }, new int[] { 0, 1, 1, 2, 2 }, new int[] { 0, 6, 6, 6, 6 })]
    public void Propagation_delay_adds_a_second_to_every_call_that_lasted_at_all(long[] rawMs, int[] seconds, int[] billed)
    {
        OneDeckRater rater = Compile(WithSettings(
            International with { SecondsRounding = SecondsRounding.HalfUp, PropagationDelay = true }, Row("49") with { Increment = new BillingIncrement(6, 6) }));
        Assert.Equal(seconds, rawMs.Select(raw => rater.Rate("4930", raw).Seconds));
        Assert.Equal(billed, rawMs.Select(raw => rater.Rate("4930", raw).BilledSeconds));
    }

    [Theory]
    [InlineData(5000, 0)]
    [InlineData(5001, 6)]
    [InlineData(4999, 0)]
    public void Grace_is_looked_at_before_propagation_delay_and_takes_fee_and_minimum_with_it(long rawMs, int billed)
    {
        OneDeckRater rater = Compile(WithSettings(
            International with { GraceSeconds = 5, MinimumCharge = Money.Parse("1") }, Row("49") with { ConnectFee = Money.Parse("2"), Increment = new BillingIncrement(6, 6) }));
        RatedSide side = rater.Rate("4930", rawMs);
        Assert.Equal((RatingOutcome.Rated, billed, billed == 0), (side.Outcome, side.BilledSeconds, side.Charge == Money.Zero));
    }

    [Theory]
    [InlineData("0.05", "0.1", "0.1")]
    [InlineData("0.1", "0.1", "0.1")]
    [InlineData("0.100000001", "0.1", "0.100001")]
    [InlineData("0", "0.1", "0.1")]
    [InlineData("-0.000000001", "0.1", "-0.000001")]
    public void A_minimum_raises_charges_of_zero_or_more_before_rounding(string rate, string minimum, string charge)
    {
        OneDeckRater rater = Compile(WithSettings(International with { MinimumCharge = Money.Parse(minimum), Rounding = RoundingMethod.Up }, Row("49", rate)));
        Assert.Equal(Money.Parse(charge), rater.Rate("4930").Charge);
    }

    [Fact]
    public void A_minimum_is_rounded_like_any_charge()
    {
        OneDeckRater rater = Compile(WithSettings(International with { MinimumCharge = Money.Parse("0.0149"), RoundingDigits = 2 }, Row("49", "0")));
        Assert.Equal(Money.Parse("0.01"), rater.Rate("4930").Charge);
    }

    public static TheoryData<int, RoundingMethod> DigitsAndMethods
    {
        get
        {
            TheoryData<int, RoundingMethod> data = [];
            foreach (RoundingMethod method in Enum.GetValues<RoundingMethod>())
            {
                for (int digits = 0; digits <= 9; digits++)
                {
                    data.Add(digits, method);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(DigitsAndMethods))]
    public void Every_method_rounds_at_every_digit_as_exact_rationals_do(int digits, RoundingMethod method)
    {
        ChargeRounding rounding = new(digits, method);
        Int128 unit = (Int128)BigInteger.Pow(10, 9 - digits) * UnroundedCharge.PerNano;
        foreach (Int128 whole in (Int128[])[0, 1, 2, 3, 999_999_999])
        {
            foreach (Int128 rest in (Int128[])[0, 1, (unit / 2) - 1, unit / 2, (unit / 2) + 1, unit - 1])
            {
                foreach (int sign in (int[])[1, -1])
                {
                    Int128 amount = sign * ((whole * unit) + rest);
                    Assert.Equal(ExactRounding.Round((BigInteger)amount, digits, method), rounding.Round(new UnroundedCharge(amount)).Nanos);
                }
            }
        }
    }

    [Theory]
    [InlineData(RoundingMethod.HalfUp, "0.000001", "-0.000001")]
    [InlineData(RoundingMethod.HalfEven, "0", "0")]
    [InlineData(RoundingMethod.Up, "0.000001", "-0.000001")]
    [InlineData(RoundingMethod.Down, "0", "0")]
    public void Negative_charges_round_as_their_positives_do(RoundingMethod method, string positive, string negative)
    {
        Money Charge(string rate) => Compile(WithSettings(International with { Rounding = method }, Row("49", rate))).Rate("4930").Charge;
        Assert.Equal(Money.Parse(positive), Charge("0.0000005"));
        Assert.Equal(Money.Parse(negative), Charge("-0.0000005"));
    }

    [Fact]
    public void The_dearest_call_there_can_be_is_exact_and_fits()
    {
        RateRow row = Row("49", "50000") with { ConnectFee = Money.Parse("50000"), InitialRate = Rate.Parse("50000"), Increment = new BillingIncrement(86_400, 86_400) };
        OneDeckRater rater = Compile(WithSettings(International with { RoundingDigits = 9, PropagationDelay = true }, row));
        RatedSide side = rater.Rate("4930", CallEvent.MaxDurationMs);
        Assert.Equal((8 * 86_400, Money.Parse("576050000")), (side.BilledSeconds, side.Charge));
    }
}
