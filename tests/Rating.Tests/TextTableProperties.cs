using System.Text;
using Perimeter.Rating.Tests.Building;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Tests;

/// <summary>Texts found by their bytes, against a dictionary of strings.</summary>
public sealed class TextTableProperties
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_text_is_found_where_a_dictionary_finds_it(bool ignoreCase)
    {
        int found = 0;
        int missed = 0;
        Seeds.Check(300, seed =>
        {
            Random random = new(seed);
            Dictionary<string, int> plain = new(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
            int count = random.Next(40);
            for (int i = 0; i < count; i++)
            {
                plain[Draw(random)] = i;
            }

            TextTable<int> table = new(plain, ignoreCase);
            for (int i = 0; i < 100; i++)
            {
                // Near the ones that are there: another capital, a letter more or less, two letters changed about.
                string asked = plain.Count > 0 && random.Next(4) != 0 ? plain.Keys.ElementAt(random.Next(plain.Count)) : Draw(random);
                asked = random.Next(6) switch
                {
                    0 => asked.ToUpperInvariant(),
                    1 => asked + "a",
                    2 when asked.Length > 0 => asked[..^1],
                    3 when asked.Length > 1 => asked[1] + asked[..1] + asked[2..],
                    _ => asked,
                };
                bool isThere = plain.TryGetValue(asked, out int expected);
                Assert.Equal(isThere, table.TryGet(Encoding.UTF8.GetBytes(asked), out int value));
                Assert.Equal(expected, value);
                found += isThere ? 1 : 0;
                missed += isThere ? 0 : 1;
            }
        });
        Assert.True(found > 5000 && missed > 5000, $"{found} were found and {missed} were not.");
    }

    [Fact]
    public void A_text_that_is_there_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => new TextTable<int>([KeyValuePair.Create("A", 1), KeyValuePair.Create("a", 2)], ignoreCase: true));

    private static string Draw(Random random)
    {
        const string letters = "aAbB@`[{";
        return string.Concat(Enumerable.Range(0, random.Next(3) == 0 ? random.Next(3) : random.Next(28)).Select(_ => letters[random.Next(random.Next(2) == 0 ? 2 : letters.Length)]));
    }
}
