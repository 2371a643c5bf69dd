using Perimeter.Domain;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>The table of codes against looking at every code, in lists that lead to every kind of place.</summary>
public sealed class CodeTableProperties
{
    /// <summary>The ways by which a number comes to its code.</summary>
    private enum Way
    {
        EmptyPlaceWithoutCode, PlaceOfOneCode, HalfStretch, HalfStretchToParent, WholeStretch, WholeStretchToParent, StretchWithoutCode,
        StretchAtTheEnd, NumberTooShort,
    }

    [Fact]
    public void The_longest_code_is_found_by_every_way()
    {
        HashSet<Way> ways = [];
        Seeds.Check(400, seed =>
        {
            Random random = new(seed);
            HashSet<string> codes = DrawCodes(random);
            CodeTable table = TableOf(codes);
            for (int i = 0; i < 60; i++)
            {
                E164 number = E164.Parse(DrawNumber(random, codes));
                Check(table, codes, number);
                ways.Add(WayOf(table, number));
            }
        });
        Assert.Equal(Enum.GetValues<Way>(), ways.Order());
    }

    [Fact]
    public void Comparing_many_codes_at_once_by_each_kind_of_vector_is_comparing_each() =>
        Seeds.Check(2000, seed =>
        {
            Random random = new(seed);
            E164 number = E164.Parse(Digits(random, random.Next(1, E164.MaxDigits + 1)));
            string digits = number.ToString().PadRight(E164.MaxDigits, '0');
            E164[] codes = [.. Enumerable.Range(0, CodeComparison.Codes).Select(_ => random.Next(3) == 0
                ? E164.Parse(Digits(random, random.Next(1, E164.MaxDigits + 1)))
                : E164.Parse(digits[..random.Next(1, E164.MaxDigits + 1)]))];
            ulong[] packed = [.. codes.Select(static code => code.Packed)];
            uint expected = 0;
            for (int i = 0; i < codes.Length; i++)
            {
                expected |= number.StartsWith(codes[i]) ? 1u << i : 0;
            }

            ulong filled = CodeComparison.Filled(number.Packed);
            Assert.Equal(expected, CodeComparison.Begins(ref packed[0], filled));
            Assert.Equal(expected, CodeComparison.OneByOne(ref packed[0], filled));
            if (System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            {
                Assert.Equal(expected, CodeComparison.ByHalves(ref packed[0], filled));
            }
        });

    [Fact]
    public void Many_numbers_at_once_find_what_each_finds_alone() =>
        Seeds.Check(200, seed =>
        {
            Random random = new(seed);
            HashSet<string> codes = DrawCodes(random);
            CodeTable table = TableOf(codes);
            E164[] numbers = [.. Enumerable.Range(0, random.Next(3 * CodePlaces.MaxTogether)).Select(_ => E164.Parse(DrawNumber(random, codes)))];
            int[] found = new int[numbers.Length];
            table.FindAll(numbers, found);
            Assert.Equal(numbers.Select(table.Find), found);
        });

    [Fact]
    public void The_places_of_many_numbers_by_vectors_and_without_are_those_of_each() =>
        Seeds.Check(200, seed =>
        {
            Random random = new(seed);
            HashSet<string> codes = DrawCodes(random);
            ulong[] sorted = [.. codes.Select(static code => E164.Parse(code).Packed).Order()];
            CodePlaces places = new(sorted, CodeParents.Find(sorted));
            E164[] numbers = [.. Enumerable.Range(0, random.Next(CodePlaces.MaxTogether + 1)).Select(_ => E164.Parse(DrawNumber(random, codes)))];
            CodePlace[] found = new CodePlace[numbers.Length];
            CodePlace[] expected = [.. numbers.Select(number => places.Of(number.Digits))];
            places.OneByOne(numbers, found);
            Assert.Equal(expected, found);
            if (CodeSteps.AreSupported)
            {
                Array.Clear(found);
                places.BySteps(numbers, found);
                Assert.Equal(expected, found);
            }
        });

    [Fact]
    public void A_number_under_no_code_of_an_empty_place_has_the_code_above_it()
    {
        HashSet<string> codes = ["44", .. Enumerable.Range(0, 20).Select(static i => $"4420{i:00}")];
        CodeTable table = TableOf(codes);
        Assert.Equal("44", table[table.Find(E164.Parse("449912345678"))].ToString());
        Assert.Equal("442003", table[table.Find(E164.Parse("442003345678"))].ToString());
        Assert.Equal(CodeTable.None, table.Find(E164.Parse("459912345678")));
    }

    [Theory]
    [InlineData("12345678901234")]
    [InlineData("100000000000000")]
    [InlineData("999999999999999")]
    public void More_codes_than_a_stretch_holds_may_share_fourteen_digits_and_more(string longest)
    {
        HashSet<string> codes = [.. Enumerable.Range(1, longest.Length).Select(length => longest[..length])];
        if (longest.Length < E164.MaxDigits)
        {
            codes.UnionWith(Enumerable.Range(0, 10).Select(last => $"{longest}{last}"));
        }

        CodeTable table = TableOf(codes);
        foreach (string code in codes)
        {
            Check(table, codes, E164.Parse(code));
            Check(table, codes, E164.Parse(code.PadRight(E164.MaxDigits, '0')));
            Check(table, codes, E164.Parse(code.PadRight(E164.MaxDigits, '7')));
        }
    }

    [Fact]
    public void A_table_of_no_codes_finds_none()
    {
        CodeTable table = new([]);
        Assert.Equal(CodeTable.None, table.Find(E164.Parse("1")));
        Assert.Equal(CodeTable.None, table.Find(E164.Parse("999999999999999")));
    }

    private static CodeTable TableOf(IEnumerable<string> codes) => new([.. codes.Select(static code => E164.Parse(code).Packed).Order()]);

    private static void Check(CodeTable table, HashSet<string> codes, E164 number)
    {
        string digits = number.ToString();
        string? longest = Enumerable.Range(1, digits.Length).Select(length => digits[..length]).LastOrDefault(codes.Contains);
        int found = table.Find(number);
        Assert.Equal(longest, found == CodeTable.None ? null : table[found].ToString());
    }

    private static Way WayOf(CodeTable table, E164 number)
    {
        CodePlace place = table.PlaceOf(number);
        int found = table.Find(number);
        if (place.Count == 0)
        {
            return Way.EmptyPlaceWithoutCode;
        }

        bool isInStretch = found >= place.First && found < place.First + place.Count;
        if (!isInStretch && number.Length < table[place.First].Length)
        {
            return Way.NumberTooShort;
        }

        if (isInStretch && place.Count == 1)
        {
            return Way.PlaceOfOneCode;
        }

        if (found == CodeTable.None)
        {
            return Way.StretchWithoutCode;
        }

        bool half = place.Count <= CodeComparison.Codes;
        return found < place.First ? half ? Way.HalfStretchToParent : Way.WholeStretchToParent
            : place.First > table.Count - CodePlace.MaxStretch ? Way.StretchAtTheEnd
            : half ? Way.HalfStretch : Way.WholeStretch;
    }

    /// <summary>Codes of all lengths; often near each other, extended by zeros, or one digit apart.</summary>
    private static HashSet<string> DrawCodes(Random random)
    {
        HashSet<string> codes = [];
        int count = random.Next(3) == 0 ? random.Next(20) : random.Next(2000);
        List<string> drawn = [];
        while (codes.Count < count)
        {
            string from = drawn.Count == 0 || random.Next(4) == 0 ? "" : drawn[random.Next(drawn.Count)];
            string code = random.Next(5) == 0 ? from + new string('0', random.Next(4)) : from + Digits(random, random.Next(1, random.Next(2) == 0 ? 3 : 13));
            code = code[..Math.Min(code.Length, E164.MaxDigits)];
            if (code.Length > 0 && codes.Add(code))
            {
                drawn.Add(code);
            }
        }

        return codes;
    }

    private static string DrawNumber(Random random, HashSet<string> codes)
    {
        string from = codes.Count == 0 || random.Next(8) == 0 ? "" : codes.ElementAt(random.Next(codes.Count));
        from = random.Next(3) == 0 ? from[..random.Next(from.Length + 1)] : from;
        string number = from + Digits(random, random.Next(2) == 0 ? 12 : random.Next(3));
        return number.Length == 0 ? "1" : number[..Math.Min(number.Length, E164.MaxDigits)];
    }

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));
}
