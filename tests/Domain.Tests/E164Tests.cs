namespace Perimeter.Domain.Tests;

public sealed class E164Tests
{
    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("000")]
    [InlineData("12015550123")]
    [InlineData("99999999999999")]
    [InlineData("999999999999999")]
    [InlineData("123456789012345")]
    public void One_to_fifteen_digits_are_a_number(string digits)
    {
        Assert.True(E164.TryParse(digits, out E164 number));
        Assert.Equal(digits, number.ToString());
        Assert.Equal(digits.Length, number.Length);
        Assert.False(number.IsNone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234567890123456")]
    [InlineData("+1201")]
    [InlineData("12a")]
    [InlineData(" 12")]
    [InlineData("12 ")]
    [InlineData("١٢")]
    [InlineData("1/")]
    [InlineData("1:")]
    [InlineData("\u00101")]
    public void Anything_else_is_not(string text)
    {
        Assert.False(E164.TryParse(text, out E164 number));
        Assert.True(number.IsNone);
        Assert.False(E164.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _));
        Assert.Contains(text, Assert.Throws<FormatException>(() => E164.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leading_zero_counts() => Assert.NotEqual(E164.Parse("01"), E164.Parse("1"));

    [Fact]
    public void The_default_is_no_number()
    {
        Assert.True(default(E164).IsNone);
        Assert.Equal("", default(E164).ToString());
        Assert.Equal(0, default(E164).Format(stackalloc byte[0]));
    }

    [Fact]
    public void A_parent_is_ordered_before_its_children_and_they_before_its_siblings()
    {
        string[] codes = ["0", "00", "1", "10", "1000", "101", "11", "1201", "12015", "1202", "2", "20", "9", "999999999999999"];
        E164[] shuffled = [.. codes.Reverse().Select(E164.Parse)];
        Array.Sort(shuffled);
        Assert.Equal(codes, shuffled.Select(code => code.ToString()));
    }

    [Fact]
    public void A_number_of_fifteen_digits_takes_no_digit_in_front() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => E164.Parse("123456789012345").Prepend(1));
}
