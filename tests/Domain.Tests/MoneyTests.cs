using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

public sealed class MoneyTests
{
    private static readonly Gen<long> Nanos = Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(), Gen.Choose(-100, 100).Select(n => (long)n), Gen.Elements(long.MinValue, -1, 0, 1, long.MaxValue));

    [Fact]
    public void Sums_and_differences_are_exact_or_refused() => Properties.Check(Prop.ForAll(Nanos.ToArbitrary(), Nanos.ToArbitrary(), (left, right) =>
        Agrees(() => new Money(left) + new Money(right), (BigInteger)left + right)
        && Agrees(() => new Money(left) - new Money(right), (BigInteger)left - right)
        && Agrees(() => -new Money(left), -(BigInteger)left)));

    [Fact]
    public void Amounts_compare_as_their_nanos() => Properties.Check(Prop.ForAll(Nanos.ToArbitrary(), Nanos.ToArbitrary(), (left, right) =>
    {
        (Money a, Money b) = (new Money(left), new Money(right));
        return a < b == left < right && a > b == left > right && a <= b == left <= right && a >= b == left >= right
            && a == b == (left == right) && Math.Sign(a.CompareTo(b)) == left.CompareTo(right);
    }));

    [Fact]
    public void An_amount_is_read_and_written_as_people_write_it()
    {
        Assert.Equal(new Money(4_795_000), Money.Parse("0.004795"));
        Assert.Equal("0.004795", Money.Parse("0.0047950").ToString());
        Assert.Equal("-12.5", Money.Parse("-12.50").ToString());
        Assert.Equal("0", Money.Zero.ToString());
        Assert.Contains("1e3", Assert.Throws<FormatException>(() => Money.Parse("1e3")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_is_read_and_written_as_people_write_it()
    {
        Assert.Equal(new Rate(1_370_000), Rate.Parse("0.00137"));
        Assert.Equal("0.00137", Rate.Parse("0.001370").ToString());
        Assert.True(Rate.Parse("-0.1").CompareTo(Rate.Parse("0.1")) < 0);
        Assert.Contains("'free'", Assert.Throws<FormatException>(() => Rate.Parse("free")).Message, StringComparison.Ordinal);
        Assert.Equal("50000", new Rate(Rate.LimitNanos).ToString());
    }

    [Theory]
    [InlineData("USD")]
    [InlineData("EUR")]
    [InlineData("AAA")]
    [InlineData("ZZZ")]
    public void A_currency_is_three_capital_letters(string text) => Assert.Equal(text, CurrencyCode.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("US")]
    [InlineData("USDT")]
    [InlineData("usd")]
    [InlineData("U$D")]
    [InlineData("U D")]
    [InlineData("ÄÖÜ")]
    public void Nothing_else_is_a_currency(string text)
    {
        Assert.False(CurrencyCode.TryParse(text, out CurrencyCode code));
        Assert.Equal("", code.ToString());
        Assert.Throws<FormatException>(() => CurrencyCode.Parse(text));
    }

    private static bool Agrees(Func<Money> computed, BigInteger exact)
    {
        try
        {
            return computed().Nanos == exact;
        }
        catch (OverflowException)
        {
            return exact < long.MinValue || exact > long.MaxValue;
        }
    }
}
