using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

public sealed class ExchangeRateTests
{
    private static readonly Gen<long> Amounts = Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(), Gen.Choose(-1000, 1000).Select(n => (long)n), Gen.Choose(-1000, 1000).Select(n => n * 1_000_000_000_000L), Gen.Elements(long.MinValue, long.MaxValue, 0));

    // Rates with few digits make ties; others do not.
    private static readonly Gen<long> Picos = Gen.OneOf(
        Gen.Choose(1, 40).Select(n => n * 500_000_000_000L), Gen.Choose(1, int.MaxValue).Select(n => n * 1999L), Gen.Elements(1, ExchangeRate.PicosPerUnit, long.MaxValue));

    [Theory]
    [InlineData("0.5", 1, 0)] // half of a nano: to the even one
    [InlineData("0.5", 3, 2)]
    [InlineData("0.5", 5, 2)]
    [InlineData("0.5", -1, 0)]
    [InlineData("0.5", -3, -2)]
    [InlineData("0.5", -5, -2)]
    [InlineData("1.5", 1, 2)]
    [InlineData("0.500000000001", 1, 1)]
    [InlineData("0.499999999999", 1, 0)]
    [InlineData("1.08", 1_000_000_000, 1_080_000_000)]
    [InlineData("1", long.MinValue, long.MinValue)]
    [InlineData("0.000000000001", 1_500_000_000_000, 2)]
    public void A_converted_amount_is_rounded_half_even_to_nine_digits(string rate, long nanos, long expected)
    {
        Assert.True(ExchangeRate.TryParse(rate, out ExchangeRate parsed));
        Assert.Equal(new Money(expected), parsed.Convert(new Money(nanos)));
    }

    [Fact]
    public void Converting_agrees_with_an_exact_rational()
    {
        int ties = 0;
        int overflows = 0;
        Properties.Check(Prop.ForAll(Amounts.ToArbitrary(), Picos.ToArbitrary(), (nanos, picos) =>
        {
            BigInteger exact = HalfEven((BigInteger)nanos * picos, ExchangeRate.PicosPerUnit, out bool tie);
            ties += tie ? 1 : 0;
            try
            {
                return new ExchangeRate(picos).Convert(new Money(nanos)).Nanos == exact;
            }
            catch (OverflowException)
            {
                overflows++;
                return exact < long.MinValue || exact > long.MaxValue;
            }
        }));
        Assert.True(ties > 20 && overflows > 20, $"{ties} ties, {overflows} overflows");
    }

    [Fact]
    public void A_rate_has_twelve_digits_after_the_point()
    {
        Assert.True(ExchangeRate.TryParse("1.234567890123", out ExchangeRate rate));
        Assert.Equal(1_234_567_890_123, rate.Picos);
        Assert.Equal("1.234567890123", rate.ToString());
        Assert.False(ExchangeRate.TryParse("1.2345678901234", out _));
        Assert.Equal("1", ExchangeRate.One.ToString());
    }

    private static BigInteger HalfEven(BigInteger numerator, BigInteger denominator, out bool tie)
    {
        // Floor division, so that the rest is never negative.
        BigInteger floor = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        if (rest.Sign < 0)
        {
            floor--;
            rest += denominator;
        }

        int half = (rest * 2).CompareTo(denominator);
        tie = half == 0;
        return half > 0 || (tie && !floor.IsEven) ? floor + 1 : floor;
    }
}
