using Perimeter.Domain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Reference;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>Reference data and the decks that are keyed by them, against looking at every row. FsCheck prints the seed of a failing case.</summary>
public sealed class ReferenceProperties
{
    private static readonly string[] Regions = ["", "NJ", "NY", "PR"];
    private static readonly string[] Names = ["", "NEWARK", "Newark", "HOBOKEN"];

    private readonly HashSet<string> _ways = [];

    [Fact]
    public void A_number_is_where_looking_at_every_entry_says_and_an_empty_cell_falls_through()
    {
        Seeds.Check(400, seed =>
        {
            Random random = new(seed);
            ReferenceRow[] rows = RandomRows(random);
            ReferenceData reference = ReferenceData.Build(rows);
            for (int i = 0; i < 40; i++)
            {
                string number = RandomNumber(random);
                long at = random.Next(-1, 12);
                NumberPlace place = reference.PlaceOf(E164.Parse(number), at);
                (string region, Lata lata, Ocn ocn, string name) = Naive(rows, number, at);
                Assert.Equal((region, lata, ocn), (place.Region.ToString(), place.Lata, place.Ocn));
                Assert.Equal(name, reference.RateCenterName(place.RateCenter), ignoreCase: true);
                Assert.Equal(region == "PR", place.Kind == NpaKind.Territory);
            }
        });
        Assert.Equal(["block", "exchange", "exchange behind a block", "numbering plan"], _ways.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_row_by_LATA_and_OCN_is_the_one_that_looking_at_every_row_finds()
    {
        Seeds.Check(400, seed =>
        {
            Random random = new(seed);
            ReferenceRow[] reference = RandomRows(random);
            RateRow[] rows = [.. Enumerable.Range(0, random.Next(1, 20)).Select(i => RandomRow(random, i))];
            OneDeckRater rater = TestDecks.Compile(TestDecks.Deck(new RateDeckSettings { Type = DeckType.LataOcn }, rows), reference);
            for (int i = 0; i < 30; i++)
            {
                string number = RandomNumber(random);
                long at = random.Next(-1, 12);
                (_, Lata lata, Ocn ocn, _) = Naive(reference, number, at);
                int expected = new[] { (lata, ocn), (default, ocn), (lata, default), (default, default) }
                    .Select(key => InForce(rows.Select(static row => (row.InForce, row.Line)).ToArray(), i => (rows[i].Lata, rows[i].Ocn) == key, at))
                    .FirstOrDefault(static row => row >= 0, -1);
                Assert.Equal(expected, rater.Rate(number, 1000, at).DeckRow);
            }
        });
    }

    private (string Region, Lata Lata, Ocn Ocn, string RateCenter) Naive(ReferenceRow[] rows, string number, long at)
    {
        ReferenceRow? Entry(int digits)
        {
            int found = InForce(rows.Select(static row => (row.InForce, row.Line)).ToArray(), i => rows[i].Code.ToString() == number[..digits], at);
            return found < 0 ? null : rows[found];
        }

        ReferenceRow? block = Entry(8);
        ReferenceRow? exchange = Entry(7);
        _ways.Add((block, exchange) switch { (null, null) => "numbering plan", (null, _) => "exchange", (_, null) => "block", _ => "exchange behind a block" });
        string First(Func<ReferenceRow, string> cell) => new[] { block, exchange }.Select(row => row is null ? "" : cell(row)).FirstOrDefault(static text => text.Length > 0, "");
        string region = First(static row => row.Region);
        Lata lata = new[] { block, exchange }.Select(static row => row?.Lata ?? default).FirstOrDefault(static one => !one.IsNone);
        Ocn ocn = new[] { block, exchange }.Select(static row => row?.Ocn ?? default).FirstOrDefault(static one => !one.IsNone);
        return (region.Length > 0 ? region : "NJ", lata, ocn, First(static row => row.RateCenter));
    }

    /// <summary>Of those of the key that have begun the last, if it has not ended.</summary>
    private static int InForce((Interval InForce, int Line)[] rows, Func<int, bool> isOfKey, long at)
    {
        int last = Enumerable.Range(0, rows.Length).Where(i => isOfKey(i) && rows[i].InForce.FromMs <= at)
            .OrderBy(i => rows[i].InForce.FromMs).ThenBy(i => rows[i].Line).DefaultIfEmpty(-1).Last();
        return last >= 0 && at < rows[last].InForce.ToMs ? last : -1;
    }

    private static ReferenceRow[] RandomRows(Random random) => [.. Enumerable.Range(0, random.Next(0, 40)).Select(i => new ReferenceRow(
        E164.Parse(RandomNumber(random)[..random.Next(7, 9)]), Regions[random.Next(4)], RandomLata(random), RandomOcn(random), Names[random.Next(4)],
        RandomInterval(random), i + 2))];

    private static RateRow RandomRow(Random random, int i) => new()
    {
        Code = default, CodeText = "", Lata = RandomLata(random), Ocn = RandomOcn(random), Rate = new Rate(random.Next(100)), InForce = RandomInterval(random), Line = i + 2,
    };

    private static Lata RandomLata(Random random) => new(random.Next(3) == 0 ? 0 : 220 + random.Next(2));

    private static Ocn RandomOcn(Random random) => new(random.Next(3) == 0 ? 0 : 0x30303030u + (uint)random.Next(2));

    private static Interval RandomInterval(Random random)
    {
        long from = random.Next(0, 10);
        return new Interval(random.Next(3) == 0 ? Interval.BeginningMs : from, random.Next(2) == 0 ? Interval.EndlessMs : from + random.Next(1, 6));
    }

    /// <summary>Of one NPA in New Jersey, few NXX and few blocks.</summary>
    private static string RandomNumber(Random random) => $"1201{random.Next(200, 203)}{random.Next(3)}{random.Next(100, 999)}";
}
