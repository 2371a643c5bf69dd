using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>Origin-based decks against the contract written down as plainly as it can be, over every row. FsCheck prints the seed of a failing deck.</summary>
public sealed class OriginProperties
{
    private readonly HashSet<string> _ways = [];

    [Fact]
    public void A_deck_by_origin_finds_what_looking_at_every_row_finds_and_every_way_is_taken()
    {
        Seeds.Check(600, seed =>
        {
            Random random = new(seed);
            RateRow[] rows = [.. Enumerable.Range(0, random.Next(1, 40)).Select(i => RandomRow(random, i))];
            OneDeckRater rater = TestDecks.Compile(TestDecks.Deck(new RateDeckSettings { Type = DeckType.OriginBased }, rows));
            for (int i = 0; i < 25; i++)
            {
                string dnis = Digits(random, random.Next(1, 6));
                string ani = random.Next(4) == 0 ? "" : Digits(random, random.Next(1, 6));
                long setupMs = random.Next(-1, 12);
                int expected = Naive(rows, dnis, ani, setupMs);
                Assert.Equal(expected, rater.Rate(dnis, 1000, setupMs, ani).DeckRow);
            }
        });
        Assert.Equal(["any", "highest", "none", "origin", "parent destination", "shorter origin", "unknown"], _ways.Order(StringComparer.Ordinal));
    }

    private int Naive(RateRow[] rows, string dnis, string ani, long at)
    {
        for (int length = dnis.Length; length > 0; length--)
        {
            string code = dnis[..length];
            List<RateOrigin> tried = ani.Length == 0
                ? [RateOrigin.Unknown]
                : [.. Enumerable.Range(1, ani.Length).Reverse().Select(digits => RateOrigin.Of(E164.Parse(ani[..digits]))), RateOrigin.Any];
            bool passedOne = false;
            foreach (RateOrigin origin in tried)
            {
                int row = InForce(rows, code, origin, at);
                if (row >= 0)
                {
                    _ways.Add(origin.IsUnknown ? "unknown" : origin.IsAny ? "any" : passedOne ? "shorter origin" : "origin");
                    _ = code.Length < dnis.Length && rows.Any(other => dnis.StartsWith(other.CodeText, StringComparison.Ordinal) && other.CodeText.Length > code.Length) && _ways.Add("parent destination");
                    return row;
                }

                passedOne |= rows.Any(other => other.CodeText == code && other.Origin == origin);
            }
        }

        for (int length = dnis.Length; length > 0 && ani.Length == 0; length--)
        {
            string code = dnis[..length];
            int[] inForce = [.. rows.Where(row => row.CodeText == code).Select(static row => row.Origin).Distinct().Select(origin => InForce(rows, code, origin, at)).Where(static row => row >= 0)];
            if (inForce.Length > 0)
            {
                _ways.Add("highest");
                return inForce.OrderByDescending(row => rows[row].Rate?.NanosPerMinute ?? long.MinValue).ThenBy(static row => row).First();
            }
        }

        _ways.Add("none");
        return -1;
    }

    /// <summary>Of the rows of the key that have begun the last, if it has not ended.</summary>
    private static int InForce(RateRow[] rows, string code, RateOrigin origin, long at)
    {
        int last = Enumerable.Range(0, rows.Length)
            .Where(i => rows[i].CodeText == code && rows[i].Origin == origin && rows[i].InForce.FromMs <= at)
            .OrderBy(i => rows[i].InForce.FromMs).ThenBy(i => rows[i].Upload).ThenBy(i => rows[i].Line).DefaultIfEmpty(-1).Last();
        return last >= 0 && at < rows[last].InForce.ToMs ? last : -1;
    }

    private static RateRow RandomRow(Random random, int i)
    {
        string code = Digits(random, random.Next(1, 4));
        long from = random.Next(0, 10);
        bool blocked = random.Next(8) == 0;
        return new RateRow
        {
            Code = E164.Parse(code),
            CodeText = code,
            Origin = random.Next(6) switch { 0 => RateOrigin.Any, 1 => RateOrigin.Unknown, _ => RateOrigin.Of(E164.Parse(Digits(random, random.Next(1, 4)))) },
            Rate = blocked ? null : new Rate(random.Next(-3, 4)),
            Blocked = blocked,
            InForce = new Interval(random.Next(3) == 0 ? Interval.BeginningMs : from, random.Next(2) == 0 ? Interval.EndlessMs : from + random.Next(1, 6)),
            Upload = random.Next(1, 3),
            Line = i + 2,
        };
    }

    /// <summary>Few different digits, so that codes nest.</summary>
    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('1' + random.Next(2))));
}
