using Perimeter.Domain;
using Perimeter.Rating.Decks;

namespace Perimeter.Rating.Explain;

/// <summary>The codes of a deck that begin a number, longest first, each with why it did or did not apply.</summary>
internal static class CodesTried
{
    /// <param name="row">The row that rating found, or <see cref="TimelineSegment.NoRow"/>. The reasons are held to it: a row that would apply and did not is a bug.</param>
    public static LookupExplanation Explain(
        RateDeckConfig deck, E164 number, LookedUp which, long instantMs, int row, Func<DestinationId, string> destinationName)
    {
        string whichText = which switch
        {
            LookedUp.Lrn => "the LRN: the event carries a valid one and the deck rates on it",
            LookedUp.DialledNotNanp => "the dialled number, which is not a number of the NANP: a US and Canada deck has no code for it",
            LookedUp.Ani => "the ANI: a toll-free deck rates by where a call comes from",
            LookedUp.AniNotNanp => "the ANI, which is missing or no number of the NANP: a toll-free deck has no code for it",
            _ => "the dialled number",
        };
        List<CodeExplanation> tried = [];
        if (which is not (LookedUp.DialledNotNanp or LookedUp.AniNotNanp))
        {
            AddTried(deck, number, instantMs, row, destinationName, tried);
        }

        return new LookupExplanation(number, whichText, tried);
    }

    private static void AddTried(
        RateDeckConfig deck, E164 number, long instantMs, int row, Func<DestinationId, string> destinationName, List<CodeExplanation> tried)
    {
        IEnumerable<int> candidates = Enumerable.Range(0, deck.Rows.Count)
            .Where(i => number.StartsWith(deck.Rows[i].Code))
            .OrderByDescending(i => deck.Rows[i].Code.Length);
        foreach (IGrouping<E164, int> ofCode in candidates.GroupBy(i => deck.Rows[i].Code))
        {
            List<int> latestFirst =
            [
                .. ofCode.OrderByDescending(i => deck.Rows[i].InForce.FromMs)
                    .ThenByDescending(i => deck.Rows[i].Upload)
                    .ThenByDescending(i => deck.Rows[i].Line)
                    .ThenByDescending(static i => i),
            ];
            for (int i = 0; i < latestFirst.Count; i++)
            {
                RateRow tries = deck.Rows[latestFirst[i]];
                bool applied = latestFirst[i] == row;
                string why = Why(tries, i == 0 ? null : deck.Rows[latestFirst[i - 1]], instantMs, applied);
                tried.Add(new CodeExplanation(tries.CodeText, tries.Upload, tries.Line, destinationName(tries.Destination), applied, why));
            }

            if (ofCode.Contains(row))
            {
                return;
            }
        }

        if (row != TimelineSegment.NoRow)
        {
            throw new InvalidOperationException($"Rating used line {deck.Rows[row].Line} of deck {deck.Id.Value}, whose code does not begin {number}.");
        }
    }

    private static string Why(RateRow row, RateRow? next, long instantMs, bool applied)
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

        if (row.InForce.ToMs <= instantMs)
        {
            return $"expired at {Instant.Text(row.InForce.ToMs)}";
        }

        return applied
            ? $"in force from {Instant.Text(row.InForce.FromMs)} until {Instant.Text(row.InForce.ToMs)}{(row.Blocked ? ", blocked" : "")}"
            : throw new InvalidOperationException($"Line {row.Line} with code {row.CodeText} is in force at {instantMs} and the longest, and rating did not use it.");
    }
}
