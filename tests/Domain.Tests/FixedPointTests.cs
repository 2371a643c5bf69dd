using System.Text;

namespace Perimeter.Domain.Tests;

public sealed class FixedPointTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("1", 1_000_000_000)]
    [InlineData("+1.5", 1_500_000_000)]
    [InlineData("-1.5", -1_500_000_000)]
    [InlineData(".5", 500_000_000)]
    [InlineData("5.", 5_000_000_000)]
    [InlineData("0.00137", 1_370_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("-0.000000001", -1)]
    [InlineData("0.0000000010000", 1)]
    [InlineData("000000000000000000000001", 1_000_000_000)]
    [InlineData("9223372036.854775807", long.MaxValue)]
    [InlineData("-9223372036.854775807", -long.MaxValue)]
    public void A_decimal_is_read_exactly(string text, long nanos)
    {
        Assert.True(FixedPoint.TryParse(text, 9, out long fromText));
        Assert.Equal(nanos, fromText);
        Assert.True(FixedPoint.TryParse(Encoding.UTF8.GetBytes(text), 9, out long fromBytes));
        Assert.Equal(nanos, fromBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("1e3")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("٣")]
    [InlineData("0.0000000001")]
    [InlineData("9223372036.854775808")]
    [InlineData("-9223372036.854775809")]
    [InlineData("9223372037")]
    [InlineData("99999999999999999999999999999999999999999999999999999999")]
    public void What_is_no_such_decimal_is_refused(string text)
    {
        Assert.False(FixedPoint.TryParse(text, 9, out _));
        Assert.False(FixedPoint.TryParse(Encoding.UTF8.GetBytes(text), 9, out _));
    }

    [Theory]
    [InlineData(0, 9, "0")]
    [InlineData(1, 9, "0.000000001")]
    [InlineData(-1, 9, "-0.000000001")]
    [InlineData(1_370_000, 9, "0.00137")]
    [InlineData(10_000_000_000, 9, "10")]
    [InlineData(-1_500_000_000, 9, "-1.5")]
    [InlineData(long.MaxValue, 9, "9223372036.854775807")]
    [InlineData(long.MinValue, 9, "-9223372036.854775808")]
    [InlineData(long.MaxValue, 0, "9223372036854775807")]
    [InlineData(100, 0, "100")]
    [InlineData(1, 12, "0.000000000001")]
    public void A_number_is_written_in_its_shortest_exact_form(long scaled, int scale, string text) => Assert.Equal(text, FixedPoint.Format(scaled, scale));

    [Fact]
    public void Sixty_four_bytes_are_the_longest_that_is_read_from_bytes()
    {
        Assert.True(FixedPoint.TryParse(Encoding.ASCII.GetBytes(new string('0', 64)), 9, out _));
        Assert.False(FixedPoint.TryParse(Encoding.ASCII.GetBytes(new string('0', 65)), 9, out _));
    }
}
