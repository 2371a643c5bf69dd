using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>What a deck's settings say of durations and charges (rating.md, "How long" and "How much").</summary>
internal sealed class DeckTerms
{
    /// <summary>For an answered call of which no deck is known: rounded up, nothing added.</summary>
    public static DeckTerms Undecided { get; } = new(new RateDeckSettings { Type = DeckType.None });

    private readonly UnroundedCharge _minimum;

    public DeckTerms(RateDeckSettings settings)
    {
        SecondsRounding = settings.SecondsRounding;
        GraceSeconds = settings.GraceSeconds;
        PropagationDelay = settings.PropagationDelay;
        PayphoneSurcharge = settings.PayphoneSurcharge;
        Minimum = settings.MinimumCharge;
        _minimum = UnroundedCharge.Of(settings.MinimumCharge);
        Rounding = new ChargeRounding(settings.RoundingDigits, settings.Rounding);
    }

    public SecondsRounding SecondsRounding { get; }

    public int GraceSeconds { get; }

    public bool PropagationDelay { get; }

    public Money PayphoneSurcharge { get; }

    public Money Minimum { get; }

    public ChargeRounding Rounding { get; }

    /// <summary>Step 2: whole seconds.</summary>
    public long RoundSeconds(long rawMs) => SecondsRounding switch
    {
        SecondsRounding.Up => (rawMs + 999) / 1000,
        SecondsRounding.HalfUp => (rawMs + 500) / 1000,
        SecondsRounding.Down => rawMs / 1000,
        _ => throw new InvalidOperationException($"Seconds rounding {SecondsRounding} passed the compiler."),
    };

    /// <summary>Step 4: with propagation delay.</summary>
    public long AddDelay(long rawMs, long roundedSeconds) => PropagationDelay && rawMs > 0 ? roundedSeconds + 1 : roundedSeconds;

    /// <summary>Steps 3 and 5: billed seconds.</summary>
    public long Bill(long roundedSeconds, long seconds, BillingIncrement increment) =>
        GraceSeconds > 0 && roundedSeconds <= GraceSeconds ? 0 : increment.Bill(seconds);

    /// <summary>The amount that is to be rounded; fees and minima only where something is billed.</summary>
    /// <param name="surcharge">A fee of this call beside the row's connect fee.</param>
    public UnroundedCharge Amount(in RowTerms row, Rate rate, long billedSeconds, Money surcharge, out bool raisedToMinimum)
    {
        raisedToMinimum = false;
        if (billedSeconds == 0)
        {
            return default;
        }

        long initial = Math.Min(billedSeconds, row.Increment.InitialSeconds);
        UnroundedCharge charge = UnroundedCharge.Of(
            row.ConnectFee + surcharge, initial, (row.HasInitialRate ? row.InitialRate : rate).NanosPerMinute, billedSeconds - initial, rate.NanosPerMinute);
        raisedToMinimum = charge.Sixtieths >= 0 && charge.Sixtieths < _minimum.Sixtieths;
        return raisedToMinimum ? _minimum : charge;
    }
}
