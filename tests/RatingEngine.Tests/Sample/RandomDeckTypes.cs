using System.Globalization;
using Perimeter.Oracle;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>
/// A small carrier folder drawn from a seed, with what <see cref="RandomCarrier"/> has not: decks of every other type, numbers of the carrier's own,
/// reference data, manipulations and national forms; and calls between groups of all four kinds.
/// </summary>
internal sealed class RandomDeckTypes : IDisposable
{
    private const int FirstToCome = 4;

    private static readonly string[] Dates =
        ["", "2026-09-13", "2026-09-14", "9/14/2026", "2026-09-14T12:00:00Z", "2026-09-14T12:00", "2026-09-14T14:00:00.001+02:00", "2026-09-15", "2026-09-16"];

    private static readonly string[] Zones = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"];
    private static readonly string[] Codes = ["4", "44", "4480", "44800", "33", "331", "1", "1201", "1787", "39"];
    private static readonly string[] Origins = ["", "", "4", "44", "447", "1;33", "unknown", "unknown;3"];
    private static readonly string[] NpaCodes = ["201", "1201", "201555", "2015551", "212", "212555", "787", "902", "902555"];
    private static readonly string[] TollFreeCodes = ["800", "1800", "800555", "888", "8885551"];
    private static readonly string[] Exchanges = ["201555", "2015551", "2015552", "12015559", "212555", "2125551", "902555", "787555", "7875551", "201777"];
    private static readonly string[] Rates = ["0", "0.01", "0.0035", "0.000000001", "-0.02", "1.5", "0.123456789"];

    private static readonly string[] Numbers =
        ["447712345678", "448001112222", "448009999999", "33123456789", "12015551234", "12015552999", "12125551234", "17875551234", "19025551234", "18005551234", "18885551999", "390612345678"];

    private static readonly string[] Written =
        ["07712345678", "00447712345678", "0012015551234", "2015551234", "0612345678", "+12015551234", "112", "911", "0", "", "00", "x", "9447712345678", "1201", "12011551234"];

    private static readonly string[] Anis =
        ["", "x", "12015551000", "12015552000", "2015551000", "12125551000", "17875551000", "17875559000", "19025555555", "18005551234", "447712345678", "331", "00", "+12015551000", "07712345678"];

    private static readonly (string Search, string Replace)[] Manipulations =
        [("^00(.*)$", "$1"), (@"^9(\d{3,})", "$1"), (@"\D", ""), (@"^([2-9]\d{9})$", "1$1"), ("55", "5"), ("(2)(0)?", "$2$1"), ("^$", "12015551234")];

    private readonly Random _random;

