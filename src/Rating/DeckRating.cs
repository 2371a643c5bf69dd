using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating;

/// <summary>One side by one deck: from the code to the charge. All rating and all explaining ends here.</summary>
internal static class DeckRating
{
    /// <summary>The first half: the side's deck and seconds, and which number is to be looked up.</summary>
    /// <param name="begun">With its numbers and times.</param>
    public static void Begin<TTrace>(PlacedDeck placed, ref SideInRating begun, ref RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        side.Deck = placed.Deck.Id;
        side.Currency = placed.Deck.Currency;
        side.ExchangeRate = placed.ExchangeRates.At(begun.Times.SetupMs);
        begun.Deck = placed;
        begun.RoundedSeconds = MeasureSeconds(placed.Deck.Terms, begun.Times, ref side, ref trace);
        begun.Number = NumberToLookUp(placed.Deck, begun.Numbers, out begun.Which);
    }

    /// <summary>The second half: NoCode, Blocked, NotAnswered or Rated.</summary>
    /// <param name="slot">Of the row that holds, or <see cref="DeckRows.NoSlot"/>.</param>
    public static void End<TTrace>(in SideInRating begun, int slot, ref RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        RateDeck deck = begun.Deck!.Deck;
        if (slot == DeckRows.NoSlot)
        {
            trace.Lookup(begun, DeckRows.NoRow);
            side.Outcome = RatingOutcome.NoCode;
            return;
        }

        ref readonly RowOrigin origin = ref deck.Rows.OriginOf(slot);
        ref readonly RowTerms rowTerms = ref deck.Rows.TermsOf(slot);
        trace.Lookup(begun, origin.Row);
        side.DeckRow = origin.Row;
        side.DeckVersion = rowTerms.Upload;
        side.Code = deck.Rows.CodeOf(slot);
        side.Destination = origin.Destination;
        side.Jurisdiction = FindJurisdiction(deck, begun, deck.Rows.HasLocalRate(slot), ref trace);
        side.Rate = deck.Rows.RateOf(slot, side.Jurisdiction);
        if (rowTerms.Blocked || !begun.Times.Answered)
        {
            side.Outcome = rowTerms.Blocked ? RatingOutcome.Blocked : RatingOutcome.NotAnswered;
            return;
        }

        long billedSeconds = deck.Terms.Bill(begun.RoundedSeconds, side.Seconds, rowTerms.Increment);
        Money surcharge = deck.TollFree != TollFreeKind.None && begun.Numbers.IsFromPayphone ? deck.Terms.PayphoneSurcharge : default;
        UnroundedCharge exact = deck.Terms.Amount(rowTerms, side.Rate, billedSeconds, surcharge, out bool raisedToMinimum);
        side.Outcome = RatingOutcome.Rated;
        side.BilledSeconds = (int)billedSeconds;
        side.Charge = deck.Terms.Rounding.Round(exact);
        side.SystemCharge = side.ExchangeRate.Convert(side.Charge);
        trace.Charge(deck.Terms, rowTerms, side.Rate, billedSeconds, surcharge, exact, raisedToMinimum);
    }

    /// <summary>The slot of the row that holds, or <see cref="DeckRows.NoSlot"/>.</summary>
    /// <param name="code">The code of the number in the deck's table; <see cref="CodeTable.None"/> where there was none to look for.</param>
    public static int FindSlot(in SideInRating begun, int code)
    {
        PlacedDeck placed = begun.Deck!;
        RateDeck deck = placed.Deck;
        long setupMs = begun.Times.SetupMs;
        if (deck.Origins is { } origins)
        {
            return placed.SlotAt(code, setupMs, origins, begun.Numbers.Ani);
        }

        if (deck.LataOcns is { } lataOcns)
        {
            return begun.HasNumber ? lataOcns.RowAt(placed.Reference.PlaceOf(begun.Number, setupMs), setupMs) : DeckRows.NoSlot;
        }

        return deck.IsLocal && !IsWithinRateCenter(begun) ? DeckRows.NoSlot : placed.SlotAt(code, setupMs);
    }

    /// <summary>Whether the calling number and the one looked up are of one rate centre: a Local deck is for such calls only.</summary>
    public static bool IsWithinRateCenter(in SideInRating begun)
    {
        ReferenceData reference = begun.Deck!.Reference;
        long setupMs = begun.Times.SetupMs;
        return reference.PlaceOf(begun.Number, setupMs).IsOfOneRateCenterWith(reference.PlaceOf(begun.Numbers.Ani, setupMs));
    }

    private static Jurisdiction FindJurisdiction<TTrace>(RateDeck deck, in SideInRating begun, bool hasLocalRate, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!deck.IsUsCanada || deck.TollFree == TollFreeKind.Flat)
        {
            return Jurisdiction.None;
        }

        return JurisdictionRule.Find(begun, hasLocalRate, ref trace);
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
        if (deck.Key == DeckKey.Tier)
        {
            int tier = deck.Relation == Relation.Vendor ? numbers.Listing.VendorTier : numbers.Listing.CustomerTier;
            which = tier == 0 ? LookedUp.NoTier : LookedUp.Tier;
            return tier == 0 ? default : default(E164).Prepend(tier);
        }

        if (!deck.IsUsCanada)
        {
            which = LookedUp.Dialled;
            return numbers.Dialled;
        }

        if (deck.TollFree == TollFreeKind.ByAni)
        {
            which = NumberPlan.IsNanp(numbers.Ani) ? LookedUp.Ani : LookedUp.AniNotNanp;
            return numbers.Ani;
        }

        if (deck.RatesOnLrn && !numbers.Lrn.IsNone && deck.TollFree == TollFreeKind.None)
        {
            which = LookedUp.Lrn;
            return numbers.Lrn;
        }

        which = NumberPlan.IsNanp(numbers.Dialled) ? LookedUp.Dialled : LookedUp.DialledNotNanp;
        return numbers.Dialled;
    }
}
