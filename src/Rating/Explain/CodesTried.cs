using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating.Explain;

/// <summary>The codes of a deck that begin a number, longest first, each with why it did or did not apply.</summary>
internal static class CodesTried
{
    /// <param name="row">The row that rating found, or <see cref="DeckRows.NoRow"/>. The reasons are held to it: a row that would apply and did not is a bug.</param>
    public static LookupExplanation Explain(
        RateDeckConfig deck, in SideInRating begun, int row, Func<DestinationId, string> destinationName)
    {
        string which = Which(begun, deck.Relation);
        List<CodeExplanation> tried = [];
        if (begun.HasNumber && deck.Settings.Key == DeckKey.LataOcn)
        {
            NumberPlace place = begun.Deck!.Reference.PlaceOf(begun.Number, begun.Times.SetupMs);
            which += $"; {PlaceText(begun.Deck.Reference, place)}";
            AddByLataOcn(deck, begun, place, row, destinationName, tried);
        }
        else if (deck.Settings.Type == DeckType.Local && !DeckRating.IsWithinRateCenter(begun))
        {
            which += $"; {RateCenterText(begun, begun.Number)}, and the ANI: {RateCenterText(begun, begun.Numbers.Ani)}. A Local deck is for calls within one rate centre";
        }
        else if (begun.IsToMatch)
        {
            AddByCode(deck, begun, row, destinationName, tried);
        }

        return new LookupExplanation(begun.Number, which, tried);
    }

    private static string Which(in SideInRating begun, Relation relation) => begun.Which switch
    {
        LookedUp.Lrn => "the LRN: the event carries a valid one and the deck rates on it",
        LookedUp.DialledNotNanp => "the dialled number, which is not a number of the NANP: a US and Canada deck has no code for it",
        LookedUp.Ani => "the ANI: a toll-free deck rates by where a call comes from",
        LookedUp.AniNotNanp => "the ANI, which is missing or no number of the NANP: a toll-free deck has no code for it",
        LookedUp.Tier when begun.Numbers.Listing.Row == NumberListing.NoRow => "the tier given with the call",
        LookedUp.Tier => $"the {(relation == Relation.Vendor ? "vendor" : "customer")} tier of the number",
        LookedUp.NoTier when begun.Numbers.Listing.Row == NumberListing.NoRow => "no tier: none was given with the call, and a DID deck goes by tier",
        LookedUp.NoTier => $"no tier: the number has no {(relation == Relation.Vendor ? "vendor" : "customer")} tier, and a DID deck goes by tier",
        _ => "the dialled number",
    };

    private static string PlaceText(ReferenceData reference, in NumberPlace place) => (place.Lata.IsNone, place.Ocn.IsNone) switch
    {
        _ when reference.IsEmpty => "there is no reference data, so that its LATA and OCN are unknown",
        (true, true) => "the reference data has neither LATA nor OCN for it",
        (false, true) => $"by the reference data of LATA {place.Lata}, its OCN unknown",
        (true, false) => $"by the reference data of OCN {place.Ocn}, its LATA unknown",
        _ => $"by the reference data of LATA {place.Lata} and OCN {place.Ocn}",
    };

    private static string RateCenterText(in SideInRating begun, E164 number)
    {
        ReferenceData reference = begun.Deck!.Reference;
        NumberPlace place = reference.PlaceOf(number, begun.Times.SetupMs);
        return place.RateCenter == ReferenceData.NoRateCenter || place.Region.IsUnknown
            ? "rate centre unknown"
            : $"rate centre {reference.RateCenterName(place.RateCenter)}, {place.Region}";
    }

    private static void AddByLataOcn(
        RateDeckConfig deck, in SideInRating begun, in NumberPlace place, int row, Func<DestinationId, string> destinationName, List<CodeExplanation> tried)
    {
        ILookup<LataOcn, int> byKey = Enumerable.Range(0, deck.Rows.Count).ToLookup(i => LataOcn.Of(deck.Rows.KeyOf(i)));
        for (int step = 0; step < LataOcn.Steps; step++)
        {
            if (LataOcn.Tried(place, step) is not { } key)
            {
                continue;
            }

            AddKey(deck, byKey[key], row, begun.Times.SetupMs, destinationName, tried, static (_, _) => null, $"for {key}: ");
            if (byKey[key].Contains(row))
            {
                return;
            }
        }

        if (row != DeckRows.NoRow)
        {
            throw new InvalidOperationException($"Rating used line {deck.Rows[row].Line} of deck {deck.Id.Value}, which is not for {begun.Number}.");
        }
    }

