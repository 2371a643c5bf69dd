using System.Numerics;

namespace Perimeter.Oracle;

/// <summary>How long, and how much.</summary>
internal static class Charging
{
    /// <summary>Whole seconds by the deck's rounding, and one more for the propagation delay.</summary>
    public static long Seconds(Deck deck, long rawMs) => Rounded(deck, rawMs) + (deck.PropagationDelay && rawMs > 0 ? 1 : 0);

    public static long Billed(Deck deck, DeckRow row, long rawMs)
    {
        if (deck.GraceSeconds > 0 && Rounded(deck, rawMs) <= deck.GraceSeconds)
        {
            return 0;
        }

        long seconds = Seconds(deck, rawMs);
        if (seconds == 0)
        {
            return 0;
        }

        long billed = row.Initial;
        while (billed < seconds)
        {
            billed += row.Increment;
        }

        return billed;
    }

    /// <summary>The rate for the jurisdiction, or what the deck says where the row has none; <paramref name="jurisdiction"/> is empty where the deck looks at none.</summary>
    public static BigInteger RateOf(Deck deck, DeckRow row, string jurisdiction)
    {
        BigInteger? Of(string name) => name.ToLowerInvariant() switch
        {
            "interstate" => row.Interstate,
            "intrastate" => row.Intrastate,
            "indeterminate" => row.Indeterminate,
            "local" => row.Local,
            _ => null,
        };
        BigInteger?[] all = [row.Rate, row.Interstate, row.Intrastate, row.Indeterminate, row.Local];
        BigInteger[] given = [.. all.OfType<BigInteger>()];
        if (given.Length == 0)
        {
            return 0;
        }

        if (jurisdiction.Length == 0)
        {
            return row.Rate ?? given.Max();
        }

        return Of(jurisdiction) ?? Of(deck.MissingRate) ?? given.Max();
    }

    /// <param name="surchargeNanos">A fee of this call beside the row's own.</param>
    public static BigInteger Charge(Deck deck, DeckRow row, BigInteger rate, long billed, BigInteger surchargeNanos)
    {
        if (billed == 0)
        {
            return 0;
        }

        // In sixtieths of a billionth, so that nothing is rounded before the end.
        long initialPart = Math.Min(billed, row.Initial);
        BigInteger charge = ((row.FeeNanos + surchargeNanos) * 60) + (initialPart * (row.InitialRate ?? rate)) + ((billed - initialPart) * rate);
        if (charge >= 0)
        {
            charge = BigInteger.Max(charge, deck.MinimumNanos * 60);
        }

        BigInteger step = BigInteger.Pow(10, 9 - deck.Digits);
        return Amount.Divide(charge, 60 * step, deck.Rounding) * step;
    }

    public static BigInteger InSystemCurrency(CarrierFiles carrier, string currency, BigInteger nanos, long t)
    {
        if (currency == carrier.SystemCurrency)
        {
            return nanos;
        }

        Exchange exchange = carrier.Exchanges.First(exchange => exchange.Currency == currency && exchange.InForce.Contains(t));
        return Amount.Divide(nanos * exchange.Picos, BigInteger.Pow(10, 12), "half-even");
    }

    private static long Rounded(Deck deck, long rawMs) => deck.SecondsRounding switch
    {
        "up" => (rawMs + 999) / 1000,
        "half-up" => (rawMs + 500) / 1000,
        "down" => rawMs / 1000,
        _ => throw new ArgumentException($"'{deck.SecondsRounding}' is no rounding of seconds."),
    };
}
