namespace Perimeter.EndToEnd.Tests;

/// <param name="Sections">"args", "status", "deck", "reference", "calls", "out" and "errors", as far as the case has them.</param>
internal sealed record RateCase(string Name, IReadOnlyDictionary<string, string> Sections)
{
    private static readonly string[] Names = ["args", "status", "deck", "reference", "calls", "out", "errors"];

    public string this[string section] => Sections.GetValueOrDefault(section, "");

    public string[] Arguments => this["args"].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static IReadOnlyList<RateCase> ReadAll()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryFolders.Root, "tests", "EndToEnd.Tests", "Golden", "rate.txt"));
        return [.. text.Split("\n== ").Skip(1).Select(Read)];
    }

    private static RateCase Read(string block)
    {
        string[] lines = block.TrimEnd('\n').Split('\n');
        var sections = new Dictionary<string, string>();
        string section = "";
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && Names.Contains(line[..colon]))
            {
                section = line[..colon];
                string rest = line[(colon + 1)..].Trim();
                sections[section] = rest.Length == 0 ? "" : rest + "\n";
            }
            else
            {
                sections[section] += line + "\n";
            }
        }

        return new RateCase(lines[0], sections);
    }
}
