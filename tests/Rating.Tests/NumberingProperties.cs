using Perimeter.Domain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>The numbering against looking at every row. FsCheck prints the seed of failing numbers.</summary>
public sealed class NumberingProperties
{
    private readonly HashSet<string> _ways = [];

    [Fact]
    public void It_finds_what_looking_at_every_row_finds_and_every_way_is_taken()
    {
        Seeds.Check(600, seed =>
        {
            Random random = new(seed);
            List<NumberConfig> numbers = WithoutOverlaps(random, random.Next(0, 60));
            List<CompileError> errors = [];
            Numbering numbering = Numbering.Compile(numbers, errors);
            Assert.Empty(errors);
            for (int i = 0; i < 200; i++)
            {
                E164 number = RandomNumber(random);
                long instantMs = random.Next(-2, 22);
                int expected = numbers.FindIndex(row => row.Number == number && row.InForce.Contains(instantMs));
                NumberListing found = numbering.Find(number, instantMs);
                Assert.Equal(expected >= 0, found.IsListed);
                if (expected >= 0)
                {
                    NumberConfig row = numbers[expected];
                    Assert.Equal(new NumberListing(expected, row.Type, row.CustomerTier, row.VendorTier), found);
                }

                Assert.Equal(
                    Enumerable.Range(0, numbers.Count).Where(row => numbers[row].Number == number).OrderByDescending(row => numbers[row].InForce.FromMs),
                    numbering.RowsOf(number));
                Note(numbers, number, instantMs, expected);
            }
        });
        Assert.Equal(["before", "behind", "between", "earlier row", "latest row", "not listed"], _ways.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_is_refused_exactly_where_two_rows_of_a_number_are_in_force_together()
    {
        int refused = 0;
        Seeds.Check(600, seed =>
        {
            Random random = new(seed);
            NumberConfig[] numbers = [.. Enumerable.Range(0, random.Next(0, 12)).Select(i => RandomRow(random, i))];
            bool overlap = numbers.SelectMany((one, i) => numbers.Skip(i + 1).Select(other => (one, other)))
                .Any(static pair => pair.one.Number == pair.other.Number && !pair.one.InForce.IsEmpty && !pair.other.InForce.IsEmpty && pair.one.InForce.Overlaps(pair.other.InForce));
            List<CompileError> errors = [];
            Numbering.Compile(numbers, errors);
            Assert.Equal(overlap, errors.Count > 0);
            refused += overlap ? 1 : 0;
        });
        Assert.InRange(refused, 50, 550);
    }

    private void Note(List<NumberConfig> numbers, E164 number, long instantMs, int expected)
    {
        List<Interval> periods = [.. numbers.Where(row => row.Number == number).Select(static row => row.InForce).OrderBy(static period => period.FromMs)];
        _ways.Add(
            periods.Count == 0 ? "not listed"
            : expected >= 0 ? (numbers[expected].InForce == periods[^1] ? "latest row" : "earlier row")
            : instantMs < periods[0].FromMs ? "before"
            : instantMs >= periods[^1].ToMs ? "behind" : "between");
    }

    private static List<NumberConfig> WithoutOverlaps(Random random, int count)
    {
        List<NumberConfig> numbers = [];
        for (int i = 0; i < count; i++)
        {
            NumberConfig row = RandomRow(random, i);
            if (!row.InForce.IsEmpty && !numbers.Exists(known => known.Number == row.Number && known.InForce.Overlaps(row.InForce)))
            {
                numbers.Add(row);
            }
        }

        return numbers;
    }

    private static NumberConfig RandomRow(Random random, int i)
    {
        long from = random.Next(5) == 0 ? Interval.BeginningMs : random.Next(0, 20);
        long to = random.Next(5) == 0 ? Interval.EndlessMs : Math.Max(from, 0) + random.Next(0, 6);
        return new NumberConfig(
            i + 1, RandomNumber(random), random.Next(2) == 0 ? NumberType.Did : NumberType.TollFree, (byte)random.Next(0, 8), (byte)random.Next(0, 8), "",
            new Interval(from, to));
    }

    /// <summary>Few different ones, and of different lengths, so that one begins another.</summary>
    private static E164 RandomNumber(Random random) =>
        E164.Parse("1" + string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => (char)('0' + random.Next(2)))));
}
