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
        int slot = which == LookedUp.DialledNotNanp
            ? DeckRows.NoSlot
            : placed.SlotAt(match.Find(placed, number), times.SetupMs);
        if (slot == DeckRows.NoSlot)
        {
            trace.Lookup(placed, number, which, times.SetupMs, TimelineSegment.NoRow);
            side.Outcome = RatingOutcome.NoCode;
            return;
        }

        ref readonly RowOrigin origin = ref deck.Rows.OriginOf(slot);
        ref readonly RowTerms rowTerms = ref deck.Rows.TermsOf(slot);
        trace.Lookup(placed, number, which, times.SetupMs, origin.Row);
        side.DeckRow = origin.Row;
        side.DeckVersion = rowTerms.Upload;
        side.Code = origin.Code;
        side.Destination = origin.Destination;
        side.Jurisdiction = deck.IsUsCanada ? JurisdictionRule.Find(numbers, number, deck.Territories, ref trace) : Jurisdiction.None;
        side.Rate = deck.Rows.RateOf(slot, side.Jurisdiction);
        if (rowTerms.Blocked || !times.Answered)
        {
            side.Outcome = rowTerms.Blocked ? RatingOutcome.Blocked : RatingOutcome.NotAnswered;
            return;
        }

        long billedSeconds = deck.Terms.Bill(roundedSeconds, side.Seconds, rowTerms.Increment);
        UnroundedCharge exact = deck.Terms.Amount(rowTerms, side.Rate, billedSeconds, out bool raisedToMinimum);
        side.Outcome = RatingOutcome.Rated;
        side.BilledSeconds = (int)billedSeconds;
        side.Charge = deck.Terms.Rounding.Round(exact);
        side.SystemCharge = side.ExchangeRate.Convert(side.Charge);
        trace.Charge(deck.Terms, rowTerms, side.Rate, billedSeconds, exact, raisedToMinimum);
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
