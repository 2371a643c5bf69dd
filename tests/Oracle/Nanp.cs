namespace Perimeter.Oracle;

/// <summary>The North American plan: which numbers are in it, and in which state or province.</summary>
internal sealed class Nanp
{
    private readonly Dictionary<string, (string Region, string Country, string Service)> _npas = [];
    private readonly Dictionary<string, string> _exchanges = [];

    public Nanp(string dataFolder)
    {
        foreach (CsvRow row in PlainCsv.Table(Path.Combine(dataFolder, "nanp-npa.csv")))
        {
            _npas[row["npa"]] = (row["region"], row["country"], row["service"]);
        }

        foreach (CsvRow row in PlainCsv.Table(Path.Combine(dataFolder, "nanp-npanxx.csv")))
        {
            string code = row["npanxx"];
            if (code[..3] is "902" or "867")
            {
                _exchanges[code] = row["region"];
            }
        }
    }

    /// <summary>1NXXNXXXXXX.</summary>
    public static bool IsNumber(string number) =>
        number.Length == 11 && number.All(char.IsAsciiDigit) && number[0] == '1' && number[1] >= '2' && number[4] >= '2';

    public static bool IsTollFree(string number) =>
        number.Length >= 4 && number[0] == '1' && number[1..4] is "800" or "833" or "844" or "855" or "866" or "877" or "888";

    /// <summary>The NPA belongs to another country, or to a territory of the US.</summary>
    public bool IsElsewhere(string number) =>
        number.Length >= 4 && _npas.TryGetValue(number[1..4], out var npa) && npa.Service == "geographic" && npa.Country is not ("US" or "CA");

    public bool IsUsTerritory(string number) =>
        number.Length >= 4 && _npas.TryGetValue(number[1..4], out var npa) && npa.Country is "PR" or "VI" or "GU" or "AS" or "MP";

    /// <summary>State or province; empty where it is not known.</summary>
    public string RegionOf(string number)
    {
        if (_exchanges.TryGetValue(number[1..7], out string? region))
        {
            return region;
        }

        return _npas.TryGetValue(number[1..4], out var npa) ? npa.Region : "";
    }
}
