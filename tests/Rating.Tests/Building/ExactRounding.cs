using System.Numerics;
using Perimeter.Domain;

namespace Perimeter.Rating.Tests.Building;

/// <summary>Rounding by exact rationals, written another way than the product's.</summary>
internal static class ExactRounding
{
    /// <summary>Nanos of <paramref name="sixtieths"/> / 60 nanos, rounded to so many decimal digits.</summary>
    public static long Round(BigInteger sixtieths, int digits, RoundingMethod method)
    {
        BigInteger unit = BigInteger.Pow(10, 9 - digits) * 60;
        BigInteger size = BigInteger.Abs(sixtieths);
        BigInteger below = size / unit;
        int half = (2 * (size % unit)).CompareTo(unit);
        bool exact = size % unit == 0;
        bool up = !exact && method switch
        {
            RoundingMethod.Up => true,
            RoundingMethod.Down => false,
            RoundingMethod.HalfUp => half >= 0,
            _ => half > 0 || (half == 0 && !below.IsEven),
        };
        return (long)((below + (up ? 1 : 0)) * BigInteger.Pow(10, 9 - digits) * sixtieths.Sign);
    }
}
