using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

/// <summary>Scaled integers against exact rationals of unbounded integers.</summary>
public sealed class FixedPointProperties
{
    private static readonly Gen<long> Longs = Gen.OneOf(
        Gen.Choose(-2000, 2000).Select(n => (long)n),
        ArbMap.Default.GeneratorFor<long>(),
        Gen.Elements(long.MinValue, long.MinValue + 1, -1, 0, 1, long.MaxValue - 1, long.MaxValue));

    // Text that is a decimal, near the edge of 64 bits as often as not, or is spoilt by one character.
    private static readonly Gen<string> Texts =
        from sign in Gen.Elements("", "-", "+")
        from whole in Gen.OneOf(Gen.Choose(0, 99).Select(n => n.ToString(CultureInfo.InvariantCulture)), Longs.Select(n => BigInteger.Abs(n / 1_000_000_000).ToString(CultureInfo.InvariantCulture)), Gen.Constant(""))
        from point in Gen.Elements("", ".", ".")
        from fraction in Gen.Choose(0, 13).SelectMany(length => Gen.Choose(0, 9).ArrayOf(length)).Select(string.Concat)
        from zeros in Gen.Choose(0, 4)
        from spoilt in Gen.Frequency((9, Gen.Constant("")), (1, Gen.Elements(" ", ".", "x", "-", "e1", ",")))
        select sign + whole + (point.Length > 0 ? point + fraction + new string('0', zeros) : "") + spoilt;

    [Fact]
    public void What_is_written_is_read_back() => Properties.Check(Prop.ForAll(Longs.ToArbitrary(), Gen.Choose(0, 18).ToArbitrary(), (scaled, scale) =>
    {
        string text = FixedPoint.Format(scaled, scale);

        // The least number has no counterpart above zero: it is written, and reading stops one short of it.
        return scaled == long.MinValue || (FixedPoint.TryParse(text, scale, out long again) && again == scaled);
    }));

    [Fact]
    public void Writing_agrees_with_an_exact_rational() => Properties.Check(Prop.ForAll(Longs.ToArbitrary(), Gen.Choose(0, 18).ToArbitrary(), (scaled, scale) =>
    {
        string text = FixedPoint.Format(scaled, scale);
        (BigInteger numerator, int digits) = Rational(text)!.Value;
        return numerator * BigInteger.Pow(10, scale - digits) == scaled
            && (!text.Contains('.') || !text.EndsWith('0')) && !text.EndsWith('.') && (text == "0" || !text.TrimStart('-').StartsWith("00", StringComparison.Ordinal));
    }));

    [Fact]
    public void Reading_agrees_with_an_exact_rational()
    {
        int read = 0;
        int refused = 0;
        Properties.Check(Prop.ForAll(Texts.ToArbitrary(), Gen.Elements(0, 3, 9, 12).ToArbitrary(), (text, scale) =>
        {
            long? expected = Expected(text, scale);
            bool ok = FixedPoint.TryParse(text, scale, out long scaled);
            _ = ok ? read++ : refused++;
            return ok == expected.HasValue && (!ok || scaled == expected);
        }));
        Assert.True(read > 200 && refused > 200, $"{read} read, {refused} refused");
    }

    private static long? Expected(string text, int scale)
    {
        if (Rational(text) is not { } value)
        {
            return null;
        }

        BigInteger scaled = value.Numerator * BigInteger.Pow(10, scale);
        scaled = BigInteger.DivRem(scaled, BigInteger.Pow(10, value.Digits), out BigInteger rest);
        return rest.IsZero && BigInteger.Abs(scaled) <= long.MaxValue ? (long)scaled : null;
    }

    /// <summary>The text as numerator / 10^digits, or null where it is no decimal.</summary>
    private static (BigInteger Numerator, int Digits)? Rational(string text)
    {
        string unsigned = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        string[] parts = unsigned.Split('.');
        string digits = string.Concat(parts);
        if (parts.Length > 2 || digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }

        BigInteger magnitude = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        return (text[0] == '-' ? -magnitude : magnitude, parts.Length == 2 ? parts[1].Length : 0);
    }
}
