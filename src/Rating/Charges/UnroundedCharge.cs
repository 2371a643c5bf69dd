using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>An amount before its one rounding, exact: sixtieths of a nano, since rates are per minute and durations in seconds.</summary>
internal readonly record struct UnroundedCharge(Int128 Sixtieths)
{
    public const int PerNano = 60;

    public static UnroundedCharge Of(Money money) => new((Int128)money.Nanos * PerNano);

    /// <summary>Connect fee, initial part and further part (rating.md, "How much").</summary>
    public static UnroundedCharge Of(Money connectFee, long initialSeconds, long initialRateNanos, long furtherSeconds, long rateNanos) =>
        new(((Int128)connectFee.Nanos * PerNano) + ((Int128)initialSeconds * initialRateNanos) + ((Int128)furtherSeconds * rateNanos));
}
