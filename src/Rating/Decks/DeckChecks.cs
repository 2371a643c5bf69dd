using Perimeter.Domain;
using Perimeter.Rating.Charges;

namespace Perimeter.Rating.Decks;

/// <summary>What must hold of a deck, so that nothing needs to be checked during a call (rating.md, "How much").</summary>
internal static class DeckChecks
{
    /// <summary>A code that is good in every deck of international codes.</summary>
    private static readonly E164 PlainCode = E164.Parse("44");

    public const int MaxRoundingDigits = 9;
    public const int MaxGraceSeconds = BillingIncrement.MaxSeconds;

    public static void Check(RateDeckConfig deck, int destinations, List<CompileError> errors)
    {
        CheckSettings(deck, errors);
        RateRows rows = deck.Rows;
        bool[] isPlain = FindPlain(deck, destinations);
        bool ofInternationalCodes = deck.Settings.Key == DeckKey.Code && rows.AreFlat;
        ReadOnlySpan<long> rates = rows.FlatRates;
        for (int i = 0; i < rows.Count; i++)
        {
            // Of hundreds of thousands of rows nearly all are good, which the columns tell; a row is made of those that may not be.
            E164 code = rows.CodeOf(i);
            bool isGood = ofInternationalCodes && isPlain[rows.Details[i]] && !code.IsNone && code[0] != 0 && (rates.IsEmpty || IsWithinLimit(rates[i]));
            if (!isGood && RowFault(deck, rows[i], destinations) is { } fault)
            {
                errors.Add(new CompileError(CompileSubject.DeckRow, deck.Id.Value, i, rows.Lines[i], fault));
            }
        }
    }

    /// <summary>For each of the details whether a row that says it is good wherever its code and its rate are, being found by code alone.</summary>
    private static bool[] FindPlain(RateDeckConfig deck, int destinations)
    {
        bool[] isPlain = new bool[deck.Rows.Different.Length];
        for (int i = 0; i < isPlain.Length && !deck.Rows.HasKeys; i++)
        {
            RateRowDetails details = deck.Rows.Different[i];
            RateRow plain = new()
            {
                Code = PlainCode, CodeText = "", Destination = details.Destination, Rate = details.Rates != 0 ? default(Rate) : null, Increment = details.Increment,
                ConnectFee = details.ConnectFee, InitialRate = details.InitialRate, InForce = details.InForce, Blocked = details.Blocked, NumberCharges = details.NumberCharges,
            };
            isPlain[i] = RowFault(deck, plain, destinations) is null;
        }

        return isPlain;
    }

    private static void CheckSettings(RateDeckConfig deck, List<CompileError> errors)
    {
        RateDeckSettings settings = deck.Settings;
        void Require(bool holds, string reason)
        {
            if (!holds)
            {
                errors.Add(new CompileError(CompileSubject.Deck, deck.Id.Value, -1, 0, reason));
            }
        }

        Require(
            settings.Type != DeckType.None && Enum.IsDefined(settings.Type), $"there is no deck type {(int)settings.Type}");
        Require(Enum.IsDefined(settings.Location), $"there is no location {(int)settings.Location}");
        Require(settings.Currency != default, "it has no currency");
        Require(settings.RoundingDigits is >= 0 and <= MaxRoundingDigits, $"rounding digits are {settings.RoundingDigits}; they must be 0 to {MaxRoundingDigits}");
        Require(Enum.IsDefined(settings.Rounding), $"there is no rounding method {(int)settings.Rounding}");
        Require(Enum.IsDefined(settings.SecondsRounding), $"there is no seconds rounding {(int)settings.SecondsRounding}");
        Require(settings.GraceSeconds is >= 0 and <= MaxGraceSeconds, $"grace is {settings.GraceSeconds} s; it must be 0 to {MaxGraceSeconds}");
        Require(settings.MinimumCharge.Nanos >= 0, $"the minimum charge is {settings.MinimumCharge}; it must not be negative");
        Require(IsWithinLimit(settings.MinimumCharge.Nanos), $"the minimum charge is {settings.MinimumCharge}; {LimitText}");
        Require(IsWithinLimit(settings.PayphoneSurcharge.Nanos), $"the payphone surcharge is {settings.PayphoneSurcharge}; {LimitText}");
    }

