using System.Globalization;
using System.Numerics;

namespace Perimeter.Oracle;

/// <summary>One row of a deck. A rate that it does not carry is null.</summary>
internal sealed class DeckRow
{
    /// <summary>With its country code; the tier of DID decks by tier; empty in decks by LATA and OCN.</summary>
    public required string Code { get; init; }

    /// <summary>Of origin-based decks: a code, "unknown", or empty for any.</summary>
    public required string Origin { get; init; }

    public required string Destination { get; init; }

    public BigInteger? Rate { get; init; }

    public BigInteger? Interstate { get; init; }

    public BigInteger? Intrastate { get; init; }

    public BigInteger? Indeterminate { get; init; }

    public BigInteger? Local { get; init; }

    public BigInteger? InitialRate { get; init; }

    public required int Initial { get; init; }

    public required int Increment { get; init; }

    public required BigInteger FeeNanos { get; init; }

    public required bool IsBlocked { get; init; }

    public required Span InForce { get; init; }
}

/// <summary>A deck: settings, and its rows by key in the order in which they were uploaded.</summary>
internal sealed class Deck
{
    private readonly Dictionary<string, List<DeckRow>> _rows = [];
    private int _longest;

    public required int Id { get; init; }

    public required string Name { get; init; }

    public required string Type { get; init; }

    public required bool IsInternational { get; init; }

    public required bool IsCustomer { get; init; }

    public required string Currency { get; init; }

    public required int Digits { get; init; }

    public required string Rounding { get; init; }

    public required string SecondsRounding { get; init; }

    public required bool PropagationDelay { get; init; }

    public required int GraceSeconds { get; init; }

    public required BigInteger MinimumNanos { get; init; }

    public required BigInteger PayphoneNanos { get; init; }

    public required bool RatesOnLrn { get; init; }

    public required string MissingRate { get; init; }

    public required bool TerritoriesAreInterstate { get; init; }

    public required Span InForce { get; init; }

    public bool IsByTier => Type == "did" && !IsInternational;

    public bool IsByLataAndOcn => Type is "lata-ocn" or "peering";

    public bool IsTollFree => Type == "toll-free";

    /// <summary>A toll-free deck that is keyed by the number dialled: an international one, or one that has toll-free codes only.</summary>
    public bool IsFlatTollFree => IsTollFree && (IsInternational || _rows.Keys.All(Nanp.IsTollFree));

    public bool HasJurisdictions => Type is "npanxx" or "local" || IsByLataAndOcn || (IsTollFree && !IsFlatTollFree);

    /// <summary>Codes are NPA, NPANXX or NPANXX-X behind a 1.</summary>
    private bool IsByNpa => Type is "npanxx" or "local" || (IsTollFree && !IsInternational);

    public void AddUpload(IEnumerable<CsvRow> rows, TimeZoneInfo zone)
    {
        foreach (CsvRow row in rows)
        {
            string code = IsByLataAndOcn ? "" : row[IsByTier ? "tier" : "code"];
            if (IsByNpa && code[0] != '1')
            {
                code = "1" + code;
            }

            string key = IsByLataAndOcn ? LataOcnKey(CarrierFiles.Lata(row["lata"]), CarrierFiles.Ocn(row["ocn"])) : code;
            string[] origins = Type == "origin-based" ? row["origin"].Split(';', StringSplitOptions.TrimEntries) : [""];
            foreach (string origin in origins)
            {
                Add(key, RowOf(row, code, origin.ToLowerInvariant(), zone));
            }
        }
    }

    /// <summary>The row of exactly this key that is in force; null where there is none.</summary>
    public DeckRow? At(string key, long t) => _rows.TryGetValue(key, out List<DeckRow>? dated) ? Dated.InForceAt(dated, row => row.InForce, t) : null;

    /// <summary>The row of the longest code that is a prefix of the number and in force; null where there is none.</summary>
    public DeckRow? Longest(string number, long t) =>
        PrefixesOf(number).Select(prefix => At(prefix, t)).FirstOrDefault(row => row is not null);

    /// <summary>The row for a place: by LATA and OCN, by OCN, by LATA, and by neither.</summary>
    public DeckRow? At(Place place, long t)
    {
        List<string> keys = [LataOcnKey("", "")];
        if (place.Lata.Length > 0)
        {
            keys.Insert(0, LataOcnKey(place.Lata, ""));
        }

        if (place.Ocn.Length > 0)
        {
            keys.Insert(0, LataOcnKey("", place.Ocn));
        }

        if (place.Lata.Length > 0 && place.Ocn.Length > 0)
        {
            keys.Insert(0, LataOcnKey(place.Lata, place.Ocn));
        }

        return keys.Select(key => At(key, t)).FirstOrDefault(row => row is not null);
    }

    /// <summary>Of an origin-based deck: the longest destination that has a row for this origin.</summary>
    public DeckRow? Longest(string number, string ani, long t)
    {
        bool known = WrittenNumber.IsValid(ani);
        List<List<DeckRow>> destinations = [.. PrefixesOf(number).Where(_rows.ContainsKey).Select(prefix => InForceByOrigin(_rows[prefix], t))];
        foreach (List<DeckRow> destination in destinations)
        {
            DeckRow? row = known
                ? destination.Where(row => ani.StartsWith(row.Origin, StringComparison.Ordinal)).MaxBy(row => row.Origin.Length)
                : destination.FirstOrDefault(row => row.Origin == "unknown");
            if (row is not null)
            {
                return row;
            }
        }

        // Nobody is known to call, and no row is for that: the dearest of the longest destination, a row without a rate only where there is no other.
        return known ? null : destinations.FirstOrDefault(destination => destination.Count > 0)?.MaxBy(row => row.Rate ?? -BigInteger.Pow(10, 18));
    }

    private static List<DeckRow> InForceByOrigin(List<DeckRow> rows, long t) =>
        [.. rows.GroupBy(row => row.Origin).Select(dated => Dated.InForceAt(dated, row => row.InForce, t)).OfType<DeckRow>().OrderBy(rows.IndexOf)];

    private static string LataOcnKey(string lata, string ocn) => $"{lata}/{ocn}";

    private IEnumerable<string> PrefixesOf(string number)
    {
        for (int length = Math.Min(number.Length, _longest); length > 0; length--)
        {
            yield return number[..length];
        }
    }

    private void Add(string key, DeckRow row)
    {
        if (!_rows.TryGetValue(key, out List<DeckRow>? dated))
        {
            _rows.Add(key, dated = []);
        }

        _longest = Math.Max(_longest, key.Length);
        dated.Add(row);
    }

    private static DeckRow RowOf(CsvRow row, string code, string origin, TimeZoneInfo zone) => new()
    {
        Code = code, Origin = origin, Destination = row["destination"], Rate = Rate(row["rate"]), Interstate = Rate(row["interstate_rate", "interrate"]),
        Intrastate = Rate(row["intrastate_rate", "intrarate"]), Indeterminate = Rate(row["indeterminate_rate", "ijrate"]), Local = Rate(row["local_rate"]),
        InitialRate = Rate(row["initial_rate"]), Initial = Seconds(row["initial", "duration"]), Increment = Seconds(row["increment"]),
        FeeNanos = Rate(row["connect_fee"]) ?? 0, IsBlocked = CarrierFiles.IsYes(row["blocked"]), InForce = CarrierFiles.Dates(row, zone),
    };

    private static BigInteger? Rate(string text) => text.Length == 0 ? null : Amount.Nanos(text);

    private static int Seconds(string text) => text.Length == 0 ? 1 : int.Parse(text, CultureInfo.InvariantCulture);
}
