using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>The greatest common divisor of a deck's rates: as multiples of it nearly all decks' rates fit 32 bits, and lose nothing.</summary>
internal readonly struct RateUnit
{
    private readonly long _nanosPerMinute;

    private RateUnit(long nanosPerMinute) => _nanosPerMinute = nanosPerMinute;

    public static RateUnit Of(ReadOnlySpan<Rate> rates)
    {
        long divisor = 0;
        foreach (Rate rate in rates)
        {
            if (divisor == 1)
            {
                break;
            }

            long other = Math.Abs(rate.NanosPerMinute);
            while (other != 0)
            {
                (divisor, other) = (other, divisor % other);
            }
        }

        return new RateUnit(Math.Max(1, divisor));
    }

    public bool TryCount(Rate rate, out int units)
    {
        long count = rate.NanosPerMinute / _nanosPerMinute;
        bool fits = count is > DeckPrice.Wide and <= int.MaxValue;
        units = fits ? (int)count : DeckPrice.Wide;
        return fits;
    }

    /// <summary>Cannot overflow: it gives back a rate that was counted.</summary>
    public Rate Times(int units) => new(unchecked(units * _nanosPerMinute));
}
