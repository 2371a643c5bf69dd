namespace Perimeter.Generator;

/// <summary>A prefix of the world's numbering, with what it is called.</summary>
internal sealed record Prefix(string Code, string Country, string Kind, string Name)
{
    /// <summary>The breakout that a rate sheet would list it under.</summary>
    public string Destination => Kind == "mobile" ? $"{Country} Mobile{(Name.Length == 0 ? "" : " " + Name)}" : Country;
}

/// <summary>An area code, or an exchange of one, with its state or province as ISO 3166-2 writes it (US-NJ, CA-ON); empty where an area code has several.</summary>
/// <param name="Place">Of exchanges: the town.</param>
internal sealed record Exchange(string Npanxx, string Region, string Place = "");

/// <summary>What is in samples/data.</summary>
internal sealed class Numbering
{
    private const int LongestCode = 6;

    // ISO codes of the NANP's members outside the US and Canada, by the names that rate sheets use.
    private static readonly Dictionary<string, string> NanpCountries = new()
    {
        ["AG"] = "Antigua and Barbuda", ["AI"] = "Anguilla", ["AS"] = "American Samoa", ["BB"] = "Barbados", ["BM"] = "Bermuda",
        ["BS"] = "Bahamas", ["DM"] = "Dominica", ["DO"] = "Dominican Republic", ["GD"] = "Grenada", ["GU"] = "Guam", ["JM"] = "Jamaica",
        ["KN"] = "Saint Kitts and Nevis", ["KY"] = "Cayman Islands", ["LC"] = "Saint Lucia", ["MP"] = "Northern Mariana Islands",
        ["MS"] = "Montserrat", ["PR"] = "Puerto Rico", ["SX"] = "Sint Maarten", ["TC"] = "Turks and Caicos Islands",
        ["TT"] = "Trinidad and Tobago", ["VC"] = "Saint Vincent", ["VG"] = "British Virgin Islands", ["VI"] = "US Virgin Islands",
    };

    public Numbering(string folder)
    {
        List<string[]> npas = [.. Rows(Path.Combine(folder, "nanp-npa.csv"))];
        HashSet<string> usCanada = [.. npas.Where(row => row[2] is "US" or "CA" && row[3] == "geographic").Select(row => row[0])];
        IEnumerable<Prefix> world = Rows(Path.Combine(folder, "e164-prefixes.csv"))
            .Where(row => row[0][0] != '1' && row[0].Length <= LongestCode)
            .Select(row => new Prefix(row[0], CountryName(row[0], row[1]), row[2], row[3].Replace(",", "", StringComparison.Ordinal)));
        IEnumerable<Prefix> nanp = npas
            .Where(row => NanpCountries.ContainsKey(row[2]))
            .Select(row => new Prefix("1" + row[0], NanpCountries[row[2]], "country", ""));
        World = [.. world.Concat(nanp).DistinctBy(prefix => prefix.Code).OrderBy(prefix => prefix.Code, StringComparer.Ordinal)];
        Dictionary<string, string> countries = npas.ToDictionary(row => row[0], row => row[2]);
        string Region(string npa, string region) => region.Length == 0 ? "" : $"{countries[npa]}-{region}";
        Npas = [.. npas.Where(row => usCanada.Contains(row[0])).Select(row => new Exchange(row[0], Region(row[0], row[1])))];
        Exchanges = [.. Rows(Path.Combine(folder, "nanp-npanxx.csv"))
            .Where(row => usCanada.Contains(row[0][..3]))
            .Select(row => new Exchange(row[0], Region(row[0][..3], row[2]), row[1]))
            .DistinctBy(exchange => exchange.Npanxx)
            .OrderBy(exchange => exchange.Npanxx, StringComparer.Ordinal)];
    }

    /// <summary>Every country, and below it operators and areas, outside the US and Canada.</summary>
    public IReadOnlyList<Prefix> World { get; }

    /// <summary>Area codes of the US and Canada.</summary>
    public IReadOnlyList<Exchange> Npas { get; }

    public IReadOnlyList<Exchange> Exchanges { get; }

    private static string CountryName(string code, string country) =>
        code.StartsWith("34", StringComparison.Ordinal) ? "Spain" : country.Split(',')[0];

    private static IEnumerable<string[]> Rows(string file) => File.ReadLines(file).Skip(1).Where(line => line.Length > 0).Select(Cells);

    private static string[] Cells(string line)
    {
        List<string> cells = [];
        bool quoted = false;
        int start = 0;
        for (int i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || (line[i] == ',' && !quoted))
            {
                cells.Add(line[start..i].Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal));
                start = i + 1;
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
        }

        return [.. cells];
    }
}
