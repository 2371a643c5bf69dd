using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>The one rounding of a charge: to a number of decimal digits, by a method.</summary>
internal readonly struct ChargeRounding
{
    private readonly long _unitNanos;
    private readonly RoundingMethod _method;

    public ChargeRounding(int digits, RoundingMethod method)
    {
        Digits = digits;
        _method = method;
        _unitNanos = 1;
        for (int i = digits; i < Money.Scale; i++)
        {
            _unitNanos *= 10;
        }
    }

    public int Digits { get; }

    public RoundingMethod Method => _method;

    public Money Round(UnroundedCharge charge)
    {
        long divisor = _unitNanos * UnroundedCharge.PerNano;
        long low = unchecked((long)charge.Sixtieths);
        long units = low == charge.Sixtieths && low != long.MinValue
            ? Divide(low, divisor, _method)
            : Divide(charge.Sixtieths, divisor, _method);
        return new Money(units * _unitNanos);
    }

    /// <summary>The common case: 64 bits divide many times faster than 128.</summary>
    private static long Divide(long amount, long divisor, RoundingMethod method)
    {
        long whole = amount / divisor;
        long rest = Math.Abs(amount - (whole * divisor));
        return rest == 0 || !RoundsAway(rest, divisor, whole, method) ? whole : whole + (amount < 0 ? -1 : 1);
    }

    private static long Divide(Int128 amount, long divisor, RoundingMethod method)
    {
        Int128 whole = amount / divisor;
        long rest = (long)Int128.Abs(amount - (whole * divisor));
        return (long)(rest == 0 || !RoundsAway(rest, divisor, (long)whole, method) ? whole : whole + Int128.Sign(amount));
    }

    /// <summary>Whether a rest above zero takes the amount to the next unit away from zero.</summary>
    private static bool RoundsAway(long rest, long divisor, long whole, RoundingMethod method) => method switch
    {
        RoundingMethod.HalfUp => rest >= divisor - rest,
        RoundingMethod.HalfEven => rest > divisor - rest || (rest == divisor - rest && (whole & 1) != 0),
        RoundingMethod.Up => true,
        RoundingMethod.Down => false,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, null),
    };
}
