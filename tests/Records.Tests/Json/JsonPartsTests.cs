using System.Text;
using System.Text.Json;
using Perimeter.Records.Json;

namespace Perimeter.Records.Tests.Json;

/// <summary>What the quick way through JSON is made of, each part beside a plain loop or the library.</summary>
public sealed class JsonPartsTests
{
    private const int Rounds = 50_000;

    [Fact]
    public void Quotes_are_those_that_a_loop_finds_wherever_in_a_block_they_stand()
    {
        Random random = Seeded();
        JsonQuotes quotes = new();
        int whole = 0;
        for (int n = 0; n < Rounds; n++)
        {
            byte[] text = Text(random, "\"\"\\ab{ \n\u0001é", random.Next(200), odd: random.Next(8, 60));
            List<int>? expected = QuotesOf(text);
            bool isWhole = quotes.Find(text);
            Assert.True(isWhole == (expected is not null), Convert.ToHexString(text));
            if (expected is not null)
            {
                Assert.Equal(expected, quotes.Found.ToArray());
                whole++;
            }
        }

        Assert.InRange(whole, Rounds / 20, Rounds);
    }

    [Fact]
    public void Names_are_found_each_in_its_place_and_no_others()
    {
        Random random = Seeded();
        for (int round = 0; round < 300; round++)
        {
            string[] names = [.. Enumerable.Range(0, random.Next(1, 101)).Select(_ => Name(random)).DistinctBy(name => name.Length <= 16 ? name : name[..8] + name[^8..] + name.Length)];
            JsonNames found = new(names);
            for (int i = 0; i < names.Length; i++)
            {
                Assert.Equal(i, found.Find(Encoding.UTF8.GetBytes(names[i])));
                string other = names[i].Insert(random.Next(names[i].Length), "x");
                Assert.Equal(Array.IndexOf(names, other), found.Find(Encoding.UTF8.GetBytes(other)));
                char[] changed = names[i].ToCharArray();
                changed[random.Next(changed.Length)] ^= (char)1;
                Assert.Equal(Array.IndexOf(names, new string(changed)), found.Find(Encoding.UTF8.GetBytes(changed)));
            }

            Assert.Equal(-1, found.Find([]));
        }
    }

    [Fact]
    public void Names_that_no_table_tells_apart_are_refused() => Assert.Throws<ArgumentException>(() => new JsonNames(["a", "b", "a"]));

    [Fact]
    public void A_number_is_one_where_the_library_reads_one()
    {
        Random random = Seeded();
        int numbers = 0;
        for (int n = 0; n < Rounds; n++)
        {
            byte[] text = Text(random, "0123456789-+.eE", random.Next(1, 8), odd: 0);
            bool isNumber = IsNumber(text);
            Assert.True(isNumber == (JsonNumber.LengthOf(text) == text.Length), Encoding.ASCII.GetString(text));
            numbers += isNumber ? 1 : 0;
        }

        Assert.InRange(numbers, Rounds / 50, Rounds);
    }

    private static bool IsNumber(byte[] text)
    {
        try
        {
            Utf8JsonReader reader = new(text);
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == text.Length && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static List<int>? QuotesOf(byte[] text)
    {
        List<int> places = [];
        bool isIn = false;
        bool hasEscapes = false;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                places.Add(at | (isIn && hasEscapes ? 1 << 31 : 0));
                isIn = !isIn;
                hasEscapes = false;
            }
            else if (text[at] == '\\')
            {
                if (!isIn)
                {
                    return null;
                }

                hasEscapes = true;
                at++;
            }
            else if (isIn && text[at] < ' ')
            {
                return null;
            }
        }

        return isIn ? null : places;
    }

    /// <param name="odd">One in so many is one of the characters, the others are dull; 0 for all.</param>
    private static byte[] Text(Random random, string characters, int length, int odd)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(characters);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++)
        {
            text[i] = odd == 0 || random.Next(odd) == 0 ? bytes[random.Next(bytes.Length)] : random.Next(6) == 0 ? (byte)'"' : (byte)'x';
        }

        return text;
    }

    private static string Name(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => "ab_"[random.Next(3)]));

    private static Random Seeded()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        return new Random(seed);
    }
}
