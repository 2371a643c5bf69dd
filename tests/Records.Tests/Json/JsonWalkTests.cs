using System.Text;
using System.Text.Json;
using Perimeter.Records.Json;

namespace Perimeter.Records.Tests.Json;

/// <summary>The quick way through JSON sees what the library's reader sees, or says that it does not understand.</summary>
public sealed class JsonWalkTests
{
    private const int Documents = 20_000;

    private static readonly string[] Odd =
    [
        "", " ", "{", "[1", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":nulll}",
        "{\"a\":\"x}", "{\"a\":\"x\n\"}", "{\"a\":[1,2}", "{\"a\":{\"b\":1]}", "{\"a\":[}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\":-}", "{\"a\":NaN}", "{\"a\":'x'}", "{\"a\":\"\\",
    ];

    public static IEnumerable<TheoryDataRow<string>> OddOnes() => Odd.Select(json => new TheoryDataRow<string>(json));

    [Theory]
    [MemberData(nameof(OddOnes))]
    public void What_is_no_JSON_is_odd(string json)
    {
        Assert.Null(Walked(Encoding.UTF8.GetBytes(json)));
        Assert.Null(Tokens(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Values_are_those_that_the_library_reads()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        Random random = new(seed);
        int understood = 0;
        for (int n = 0; n < Documents; n++)
        {
            byte[] json = Encoding.UTF8.GetBytes(Document(random, 0));
            string? expected = Tokens(json);
            string? found = Walked(json);
            Assert.NotNull(expected);
            Assert.True(found is null || found == expected, $"seed {seed}: {Encoding.UTF8.GetString(json)}\n{expected}\n{found}");
            understood += found is null ? 0 : 1;
        }

        // Escapes among the values that are kept are what it leaves to the library.
        Assert.InRange(understood, Documents / 4, Documents);
    }

    [Fact]
    public void Of_damaged_documents_it_never_sees_other_values_than_the_library_where_both_read_them()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        Random random = new(seed);
        int both = 0;
        for (int n = 0; n < Documents; n++)
        {
            byte[] json = Encoding.UTF8.GetBytes(Document(random, 0));
            for (int damage = random.Next(1, 3); damage > 0; damage--)
            {
                json[random.Next(json.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:\\ 0"[random.Next(10)];
            }

            json = json[..random.Next(json.Length / 2, json.Length + 1)];
            string? expected = Tokens(json);
            string? found = Walked(json);
            Assert.True(expected is null || found is null || found == expected, $"seed {seed}: {Encoding.UTF8.GetString(json)}\n{expected}\n{found}");
            both += expected is not null && found is not null ? 1 : 0;

            // Cut documents are odd to both: a bracket is missing.
            Assert.True(expected is not null || found is null || Brackets(json), $"seed {seed}: taken though brackets do not match: {Encoding.UTF8.GetString(json)}");
        }

        Assert.InRange(both, 100, Documents);
    }

    private static bool Brackets(byte[] json)
    {
        int depth = 0;
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            if (inString && json[i] == '\\')
            {
                i++;
            }
            else if (json[i] == '"')
            {
                inString = !inString;
            }
            else if (!inString)
            {
                depth += json[i] is (byte)'{' or (byte)'[' ? 1 : json[i] is (byte)'}' or (byte)']' ? -1 : 0;
            }
        }

        return depth == 0 && !inString;
    }

    private static string? Walked(byte[] json)
    {
        JsonWalk walk = new(json, new JsonQuotes());
        string found = Describe(ref walk);
        return walk.IsOdd || json.AsSpan(walk.Consumed).ContainsAnyExcept(" \t\r\n"u8) ? null : found;
    }

    private static string? Tokens(byte[] json)
    {
        try
        {
            Utf8JsonReader reader = new(json, isFinalBlock: true, default);
            reader.Read();
            JsonTokens tokens = new(reader);
            string found = Describe(ref tokens);
            reader = tokens.Reader;
            reader.Read();
            return found;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The kept values of an object, and of those in it; every other object and array is passed over.</summary>
    private static string Describe<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        if (json.Form != JsonTokenType.StartObject)
        {
            JsonTokenType form = json.Form;
            json.Skip();
            return form.ToString();
        }

        StringBuilder text = new();
        JsonSlots slots = new("a", "b", "c");
        while (json.Next(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("in"u8) && json.Form == JsonTokenType.StartObject)
            {
                text.Append('{').Append(Describe(ref json)).Append('}');
            }
            else if (name.SequenceEqual("list"u8) && json.Form == JsonTokenType.StartArray)
            {
                while (json.NextItem())
                {
                    text.Append('[').Append(Describe(ref json)).Append(']');
                }
            }
            else
            {
                json.Take(slots, slots.Find(name));
            }
        }

        for (int slot = 0; slot < slots.Count; slot++)
        {
            text.Append(slot).Append('=').Append(Convert.ToHexString(slots[slot])).Append(' ');
        }

        return text.ToString();
    }

    private static string Document(Random random, int depth)
    {
        StringBuilder json = new();
        bool isUsual = random.Next(2) == 0;
        string Blank() => !isUsual && random.Next(4) == 0 ? " \t\r\n"[random.Next(4)].ToString() : "";
        string Value() => random.Next(depth < 4 ? 12 : 9) switch
        {
            8 => $"\"{new string('x', random.Next(140))}\"",
            0 => "null",
            1 => "true",
            2 => "false",
            3 => $"-{random.Next(100)}.{random.Next(1, 100)}e+{random.Next(9)}",
            4 => $"{random.Next(100_000)}",
            5 => "\"\"",
            6 => random.Next(6) == 0 ? "\"a\\\"\\\\\\u00e9{[\"" : "\"plain, {not} [a] list: é\"",
            7 => $"\"{random.Next()}\"",
            9 => Document(random, depth + 1),
            10 => $"[{Blank()}{string.Join(Blank() + ",", Enumerable.Range(0, random.Next(4)).Select(_ => Document(random, depth + 1)))}{Blank()}]",
            _ => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{random.Next(9)}"))}]",
        };
        string[] names = ["a", "b", "c", "in", "list", "other", "", "a\\n"];
        json.Append(Blank()).Append('{').Append(Blank());
        int members = random.Next(6);
        for (int i = 0; i < members; i++)
        {
            json.Append(i > 0 ? Blank() + "," : "").Append(Blank()).Append('"').Append(names[random.Next(names.Length)]).Append('"').Append(Blank()).Append(':').Append(Blank()).Append(Value());
        }

        return json.Append(Blank()).Append('}').Append(Blank()).ToString();
    }
}
