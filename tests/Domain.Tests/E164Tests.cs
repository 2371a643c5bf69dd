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

    [Fact]
    public void Every_byte_at_every_place_of_every_length_is_read_as_a_plain_loop_reads_it()
    {
        Span<byte> ascii = stackalloc byte[E164.MaxDigits + 1];
        for (int length = 0; length <= ascii.Length; length++)
        {
            for (int place = 0; place < Math.Max(1, length); place++)
            {
                for (int value = 0; value <= byte.MaxValue; value++)
                {
                    for (int i = 0; i < length; i++)
                    {
                        ascii[i] = i == place ? (byte)value : (byte)('0' + ((i + value) % 10));
                    }

                    bool expected = ReadByLoop(ascii[..length], out ulong packed);
                    Assert.Equal(expected, E164.TryParse(ascii[..length], out E164 number));
                    Assert.Equal(packed, number.Packed);
                }
            }
        }
    }

    private static bool ReadByLoop(ReadOnlySpan<byte> ascii, out ulong packed)
    {
        packed = 0;
        if (ascii.Length is 0 or > E164.MaxDigits)
        {
            return false;
        }

        ulong read = (ulong)ascii.Length;
        for (int i = 0; i < ascii.Length; i++)
        {
            if (!char.IsAsciiDigit((char)ascii[i]))
            {
                return false;
            }

            read |= (ulong)(ascii[i] - '0') << (60 - (4 * i));
        }

        packed = read;
        return true;
    }
}