    private static string LimitText => $"at most {new Rate(Rate.LimitNanos)} is allowed";

    private static bool IsWithinLimit(long nanos) => nanos is >= -Rate.LimitNanos and <= Rate.LimitNanos;

    private static string? RowFault(RateDeckConfig deck, RateRow row, int destinations)
    {
        if (deck.Settings.Key == DeckKey.Tier && (row.Code.Length != 1 || row.Code[0] is 0 or > NumberConfig.MaxTier))
        {
            return $"the tier '{row.CodeText}' is not 1 to {NumberConfig.MaxTier}";
        }

        bool hasCode = deck.Settings.Key != DeckKey.LataOcn;
        if (hasCode && (row.Code.IsNone || row.Code[0] == 0))
        {
            return $"the code '{row.CodeText}' is not 1 to 15 digits that begin with 1 to 9";
        }

        if (deck.Settings.Key == DeckKey.Npa && !IsUsCanadaCode(row.Code))
        {
            return $"the code '{row.CodeText}' is not an NPA, NPANXX or NPANXX-X (3, 6 or 7 digits, after a leading 1 or not)";
        }

        if (deck.Settings.Type == DeckType.Peering && row.Ocn.IsNone)
        {
            return "it names no OCN, by which a Peering deck is keyed";
        }

        if ((!row.Lata.IsNone && deck.Settings.Type != DeckType.LataOcn) || (!row.Ocn.IsNone && hasCode))
        {
            return $"it is for {LataOcn.Of(row.Key)}, which decks of type {deck.Settings.Type} do not look at";
        }

        if (!row.Origin.IsAny && deck.Settings.Type != DeckType.OriginBased)
        {
            return $"it is for the origin {row.Origin}, which only decks of type OriginBased look at";
        }

        if (!row.Origin.Code.IsNone && (row.Origin.Code[0] == 0 || row.Origin.IsUnknown))
        {
            return $"its origin '{row.Origin.Code}' is not 1 to 15 digits that begin with 1 to 9";
        }

        if (!row.Increment.IsValid)
        {
            return $"the increments {row.Increment} are not 1 to {BillingIncrement.MaxSeconds} s each";
        }

        if (!row.Blocked && RowRates.Highest(row.Rates) is null)
        {
            return "it has no rate and is not blocked";
        }

        if (row.Destination.Value < 0 || row.Destination.Value >= destinations)
        {
            return $"its destination {row.Destination.Value} has no name";
        }

        if (row.NumberCharges is { } charges && ChargesFault(deck, charges) is { } fault)
        {
            return fault;
        }

        return IsWithinLimit(row.ConnectFee.Nanos) && LargestRateNanos(row.Rates, row.InitialRate) <= Rate.LimitNanos
            ? null
            : $"a rate or fee is above the limit; {LimitText}";
    }

    private static string? ChargesFault(RateDeckConfig deck, NumberCharges charges)
    {
        if (deck.Settings.Type != DeckType.Did)
        {
            return "it has charges per number, which only decks of type Did have";
        }

        return charges.Monthly.Nanos is >= 0 and <= Rate.LimitNanos && charges.OneTime.Nanos is >= 0 and <= Rate.LimitNanos
            ? null
            : $"its charges per number are {charges.Monthly} monthly and {charges.OneTime} once; they must be 0 to {new Rate(Rate.LimitNanos)}";
    }

    private static bool IsUsCanadaCode(E164 code) =>
        code[0] == 1 && code.Length is 4 or 7 or 8;

    /// <summary>The largest of all rates that the row carries, whatever its sign; 0 where it carries none.</summary>
    public static ulong LargestRateNanos(in RateSet rates, Rate? initialRate)
    {
        ulong largest = 0;
        foreach (Rate? rate in (ReadOnlySpan<Rate?>)[rates.All, rates.Interstate, rates.Intrastate, rates.Indeterminate, rates.Local, initialRate])
        {
            long nanos = rate.GetValueOrDefault().NanosPerMinute;
            largest = Math.Max(largest, nanos < 0 ? (ulong)~nanos + 1 : (ulong)nanos);
        }

        return largest;
    }
}
