namespace Perimeter.Config.Tests;

/// <param name="Settings">"name: value" lines ahead of the content.</param>
/// <param name="Content">The file, or the files of a folder.</param>
public sealed record GoldenCase(string Name, IReadOnlyDictionary<string, string> Settings, string Content, IReadOnlyList<string> Expected);

/// <summary>Reads the readable tables of cases in Golden/: "== name", settings, content, "-> expected".</summary>
public static class GoldenCases
{
    public static IReadOnlyList<GoldenCase> Read(string file)
    {
        var cases = new List<GoldenCase>();
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file));
        foreach (string block in text.Split("\n== ").Skip(1))
        {
            string[] lines = block.TrimEnd('\n').Split('\n');
            var settings = new Dictionary<string, string>();
            int at = 1;
            for (; at < lines.Length && lines[at].Split(": ") is [string name and not "file", string value] && !name.StartsWith("->", StringComparison.Ordinal); at++)
            {
                settings[name] = value;
            }

            List<string> content = [.. lines.Skip(at).TakeWhile(line => !line.StartsWith("-> ", StringComparison.Ordinal))];
            List<string> expected = [.. lines.Skip(at + content.Count).TakeWhile(line => line.Length > 0).Select(line => line[3..])];
            cases.Add(new GoldenCase(lines[0], settings, string.Concat(content.Select(line => line + "\n")), expected));
        }

        return cases;
    }

    public static IEnumerable<TheoryDataRow<string>> Names(string file) => Read(file).Select(golden => new TheoryDataRow<string>(golden.Name));

    public static GoldenCase Find(string file, string name) => Read(file).Single(golden => golden.Name == name);
}
