using System.Globalization;

namespace Perimeter.Generator;

/// <summary>Decks of calls to the carrier's own numbers, and to the toll-free numbers of others.</summary>
internal static class NumberDecks
{
    private const string CodeHeader = "code,destination,rate,initial,increment,connect_fee,effective_date,expiration_date,blocked";

    private static readonly (string Code, string Name, int Micros)[] Abroad =
    [
        ("44", "United Kingdom", 5_200), ("4420", "United Kingdom London", 4_600), ("331", "France Paris", 4_900), ("49", "Germany", 6_300), ("4930", "Germany Berlin", 5_900),
        ("385", "Croatia", 7_100), ("3851", "Croatia Zagreb", 6_600), ("351", "Portugal", 6_800), ("35121", "Portugal Lisbon", 6_200), ("39", "Italy", 7_400),
    ];

    private static readonly (string Code, string Name, int Micros)[] Freephones =
        [("44800", "United Kingdom Freephone", 21_000), ("49800", "Germany Freephone", 26_000), ("33805", "France Freephone", 31_000), ("385800", "Croatia Freephone", 44_000)];

    private static readonly string[] TollFreeCodes = ["800", "833", "844", "855", "866", "877", "888"];

    /// <summary>Seven tiers, with what the account is billed for a number; one of them changes in mid-sample.</summary>
    public static IEnumerable<string> Tiers(string name, int percent, int monthlyCents, string increment)
    {
        yield return "tier,destination,rate,initial,increment,monthly_charge,one_time_charge,effective_date,blocked";
        for (int tier = 1; tier <= 7; tier++)
        {
            long micros = (2_000 + (tier * 900L)) * percent / 100;
            string charges = $"{Cents(monthlyCents + (tier * 15))},{Cents(100)}";
            string[] seconds = increment.Split('/');
            yield return $"{tier},DID tier {tier},{Prices.Text(micros)},{seconds[0]},{seconds[1]},{charges},2026-01-01,";
            if (tier == 1 + Draw.Below(6, name, "changed tier"))
            {
                yield return $"{tier},DID tier {tier},{Prices.Text(micros * 108 / 100)},{seconds[0]},{seconds[1]},{charges},2026-09-15,";
            }
        }
    }

    /// <summary>By prefixes of the dialled number; one is blocked.</summary>
    public static IEnumerable<string> DidsAbroad(string name, int percent) =>
        ByCode(Abroad, name, percent).Append("4989,Germany Munich,0.01,1,1,,2026-01-01,,yes").Prepend(CodeHeader);

    public static IEnumerable<string> FreephonesAbroad(string name, int percent) => ByCode(Freephones, name, percent).Prepend(CodeHeader);

    /// <summary>Toll-free codes only, keyed by the dialled number: one price each.</summary>
    /// <param name="micros">Negative where the other side pays.</param>
    public static IEnumerable<string> Flat(long micros, string leadingDigit)
    {
        yield return CodeHeader;
        foreach (string code in TollFreeCodes)
        {
            string rate = ((micros * (code == "800" ? 100 : 96)) / 100_000_000m).ToString("0.######", CultureInfo.InvariantCulture);
            yield return $"{leadingDigit}{code},Toll-free {code},{rate},6,6,,2026-01-01,,{(code == "844" ? "yes" : "")}";
        }
    }

    /// <summary>Keyed by the calling number: every area code but a few, and exchanges where calls are dear.</summary>
    public static IEnumerable<string> ByCaller(string name, int percent, Numbering numbering)
    {
        yield return "code,destination,interstate_rate,intrastate_rate,indeterminate_rate,initial,increment,connect_fee,effective_date,blocked";
        foreach (Exchange npa in numbering.Npas.Where(npa => Draw.Below(100, name, "sold", npa.Npanxx) > 1))
        {
            yield return ByCallerRow(name, npa, 9_000, percent, "2026-01-01");
            if (Draw.Below(30, name, "changed", npa.Npanxx) == 0)
            {
                yield return ByCallerRow(name, npa, 9_900, percent, "2026-09-15");
            }
        }

        foreach (Exchange exchange in numbering.Exchanges.Where(exchange => Draw.Below(1_000, "rural", exchange.Npanxx) < 15))
        {
            yield return ByCallerRow(name, exchange, 31_000, percent, "2026-01-01");
        }
    }

    private static string ByCallerRow(string name, Exchange exchange, long market, int percent, string effective)
    {
        string code = exchange.Npanxx;
        long interstate = market * Draw.Between(85, 120, "toll-free", code) / 100 * percent / 100;
        long intrastate = interstate * Draw.Between(90, 170, "toll-free intra", code) / 100;
        bool blocked = Draw.Below(300, name, "blocked", code) == 0;
        bool leavesOut = Draw.Below(20, name, "left out", code) == 0;
        return $"{code},{(exchange.Region.Length == 0 ? "Toll-free" : "Toll-free from " + exchange.Region)},{Prices.Text(interstate)},{Prices.Text(intrastate)},{(leavesOut ? "" : Prices.Text(Math.Max(interstate, intrastate)))},30,6,,{effective},{(blocked ? "yes" : "")}";
    }

    private static IEnumerable<string> ByCode((string Code, string Name, int Micros)[] codes, string name, int percent)
    {
        foreach ((string code, string destination, int micros) in codes)
        {
            long level = (long)micros * percent / 100;
            yield return $"{code},{destination},{Prices.Text(level)},1,1,{(code.Length == 2 ? "0.001" : "")},2026-01-01,,";
            if (Draw.Below(3, name, "changed", code) == 0)
            {
                yield return $"{code},{destination},{Prices.Text(level * 105 / 100)},1,1,,2026-09-15,,";
            }
        }
    }

    private static string Cents(int cents) => (cents / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}
