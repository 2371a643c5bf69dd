using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>An amount before its one rounding, exact: sixtieths of a nano, since rates are per minute and durations in seconds.</summary>
internal readonly record struct UnroundedCharge(Int128 Sixtieths)
{
    public const int PerNano = 60;

    /// <summary>1,000 of the unit a minute, and 48 days: the product of both, twice, and a fee fit 64 bits.</summary>
    private const long NarrowNanos = 1000 * Money.NanosPerUnit;
    private const ulong NarrowSeconds = (1UL << 22) - 1;

    public static UnroundedCharge Of(Money money) => new((Int128)money.Nanos * PerNano);

    /// <summary>Connect fee, initial part and further part (rating.md, "How much").</summary>
    public static UnroundedCharge Of(Money connectFee, long initialSeconds, long initialRateNanos, long furtherSeconds, long rateNanos)
    {
        // Almost all rates and durations are small enough for 64 bits, where multiplying costs a tenth.
        if (IsNarrow(connectFee.Nanos) && IsNarrow(initialRateNanos) && IsNarrow(rateNanos) && (ulong)(initialSeconds | furtherSeconds) <= NarrowSeconds)
        {
            return new UnroundedCharge((connectFee.Nanos * PerNano) + (initialSeconds * initialRateNanos) + (furtherSeconds * rateNanos));
        }

        return new UnroundedCharge(((Int128)connectFee.Nanos * PerNano) + ((Int128)initialSeconds * initialRateNanos) + ((Int128)furtherSeconds * rateNanos));
    }

    private static bool IsNarrow(long nanos) => nanos is >= -NarrowNanos and <= NarrowNanos;
}
