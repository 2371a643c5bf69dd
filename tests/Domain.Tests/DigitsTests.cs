using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Perimeter.Domain.Tests;

public sealed class DigitsTests
{
    [Fact]
    public void Digits_alone_are_read_as_the_library_reads_them_whatever_their_number()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        Random random = new(seed);
        for (int n = 0; n < 50_000; n++)
        {
            byte[] text = [.. Enumerable.Range(0, random.Next(1, 19)).Select(_ => (byte)random.Next('0', '9' + 1))];
            Assert.True(Digits.TryParse(text, out long number), $"seed {seed}: {Encoding.ASCII.GetString(text)}");
            Assert.True(Utf8Parser.TryParse(text, out long expected, out _));
            Assert.Equal(expected, number);

            int odd = random.Next(text.Length);
            text[odd] = (byte)random.Next(256);
            Assert.True(Digits.TryParse(text, out _) == text.All(static b => b is >= (byte)'0' and <= (byte)'9'), $"seed {seed}: {Convert.ToHexString(text)}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1234567/")]
    [InlineData("1234567:")]
    [InlineData("1234567890123456789")]
    public void Everything_else_is_left_to_others(string text) => Assert.False(Digits.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void The_largest_of_eighteen_digits_fits()
    {
        Assert.True(Digits.TryParse("999999999999999999"u8, out long number));
        Assert.Equal("999999999999999999", number.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Eight_bytes_are_digits_whatever_stands_beside_each_of_them()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (int one = 0; one <= byte.MaxValue; one++)
        {
            for (int other = 0; other <= byte.MaxValue; other++)
            {
                bytes.Fill((byte)'7');
                bytes[3] = (byte)one;
                bytes[4] = (byte)other;
                Assert.Equal(!bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'), Digits.AreEight(BitConverter.ToUInt64(bytes)));
            }
        }
    }
}
