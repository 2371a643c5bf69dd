using System.Globalization;
using System.Numerics;

namespace Perimeter.Oracle;

internal sealed record Span(long From, long To)
{
    public bool Contains(long t) => From <= t && t < To;
}

internal sealed record Company(int Id, string Name, TimeZoneInfo Zone);

/// <param name="Header">"dnis" or "ani".</param>
internal sealed record Manipulation(int Id, string Header, int Place, string Search, string Replace, Span InForce);

internal sealed record Group(int Id, string Name, Company Company, string Direction, string Relation, string Numbering, string TechPrefix, Span InForce)
{
    public required string CountryCode { get; init; }

    public required string NationalPrefix { get; init; }

    public required string InternationalPrefix { get; init; }

    public List<Manipulation> Manipulations { get; } = [];

    public bool CallsComeIn => (Direction, Relation) is ("termination", "customer") or ("origination", "vendor");
}

internal sealed record Trunk(string Name, Group Group, string Address, int Port, string Protocol, Span InForce);

internal sealed record Assignment(int Group, string Class, Deck Deck, Span InForce);

internal sealed record Exchange(string Currency, BigInteger Picos, Span InForce);

internal sealed record Emergency(string Number, Span InForce);

/// <summary>A number of the carrier's own; a tier that it does not have is empty.</summary>
internal sealed record OwnNumber(bool IsTollFree, string CustomerTier, string VendorTier, Span InForce);

/// <summary>A carrier folder, read row by row.</summary>
internal sealed class CarrierFiles
{
    private readonly string _folder;
    private readonly TimeZoneInfo _zone;

    public CarrierFiles(string folder)
    {
        _folder = folder;
        Dictionary<string, string> settings = Table("settings.csv").ToDictionary(row => row["name"], row => row["value"]);
        SystemCurrency = settings.GetValueOrDefault("currency", "USD");
        _zone = Zone(settings.GetValueOrDefault("time_zone", ""), TimeZoneInfo.Utc);
        Companies = [.. Table("relationships.csv").Select(row => new Company(Number(row["id"]), row["name"], Zone(row["time_zone"], _zone)))];
        Groups = [.. Table("trunk_groups.csv").Select(GroupOf)];
        Trunks = [.. Table("trunks.csv").Select(TrunkOf)];
        foreach (CsvRow row in Table("manipulations.csv"))
        {
            Group group = GroupBy(row["trunk_group"]);
            group.Manipulations.Add(new Manipulation(
                Number(row["id"]), row["header"], Number(Or(row["place"], "1")), row["search"], row["replace"], Dates(row, group.Company.Zone)));
        }

        Exchanges = [.. Table("exchange_rates.csv").Select(row => new Exchange(row["currency"], Amount.Scaled(row["rate"], 12), Dates(row, _zone)))];
        Emergencies = [.. Table("emergency_numbers.csv").Select(row => new Emergency(row["number"], Dates(row, _zone)))];
        if (Emergencies.Count == 0)
        {
            Span always = new(long.MinValue, long.MaxValue);
            Emergencies = [new("911", always), new("112", always), new("933", always)];
        }

        Numbers = Table("numbering.csv")
            .GroupBy(row => row["number"].TrimStart('+'))
            .ToDictionary(rows => rows.Key, rows => rows.Select(OwnNumberOf).ToList());
        Reference = Table("reference.csv")
            .GroupBy(row => row["npanxx"] is var code && code[0] == '1' ? code[1..] : code)
            .ToDictionary(rows => rows.Key, rows => rows.Select(ReferenceOf).ToList());
        List<CsvRow> assignments = [.. Table("assignments.csv")];
        Dictionary<string, Deck> decks = [];
        foreach (CsvRow row in Table("decks.csv"))
        {
            Deck deck = DeckOf(row, assignments);
            decks[row["id"]] = deck;
            decks[row["name"]] = deck;
        }

        Assignments = [.. assignments.Select(row =>
            new Assignment(GroupBy(row["trunk_group"]).Id, row["class"], decks[row["deck"]], Dates(row, GroupBy(row["trunk_group"]).Company.Zone)))];
    }

    public string SystemCurrency { get; }

    public IReadOnlyList<Company> Companies { get; }

    public IReadOnlyList<Group> Groups { get; }

    public IReadOnlyList<Trunk> Trunks { get; }

    public IReadOnlyList<Assignment> Assignments { get; }

    public IReadOnlyList<Exchange> Exchanges { get; }

    public IReadOnlyList<Emergency> Emergencies { get; }

    /// <summary>By the number, without "+".</summary>
    public IReadOnlyDictionary<string, List<OwnNumber>> Numbers { get; }

