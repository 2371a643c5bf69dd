using System.Globalization;

namespace Perimeter.Domain;

/// <summary>Decimal text to scaled integers and back, exactly: no binary fraction is ever involved.</summary>
public static class FixedPoint
{
    /// <summary>
    /// Reads an optional sign, digits and at most <paramref name="scale"/> digits after the point (trailing zeros beyond that are allowed).
    /// </summary>
    /// <returns>False where the text is not such a number or does not fit 64 bits at that scale.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, int scale, out long scaled)
    {
        scaled = 0;
        int i = 0;
        bool negative = false;
        if (text.Length > 0 && (text[0] == '-' || text[0] == '+'))
        {
            negative = text[0] == '-';
            i = 1;
        }

        Int128 value = 0;
        int digits = 0;
        int fraction = -1;
        for (; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '.' && fraction < 0)
            {
                fraction = 0;
                continue;
            }

            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            digits++;
            if (fraction >= scale)
            {
                if (c != '0')
                {
                    return false;
                }

                continue;
            }

            value = (value * 10) + (c - '0');
            if (value > long.MaxValue)
            {
                return false;
            }

            if (fraction >= 0)
            {
                fraction++;
            }
        }

        if (digits == 0)
        {
            return false;
        }

        for (int f = Math.Max(fraction, 0); f < scale; f++)
        {
            value *= 10;
        }

        if (value > long.MaxValue)
        {
            return false;
        }

        scaled = (long)(negative ? -value : value);
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> ascii, int scale, out long scaled)
    {
        if (ascii.Length > 64)
        {
            scaled = 0;
            return false;
        }

        Span<char> chars = stackalloc char[ascii.Length];
        for (int i = 0; i < ascii.Length; i++)
        {
            chars[i] = (char)ascii[i];
        }

        return TryParse(chars, scale, out scaled);
    }

    /// <summary>The shortest exact text: no trailing zeros, no point where there is no fraction.</summary>
    public static string Format(long scaled, int scale)
    {
        string digits = Int128.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string fraction = digits[^scale..].TrimEnd('0');
        string whole = digits[..^scale];
        return (scaled < 0 ? "-" : "") + (fraction.Length == 0 ? whole : $"{whole}.{fraction}");
    }

}
