using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating;

/// <summary>Which number is looked up in a deck.</summary>
internal enum LookedUp { Dialled, Lrn, DialledNotNanp }

/// <summary>One side by one deck: from the code to the charge. All rating and all explaining ends here.</summary>
internal static class DeckRating
{
    /// <summary>Fills the side from the deck down: NoCode, Blocked, NotAnswered or Rated.</summary>
    public static void Rate<TTrace>(
        PlacedDeck placed, in SideNumbers numbers, in CallTimes times, ref CodeMatch match, ref RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        RateDeck deck = placed.Deck;
        side.Deck = deck.Id;
        side.Currency = deck.Currency;
        side.ExchangeRate = placed.ExchangeRates.At(times.SetupMs);
        long roundedSeconds = MeasureSeconds(deck.Terms, times, ref side, ref trace);

        E164 number = NumberToLookUp(deck, numbers, out LookedUp which);
        int rowIndex = which == LookedUp.DialledNotNanp
            ? TimelineSegment.NoRow
            : placed.RowAt(match.Find(placed.Table, number), times.SetupMs);
        trace.Lookup(placed, number, which, times.SetupMs, rowIndex);
        if (rowIndex == TimelineSegment.NoRow)
        {
            side.Outcome = RatingOutcome.NoCode;
            return;
        }

        ref readonly DeckRow row = ref deck.Rows[rowIndex];
        side.DeckRow = rowIndex;
        side.DeckVersion = row.Upload;
        side.Code = row.Code;
        side.Destination = row.Destination;
        side.Jurisdiction = deck.IsUsCanada ? JurisdictionRule.Find(numbers, number, deck.Territories, ref trace) : Jurisdiction.None;
        side.Rate = row.RateFor(side.Jurisdiction);
        if (row.Blocked || !times.Answered)
        {
            side.Outcome = row.Blocked ? RatingOutcome.Blocked : RatingOutcome.NotAnswered;
            return;
        }

        long billedSeconds = deck.Terms.Bill(roundedSeconds, side.Seconds, row.Increment);
        UnroundedCharge exact = deck.Terms.Amount(row, side.Rate, billedSeconds, out bool raisedToMinimum);
        side.Outcome = RatingOutcome.Rated;
        side.BilledSeconds = (int)billedSeconds;
        side.Charge = deck.Terms.Rounding.Round(exact);
        side.SystemCharge = side.ExchangeRate.Convert(side.Charge);
        trace.Charge(deck.Terms, row, billedSeconds, exact, raisedToMinimum);
    }

    /// <summary>Sets the side's seconds, and returns them as they were before propagation delay.</summary>
    public static long MeasureSeconds<TTrace>(DeckTerms terms, in CallTimes times, ref RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        long roundedSeconds = terms.RoundSeconds(times.RawMs);
        long seconds = terms.AddDelay(times.RawMs, roundedSeconds);
        side.Seconds = (int)seconds;
        trace.Duration(terms, times.Answered, times.RawMs, roundedSeconds, seconds);
        return roundedSeconds;
    }

    private static E164 NumberToLookUp(RateDeck deck, in SideNumbers numbers, out LookedUp which)
    {
        if (!deck.IsUsCanada)
        {
            which = LookedUp.Dialled;
            return numbers.Dialled;
        }

        if (deck.RatesOnLrn && !numbers.Lrn.IsNone)
        {
            which = LookedUp.Lrn;
            return numbers.Lrn;
        }

        which = NumberPlan.IsNanp(numbers.Dialled) ? LookedUp.Dialled : LookedUp.DialledNotNanp;
        return numbers.Dialled;
    }
}
