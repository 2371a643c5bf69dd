using System.Globalization;
using Perimeter.Rating.Charges;

namespace Perimeter.Rating.Explain;

/// <summary>An amount before rounding, written exactly.</summary>
internal static class ExactAmount
{
    /// <summary>A sixtieth of a nano is 1 / (6 * 10^10): three times the amount is a decimal with this many digits and one more.</summary>
    private const int DecimalDigits = 11;

    /// <summary>A decimal, or where it has no end, a decimal over 3: "0.1 / 3".</summary>
    public static string Text(UnroundedCharge amount)
    {
        // sixtieths / (60 * 10^9) = (sixtieths / 3) * 5 / 10^11, and where 3 does not divide them, sixtieths * 5 / 10^11, over 3.
        Int128 rest = amount.Sixtieths % 3;
        return rest == 0 ? Decimal(amount.Sixtieths / 3 * 5) : Decimal(amount.Sixtieths * 5) + " / 3";
    }

    private static string Decimal(Int128 scaled)
    {
        string digits = Int128.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(DecimalDigits + 1, '0');
        string fraction = digits[^DecimalDigits..].TrimEnd('0');
        return (scaled < 0 ? "-" : "") + digits[..^DecimalDigits] + (fraction.Length == 0 ? "" : "." + fraction);
    }
}