    private static void AddByCode(RateDeckConfig deck, in SideInRating begun, int row, Func<DestinationId, string> destinationName, List<CodeExplanation> tried)
    {
        E164 number = begun.Number;
        E164 ani = begun.Numbers.Ani;
        bool byOrigin = deck.Settings.Type == DeckType.OriginBased;
        IEnumerable<IGrouping<E164, int>> candidates = Enumerable.Range(0, deck.Rows.Count)
            .Where(i => number.StartsWith(deck.Rows.CodeOf(i)))
            .OrderByDescending(i => deck.Rows.CodeOf(i).Length)
            .ThenByDescending(i => deck.Rows.KeyOf(i).Origin.Code.Length)
            .ThenBy(i => deck.Rows.KeyOf(i).Origin.Code)
            .ThenBy(i => deck.Rows.KeyOf(i).Origin.IsUnknown)
            .GroupBy(i => deck.Rows.CodeOf(i));
        foreach (IGrouping<E164, int> ofCode in candidates)
        {
            foreach (IGrouping<RateOrigin, int> ofKey in ofCode.GroupBy(i => deck.Rows.KeyOf(i).Origin))
            {
                AddKey(
                    deck, ofKey, row, begun.Times.SetupMs, destinationName, tried,
                    (tries, applied) => byOrigin && !applied ? WhyNotByOrigin(tries, ani, row < 0 ? null : deck.Rows[row]) : null,
                    byOrigin ? $"for origin {ofKey.Key}: " : "");
            }

            if (ofCode.Contains(row))
            {
                return;
            }
        }

        if (row != DeckRows.NoRow)
        {
            throw new InvalidOperationException($"Rating used line {deck.Rows[row].Line} of deck {deck.Id.Value}, whose code does not begin {begun.Number}.");
        }
    }

    /// <summary>The rows of one key, the latest first.</summary>
    /// <param name="whyNot">Why a row in force was not the one; null where nothing explains it.</param>
    private static void AddKey(
        RateDeckConfig deck, IEnumerable<int> ofKey, int row, long instantMs, Func<DestinationId, string> destinationName, List<CodeExplanation> tried,
        Func<RateRow, bool, string?> whyNot, string key)
    {
        List<int> latestFirst =
        [
            .. ofKey.OrderByDescending(i => deck.Rows.DetailsOf(i).InForce.FromMs)
                .ThenByDescending(i => deck.Rows.DetailsOf(i).Upload)
                .ThenByDescending(i => deck.Rows.Lines[i])
                .ThenByDescending(static i => i),
        ];
        for (int i = 0; i < latestFirst.Count; i++)
        {
            RateRow tries = deck.Rows[latestFirst[i]];
            bool applied = latestFirst[i] == row;
            string why = WhyNotInForce(tries, i == 0 ? null : deck.Rows[latestFirst[i - 1]], instantMs)
                ?? whyNot(tries, applied)
                ?? WhyApplied(tries, instantMs, applied);
            tried.Add(new CodeExplanation(tries.CodeText, tries.Upload, tries.Line, destinationName(tries.Destination), applied, key + why));
        }
    }

    /// <summary>Why a row that is in force was not the one in an origin-based deck; null where nothing explains it.</summary>
    private static string? WhyNotByOrigin(RateRow row, E164 ani, RateRow? used)
    {
        if (!row.Origin.Takes(ani))
        {
            bool byHighest = ani.IsNone && used is not null && !used.Origin.IsUnknown && used.Code == row.Code;
            return byHighest ? "the ANI is missing or invalid, no row is for unknown origins, and this is not the highest rate"
                : ani.IsNone ? "the ANI is missing or invalid"
                : $"the ANI {ani} is not of it";
        }

        return used is not null && used.Code == row.Code && used.Origin.Code.Length > row.Origin.Code.Length ? $"origin {used.Origin} is longer" : null;
    }

    /// <summary>Null where it is in force.</summary>
    private static string? WhyNotInForce(RateRow row, RateRow? next, long instantMs)
    {
        if (row.InForce.FromMs > instantMs)
        {
            return $"not in force before {Instant.Text(row.InForce.FromMs)}";
        }

        if (next is not null && next.InForce.FromMs == row.InForce.FromMs)
        {
            return $"replaced by line {next.Line} of upload {next.Upload}, which has the same date";
        }

        if (next is not null && next.InForce.FromMs <= instantMs)
        {
            return $"ended where line {next.Line} of upload {next.Upload} begins, {Instant.Text(next.InForce.FromMs)}";
        }

        return row.InForce.ToMs <= instantMs ? $"expired at {Instant.Text(row.InForce.ToMs)}" : null;
    }

    private static string WhyApplied(RateRow row, long instantMs, bool applied) => applied
        ? $"in force from {Instant.Text(row.InForce.FromMs)} until {Instant.Text(row.InForce.ToMs)}{(row.Blocked ? ", blocked" : "")}"
        : throw new InvalidOperationException($"Line {row.Line} with code {row.CodeText} is in force at {instantMs} and the longest, and rating did not use it.");
}