    public RandomDeckTypes(int seed)
    {
        _random = new Random(seed);
        Folder = Directory.CreateTempSubdirectory("perimeter-random-decks-").FullName;
        Write("settings.csv", $"name,value\ncurrency,USD\ntime_zone,{Of(Zones)}");
        Write("relationships.csv", $"id,name,time_zone\n1,One,{Of(Zones)}\n2,Two,{Of(Zones)}");
        Write(
            "trunk_groups.csv",
            "id,name,relationship,direction,relation,tech_prefix,numbering,country_code,national_prefix,international_prefix\n"
            + $"1,In,1,termination,customer,{Of(["", "99#"])},{Form()}\n2,Out,2,termination,vendor,{Of(["", "5*"])},{Form()}\n"
            + $"3,From,2,origination,vendor,,{Form()}\n4,To,1,origination,customer,,e164,,,");
        Write("exchange_rates.csv", "id,currency,rate\n1,EUR,1.158412345678");
        Write("manipulations.csv", "id,trunk_group,header,place,search,replace,effective_date\n" + string.Join('\n', Enumerable.Range(1, _random.Next(5)).Select(ManipulationRow)));
        Write("numbering.csv", NumberRows());
        Write("reference.csv", "npanxx,region,lata,ocn,rate_center,effective_date,expiration_date\n" + string.Join('\n', Enumerable.Range(0, _random.Next(30)).Select(_ => ReferenceRow())));
        WriteDecks();
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>A call at one of the instants at which something changes, or a millisecond to either side.</summary>
    public CallRecord Call(int number)
    {
        long setupMs = new DateTimeOffset(2026, 9, 13, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() + (_random.Next(0, 97) * 3_600_000L / 2) + _random.Next(-1, 2);
        bool answered = _random.Next(5) > 0;
        return new CallRecord
        {
            SwitchId = "s", CallId = number.ToString(CultureInfo.InvariantCulture), SetupMs = setupMs,
            TrunkGroupA = Of(["In", "In", "In", "From", "From", "From", "Nobody"]), TrunkGroupB = Of(["Out", "Out", "Out", "To", "To", "To", ""]), Oli = Of(["", "", "00", "27", "29", "70"]), Ani = Of(Anis), Dnis = Of(["", "", "99#"]) + Dialled(),
            AniSent = Of(["", .. Anis]), DnisSent = Of(["", "5*" + Dialled(), Dialled()]), Lrn = Of(["", "", "12125551000", "2015552000", "15551", "19025550000"]),
            AnswerMs = answered ? setupMs + 5_000 : null, EndMs = setupMs + 5_000 + (answered ? _random.Next(400_000) : 0),
        };
    }

    private string Dialled() => Of(_random.Next(3) > 0 ? Numbers : Written);

    private string Form() => Of(["e164,,,", "nanp,,,", "national,44,0,", "national,39,,00", "national,1,1,011"]);

    private string ManipulationRow(int id)
    {
        (string search, string replace) = Manipulations[_random.Next(Manipulations.Length)];
        return $"{id},{Of(["In", "From"])},{Of(["dnis", "ani"])},{Of(["", "1", "2", "10"])},\"{search}\",{replace},{Of(Dates)}";
    }

    private string NumberRows()
    {
        List<string> rows = ["id,number,type,customer_tier,vendor_tier,effective_date,expiration_date"];
        foreach (string number in Numbers.Where(_ => _random.Next(4) > 0))
        {
            // Its periods follow one another, with a day between them or none.
            (string, string)[] periods = Of<(string, string)[]>(
                [[("", "")], [("", "2026-09-13"), ("2026-09-14", "")], [("2026-09-13", "2026-09-13"), ("2026-09-15T12:00:00Z", "")], [("2026-09-14T12:00:00Z", "2026-09-14T12:00:00.001Z")]]);
            foreach ((string from, string to) in periods)
            {
                rows.Add($"{rows.Count},{Of(["", "+"])}{number},{Of(["did", "did", "toll-free"])},{Tier()},{Tier()},{from},{to}");
            }
        }

        return string.Join('\n', rows);
    }

    private string Tier() => Of(["", "1", "2", "7"]);

    private string ReferenceRow()
    {
        (string from, string to) = Period();
        return $"{Of(Exchanges)},{Of(["", "NJ", "NY", "NS", "PR"])},{Of(["", "224", "00224", "132"])},{Of(["", "9206", "103", "0103", "508j"])},{Of(["", "Alpha", "ALPHA", "Beta"])},{from},{to}";
    }

    private void WriteDecks()
    {
        string[] ofUs = ["npanxx,", "lata-ocn,", "local,", "peering,"];
        string[] tollFree = ["toll-free,us-canada", "toll-free,", "toll-free,international"];
        string[] did = ["did,us-canada", "did,", "did,international"];
        (string Side, string Class, string[] Types)[] uses =
        [
            ("termination,customer", "international", ["origin-based,"]), ("termination,customer", "us_canada", ofUs), ("termination,customer", "toll_free", tollFree),
            ("termination,vendor", "international", ["origin-based,", "international-dialed,"]), ("termination,vendor", "us_canada", ofUs), ("termination,vendor", "toll_free", tollFree),
            ("origination,vendor", "did", did), ("origination,vendor", "toll_free", tollFree), ("origination,customer", "did", did), ("origination,customer", "toll_free", tollFree),
        ];
        List<string> decks =
            ["id,name,direction,relation,type,location,files,time_zone,currency,rounding_digits,rounding,payphone_surcharge,rate_on,missing_rate,territories"];
        List<string> assignments = ["id,trunk_group,class,deck,effective_date"];
        for (int deck = 1; deck <= uses.Length; deck++)
        {
            (string side, string callClass, string[] types) = uses[deck - 1];
            string type = Of(types);
            decks.Add(
                $"{deck},Deck {deck},{side},{type},deck{deck}.csv,{Of(Zones)},{Of(["USD", "EUR"])},{_random.Next(10)},{Of(["half-up", "half-even", "up", "down"])},"
                + $"{(type.StartsWith("toll", StringComparison.Ordinal) ? Of(["0", "0.49"]) : "")},{Of(["lrn", "dnis"])},"
                + $"{Of(["highest", "interstate", "intrastate", "indeterminate"])},{Of(["indeterminate", "interstate"])}");
            int group = side switch { "termination,customer" => 1, "termination,vendor" => 2, "origination,vendor" => 3, _ => 4 };
            assignments.Add($"{deck},{group},{callClass},{deck},{Of(["", "", "", "2026-09-14"])}");
            Write($"deck{deck}.csv", Rows(type));
        }

        Write("decks.csv", string.Join('\n', decks));
        Write("assignments.csv", string.Join('\n', assignments));
        Write("trunks.csv", "id,name,trunk_group,address");
    }

    private string Rows(string type)
    {
        bool flat = _random.Next(3) == 0;
        string keys = type switch
        {
            "origin-based," => "code,origin", "lata-ocn," => "lata,ocn", "peering," => "ocn", "did,us-canada" or "did," => "tier", _ => "code",
        };
        string Key() => type switch
        {
            "origin-based," => $"{Of(Codes)},{Of(Origins)}",
            "lata-ocn," => $"{Of(["", "224", "00132"])},{Of(["", "9206", "103", "508J"])}",
            "peering," => Of(["9206", "0103", "508j"]),
            "did,us-canada" or "did," => Of(["1", "2", "7"]),
            "international-dialed," or "did,international" or "toll-free,international" => Of(Codes),
            "toll-free,us-canada" or "toll-free," when flat => Of(TollFreeCodes),
            _ => Of(NpaCodes),
        };
        bool byJurisdiction = type is "npanxx," or "lata-ocn," or "local," or "peering," || (type is "toll-free,us-canada" or "toll-free," && !flat);
        List<string> rows = [keys + ",destination,initial,increment,connect_fee,effective_date,expiration_date,blocked,rate" + (byJurisdiction ? ",interstate_rate,intrastate_rate,indeterminate_rate,local_rate" : "")];
        int count = _random.Next(1, 30);
        for (int row = 0; row < count; row++)
        {
            (string from, string to) = Period();
            rows.Add(
                $"{Key()},row {row},{Of(["1", "6", "30"])},{Of(["1", "6", "30"])},{Of(["", "0.4"])},{from},{to},{Of(["", "", "", "", "yes"])},"
                + (byJurisdiction ? $"{Of(["", "", "0.02"])},{Of(Rates)},{Of(["", .. Rates])},{Of(["", .. Rates])},{Of(["", .. Rates])}" : Of(Rates)));
        }

        return string.Join('\n', rows);
    }

    private (string From, string To) Period()
    {
        int begin = _random.Next(Dates.Length);
        return (Dates[begin], begin < FirstToCome && _random.Next(2) == 0 ? Of(["2026-09-14", "2026-09-15", "2026-09-15T12:00:00Z"]) : "");
    }

    private T Of<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    private string Of(IReadOnlyList<string> choices) => Of<string>(choices);

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(Folder, file), content + "\n");
}