    /// <summary>By NPANXX or NPANXX-X, without a leading 1.</summary>
    public IReadOnlyDictionary<string, List<ReferenceEntry>> Reference { get; }

    private OwnNumber OwnNumberOf(CsvRow row) => new(row["type"] == "toll-free", row["customer_tier"], row["vendor_tier"], Dates(row, _zone));

    private ReferenceEntry ReferenceOf(CsvRow row) =>
        new(row["region"], Lata(row["lata"]), Ocn(row["ocn"]), row["rate_center", "rate_centre"], Dates(row, _zone));

    private Group GroupOf(CsvRow row)
    {
        Company company = Companies.First(company => company.Name == row["relationship"] || company.Id.ToString(CultureInfo.InvariantCulture) == row["relationship"]);
        return new Group(
            Number(row["id"]), row["name"], company, row["direction"], row["relation"], Or(row["numbering"], "e164"), row["tech_prefix"], Dates(row, company.Zone))
        {
            CountryCode = row["country_code"], NationalPrefix = row["national_prefix"], InternationalPrefix = Or(row["international_prefix"], "00"),
        };
    }

    private Trunk TrunkOf(CsvRow row)
    {
        Group group = GroupBy(row["trunk_group"]);
        return new Trunk(row["name"], group, row["address"], Number(row["port"]), row["protocol"], Dates(row, group.Company.Zone));
    }

    private Group GroupBy(string nameOrId) =>
        Groups.First(group => group.Name == nameOrId || group.Id.ToString(CultureInfo.InvariantCulture) == nameOrId);

    private Deck DeckOf(CsvRow row, List<CsvRow> assignments)
    {
        // Where the deck names no time zone: that of the Relationships it is assigned to, if they have one.
        TimeZoneInfo[] zones = [.. assignments
            .Where(assignment => assignment["deck"] == row["id"] || assignment["deck"] == row["name"])
            .Select(assignment => GroupBy(assignment["trunk_group"]).Company.Zone)
            .DistinctBy(zone => zone.Id)];
        TimeZoneInfo zone = Zone(row["time_zone"], zones.Length == 1 ? zones[0] : TimeZoneInfo.Utc);
        Deck deck = new()
        {
            Id = Number(row["id"]), Name = row["name"], Type = row["type"], IsCustomer = row["relation"] == "customer",
            IsInternational = row["location"] == "international" || row["type"] is "international-dialed" or "origin-based", Currency = Or(row["currency"], SystemCurrency),
            Digits = Number(Or(row["rounding_digits"], "6")), Rounding = Or(row["rounding"], "half-up"),
            SecondsRounding = Or(row["seconds_rounding"], "up"), PropagationDelay = IsYes(row["propagation_delay"]),
            GraceSeconds = Number(row["grace"]), MinimumNanos = Amount.Nanos(Or(row["min_charge"], "0")),
            PayphoneNanos = Amount.Nanos(Or(row["payphone_surcharge"], "0")), RatesOnLrn = Or(row["rate_on"], "lrn") == "lrn",
            MissingRate = Or(row["missing_rate"], "highest"), TerritoriesAreInterstate = row["territories"] == "interstate", InForce = Dates(row, zone),
        };
        foreach (string file in row["files"].Split(';'))
        {
            deck.AddUpload(PlainCsv.Table(Path.Combine(_folder, file.Trim())), zone);
        }

        return deck;
    }

    public static Span Dates(CsvRow row, TimeZoneInfo zone) =>
        new(InstantText.Effective(row["effective_date", "effective"], zone), InstantText.Expiration(row["expiration_date", "expiration"], zone));

    public static bool IsYes(string text) => text is "yes" or "true" or "1" or "y";

    public static int Number(string text) => text.Length == 0 ? 0 : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Zeros in front say nothing.</summary>
    public static string Lata(string text) => text.TrimStart('0');

    /// <summary>Four letters and digits, whatever zeros a spreadsheet took.</summary>
    public static string Ocn(string text) => text.Length == 0 ? "" : text.PadLeft(4, '0').ToUpperInvariant();

    private static string Or(string text, string otherwise) => text.Length == 0 ? otherwise : text;

    private static TimeZoneInfo Zone(string name, TimeZoneInfo otherwise) => name.Length == 0 ? otherwise : TimeZoneInfo.FindSystemTimeZoneById(name);

    private IEnumerable<CsvRow> Table(string file)
    {
        string path = Path.Combine(_folder, file);
        return File.Exists(path) ? PlainCsv.Table(path) : [];
    }
}
