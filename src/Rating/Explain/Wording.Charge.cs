using System.Globalization;
using Perimeter.Domain;
using Perimeter.Rating.Charges;

namespace Perimeter.Rating.Explain;

/// <summary>The sentences of explanations: durations and charges.</summary>
internal static partial class Wording
{
    public static string RateChoice(RateRow row, Jurisdiction jurisdiction, MissingRatePolicy policy)
    {
        if (RowRates.Highest(row.Rates) is null)
        {
            return "the row has no rate";
        }

        if (RowRates.IsFlat(row.Rates))
        {
            return "the row is flat: one rate for all jurisdictions";
        }

        if (RowRates.Named(row.Rates, jurisdiction) is not null)
        {
            return $"the row's {jurisdiction} rate";
        }

        bool named = policy != MissingRatePolicy.Highest && RowRates.For(row.Rates, jurisdiction, policy) is not null
            && RowRates.Named(row.Rates, Enum.Parse<Jurisdiction>(policy.ToString())) is not null;
        return named
            ? $"the row has no {jurisdiction} rate: its {policy} rate, by the deck's policy"
            : $"the row has no {jurisdiction} rate: the highest of its rates";
    }

    public static DurationExplanation Duration(DeckTerms terms, bool answered, long rawMs, long roundedSeconds, long seconds)
    {
        if (!answered)
        {
            return new DurationExplanation(0, 0, 0, 0, ["not answered"]);
        }

        List<string> steps = [Text($"{rawMs} ms rounded {Direction(terms.SecondsRounding)} to whole seconds: {roundedSeconds} s")];
        if (seconds != roundedSeconds)
        {
            steps.Add(Text($"propagation delay: {seconds} s"));
        }

        return new DurationExplanation(rawMs, roundedSeconds, seconds, 0, steps);
    }

    public static DurationExplanation Billed(DurationExplanation duration, DeckTerms terms, BillingIncrement increment, long billedSeconds)
    {
        bool grace = terms.GraceSeconds > 0 && duration.RoundedSeconds <= terms.GraceSeconds;
        string step = grace
            ? Text($"at most {terms.GraceSeconds} s are not charged (grace): 0 s billed")
            : Text($"billed at {increment}: {billedSeconds} s");
        return duration with { BilledSeconds = billedSeconds, Steps = [.. duration.Steps, step] };
    }

    public static string Formula(DeckTerms terms, in RowTerms row, Rate rate, long billedSeconds, Money surcharge, bool raisedToMinimum)
    {
        if (billedSeconds == 0)
        {
            return "nothing is billed: 0";
        }

        long initial = Math.Min(billedSeconds, row.Increment.InitialSeconds);
        Rate initialRate = row.HasInitialRate ? row.InitialRate : rate;
        string payphone = surcharge == default ? "" : Text($" + {surcharge} (payphone surcharge)");
        string formula = Text($"{row.ConnectFee}{payphone} + ({initial} s * {initialRate} + {billedSeconds - initial} s * {rate}) / 60");
        return raisedToMinimum ? Text($"{formula}, raised to the minimum charge {terms.Minimum}") : formula;
    }

    public static string Rounding(in ChargeRounding rounding) => Text($"to {rounding.Digits} digits, {rounding.Method switch
    {
        RoundingMethod.HalfUp => "half up (away from zero)",
        RoundingMethod.HalfEven => "half to even",
        RoundingMethod.Up => "up (away from zero)",
        _ => "down (toward zero)",
    }}");

    private static string Direction(SecondsRounding rounding) => rounding switch
    {
        SecondsRounding.Up => "up",
        SecondsRounding.HalfUp => "half up",
        _ => "down",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
