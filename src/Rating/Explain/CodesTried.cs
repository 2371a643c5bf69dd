using Perimeter.Domain;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating.Explain;

/// <summary>The codes of a deck that begin a number, longest first, each with why it did or did not apply.</summary>
internal static class CodesTried
{
    /// <param name="row">The row that rating found, or <see cref="TimelineSegment.NoRow"/>. The reasons are held to it: a row that would apply and did not is a bug.</param>
    public static LookupExplanation Explain(
        RateDeckConfig deck, in SideInRating begun, int row, Func<DestinationId, string> destinationName)
    {
        string which = begun.Which switch
        {
            LookedUp.Lrn => "the LRN: the event carries a valid one and the deck rates on it",
            LookedUp.DialledNotNanp => "the dialled number, which is not a number of the NANP: a US and Canada deck has no code for it",
            LookedUp.Ani => "the ANI: a toll-free deck rates by where a call comes from",
            LookedUp.AniNotNanp => "the ANI, which is missing or no number of the NANP: a toll-free deck has no code for it",
            LookedUp.Tier when begun.Numbers.Listing.Row == NumberListing.NoRow => "the tier given with the call",
            LookedUp.Tier => $"the {(deck.Relation == Relation.Vendor ? "vendor" : "customer")} tier of the number",
            LookedUp.NoTier => $"no tier: the number has no {(deck.Relation == Relation.Vendor ? "vendor" : "customer")} tier, and a DID deck has no code for it",
            _ => "the dialled number",
        };
        List<CodeExplanation> tried = [];
        if (begun.IsToMatch)
        {
            AddTried(deck, begun, row, destinationName, tried);
        }

        return new LookupExplanation(begun.Number, which, tried);
    }

    private static void AddTried(RateDeckConfig deck, in SideInRating begun, int row, Func<DestinationId, string> destinationName, List<CodeExplanation> tried)
    {
        E164 number = begun.Number;
        E164 ani = begun.Numbers.Ani;
        long instantMs = begun.Times.SetupMs;
        bool byOrigin = deck.Settings.Type == DeckType.OriginBased;
        IEnumerable<IGrouping<E164, int>> candidates = Enumerable.Range(0, deck.Rows.Count)
            .Where(i => number.StartsWith(deck.Rows[i].Code))
            .OrderByDescending(i => deck.Rows[i].Code.Length)
            .ThenByDescending(i => deck.Rows[i].Origin.Code.Length)
            .ThenBy(i => deck.Rows[i].Origin.Code)
            .ThenBy(i => deck.Rows[i].Origin.IsUnknown)
            .GroupBy(i => deck.Rows[i].Code);
        foreach (IGrouping<E164, int> ofCode in candidates)
        {
            foreach (IGrouping<RateOrigin, int> ofKey in ofCode.GroupBy(i => deck.Rows[i].Origin))
            {
                List<int> latestFirst =
                [
                    .. ofKey.OrderByDescending(i => deck.Rows[i].InForce.FromMs)
                        .ThenByDescending(i => deck.Rows[i].Upload)
                        .ThenByDescending(i => deck.Rows[i].Line)
                        .ThenByDescending(static i => i),
                ];
                for (int i = 0; i < latestFirst.Count; i++)
                {
                    RateRow tries = deck.Rows[latestFirst[i]];
                    bool applied = latestFirst[i] == row;
                    string why = WhyNotInForce(tries, i == 0 ? null : deck.Rows[latestFirst[i - 1]], instantMs)
                        ?? (byOrigin && !applied ? WhyNotByOrigin(tries, ani, row < 0 ? null : deck.Rows[row]) : null)
                        ?? WhyApplied(tries, instantMs, applied);
                    tried.Add(new CodeExplanation(
                        tries.CodeText, tries.Upload, tries.Line, destinationName(tries.Destination), applied, byOrigin ? $"for origin {tries.Origin}: {why}" : why));
                }
            }

            if (ofCode.Contains(row))
            {
                return;
            }
        }

        if (row != TimelineSegment.NoRow)
        {
            throw new InvalidOperationException($"Rating used line {deck.Rows[row].Line} of deck {deck.Id.Value}, whose code does not begin {begun.Number}.");
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
