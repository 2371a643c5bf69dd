using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>The one rounding of a charge: to a number of decimal digits, by a method.</summary>
internal readonly struct ChargeRounding
{
    private readonly long _unitNanos;
    private readonly long _divisor;

    /// <summary>2^64 / divisor, rounded down: multiplying by it divides, to one less or exactly.</summary>
    private readonly ulong _reciprocal;
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

        _divisor = _unitNanos * UnroundedCharge.PerNano;
        _reciprocal = (ulong)((UInt128.One << 64) / (ulong)_divisor);
    }

    public int Digits { get; }

    public RoundingMethod Method => _method;

    public Money Round(UnroundedCharge charge)
    {
        long low = unchecked((long)charge.Sixtieths);
        long units = low == charge.Sixtieths && low != long.MinValue
            ? Divide(low)
            : Divide(charge.Sixtieths, _divisor, _method);
        return new Money(units * _unitNanos);
    }

    /// <summary>The common case: 64 bits, and a multiplication for the division.</summary>
    private long Divide(long amount)
    {
        unchecked
        {
            ulong size = (ulong)Math.Abs(amount);
            ulong divisor = (ulong)_divisor;
            ulong whole = Math.BigMul(size, _reciprocal, out _);
            ulong rest = size - (whole * divisor);
            if (rest >= divisor)
            {
                whole++;
                rest -= divisor;
            }

            long units = (long)(rest == 0 || !RoundsAway((long)rest, _divisor, (long)whole, _method) ? whole : whole + 1);
            return amount < 0 ? -units : units;
        }
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
