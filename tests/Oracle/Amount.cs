using System.Globalization;
using System.Numerics;

namespace Perimeter.Oracle;

/// <summary>Money as whole billionths in integers of any size.</summary>
internal static class Amount
{
    public static BigInteger Nanos(string text) => Scaled(text, 9);

    public static BigInteger Scaled(string text, int digits)
    {
        decimal value = decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
        for (int i = 0; i < digits; i++)
        {
            value *= 10;
        }

        return new BigInteger(value);
    }

    /// <summary>numerator / denominator to a whole number, by one of the four methods.</summary>
    public static BigInteger Divide(BigInteger numerator, BigInteger denominator, string method)
    {
        BigInteger whole = BigInteger.DivRem(BigInteger.Abs(numerator), denominator, out BigInteger rest);
        bool away = method switch
        {
            "down" => false,
            "up" => !rest.IsZero,
            "half-even" => rest * 2 > denominator || (rest * 2 == denominator && !whole.IsEven),
            "half-up" => rest * 2 >= denominator,
            _ => throw new ArgumentException($"'{method}' is no rounding method."),
        };
        return numerator.Sign * (away ? whole + 1 : whole);
    }
}
