using System.Globalization;
using System.Reflection;
using Perimeter.Domain;

namespace Perimeter.Rating.Numbers;

/// <summary>What an NPA of country code 1 is.</summary>
internal enum NpaKind : byte
{
    /// <summary>Not in the table: new, special (500), or not given out. Treated as one of the US and Canada.</summary>
    Unlisted = 0,
    UsOrCanada = 1,
    Territory = 2,
    OtherCountry = 3,
    TollFree = 4,
}

/// <summary>The shipped tables of the North American Numbering Plan: what each NPA is, and the region of a number.</summary>
internal sealed class NumberPlan
{
    private static readonly string[] Territories = ["AS", "GU", "MP", "PR", "VI"];

    private static readonly Region[] TerritoryRegions =
        [.. Territories.Select(static letters => Region.TryParse(letters, out Region region) ? region : throw new InvalidDataException(letters))];

    private readonly NpaKind[] _kinds = new NpaKind[1000];
    private readonly string[] _countries = new string[1000];
    private readonly Region[] _regions = new Region[1000];

    /// <summary>For an NPA that spans several regions: the region by NXX.</summary>
    private readonly Region[]?[] _regionsByNxx = new Region[]?[1000];

    private NumberPlan()
    {
        Array.Fill(_countries, "");
        foreach (string[] row in Rows("nanp-npa.csv", columns: 4))
        {
            int npa = int.Parse(row[0], CultureInfo.InvariantCulture);
            _countries[npa] = row[2];
            _kinds[npa] = KindOf(row[2], row[3]);
            if (row[1].Length > 0 && !Region.TryParse(row[1], out _regions[npa]))
            {
                throw new InvalidDataException($"nanp-npa.csv: NPA {row[0]} has the region '{row[1]}', which is not two capital letters.");
            }
        }

        foreach (string[] row in Rows("nanp-splits.csv", columns: 2))
        {
            int npanxx = int.Parse(row[0], CultureInfo.InvariantCulture);
            Region[] byNxx = _regionsByNxx[npanxx / 1000] ??= new Region[1000];
            if (!Region.TryParse(row[1], out byNxx[npanxx % 1000]))
            {
                throw new InvalidDataException($"nanp-splits.csv: {row[0]} has the region '{row[1]}', which is not two capital letters.");
            }
        }
    }

    public static NumberPlan Shipped { get; } = new();

    /// <summary>Whether the number is 1NXXNXXXXXX, N being 2 to 9.</summary>
    public static bool IsNanp(E164 number) => number.Length == 11 && number[0] == 1 && number[1] >= 2 && number[4] >= 2;

    /// <summary>The NPA of a number of country code 1, or -1 where it is of another or too short to tell.</summary>
    public static int NpaOf(E164 number) =>
        number.Length >= 4 && number[0] == 1 ? (100 * number[1]) + (10 * number[2]) + number[3] : -1;

    public NpaKind KindOf(int npa) => npa < 0 ? NpaKind.Unlisted : _kinds[npa];

    /// <summary>Whether the letters are those of a US territory.</summary>
    public static bool IsTerritory(Region region) => !region.IsUnknown && Array.IndexOf(TerritoryRegions, region) >= 0;

    /// <summary>ISO country of an NPA; empty where it is toll-free or not listed.</summary>
    public string CountryOf(int npa) => npa < 0 ? "" : _countries[npa];

    /// <summary>The region of a NANP number, or unknown.</summary>
    public Region RegionOf(E164 number)
    {
        if (!IsNanp(number))
        {
            return default;
        }

        int npa = NpaOf(number);
        return _regionsByNxx[npa] is { } byNxx ? byNxx[(100 * number[4]) + (10 * number[5]) + number[6]] : _regions[npa];
    }

    private static NpaKind KindOf(string country, string service) => (country, service) switch
    {
        (_, "toll-free") => NpaKind.TollFree,
        ("US" or "CA", _) => NpaKind.UsOrCanada,
        _ => Array.IndexOf(Territories, country) >= 0 ? NpaKind.Territory : NpaKind.OtherCountry,
    };

    private static IEnumerable<string[]> Rows(string resource, int columns)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"{resource} is not in the assembly.");
        using StreamReader reader = new(stream);
        _ = reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            yield return cells.Length == columns
                ? cells
                : throw new InvalidDataException($"{resource}: '{line}' has {cells.Length} columns, not {columns}.");
        }
    }
}
