namespace Perimeter.Generator;

/// <summary>Decks that rate by whose a number is, or by its rate centre.</summary>
internal static class ReferenceDecks
{
    private const string Rates = "interstate_rate,intrastate_rate,indeterminate_rate,local_rate,initial,increment,effective_date,blocked";

    /// <summary>Rows for companies and LATAs, for some companies within one, and a last one for everybody else.</summary>
    public static IEnumerable<string> LataOcn(Numbering numbering)
    {
        yield return "lata,ocn,destination," + Rates;
        foreach (string company in ReferenceRows.Companies.Where(company => Draw.Below(10, "lata-ocn", company) < 8))
        {
            yield return $",{company},Company {company},{Priced("company", company, 1_100)}2026-01-01,{(Draw.Below(25, "lata-ocn blocked", company) == 0 ? "yes" : "")}";
        }

        string[] latas = [.. numbering.Exchanges.Select(ReferenceRows.Lata).Distinct().Order(StringComparer.Ordinal)];
        foreach (string lata in latas.Where(lata => Draw.Below(10, "lata-ocn", lata) < 7))
        {
            yield return $"{lata},,LATA {lata},{Priced("lata", lata, 1_400)}2026-01-01,";
        }

        foreach ((string Lata, string Company) both in numbering.Exchanges
            .Where(exchange => Draw.Below(100, "lata-ocn both", exchange.Npanxx) < 2)
            .Select(exchange => (ReferenceRows.Lata(exchange), ReferenceRows.Company(exchange.Npanxx, "")))
            .Distinct())
        {
            string key = both.Lata + both.Company;
            yield return $"{both.Lata},{both.Company},Company {both.Company} in LATA {both.Lata},{Priced("both", key, 900)}{(Draw.Below(8, "lata-ocn later", key) == 0 ? "2026-09-15" : "2026-01-01")},";
        }

        yield return $",,Elsewhere,{Priced("elsewhere", "", 2_100)}2026-01-01,";
    }

    /// <summary>An area code each, for calls within a rate centre.</summary>
    public static IEnumerable<string> Local(Numbering numbering)
    {
        yield return "code,destination," + Rates;
        foreach (Exchange npa in numbering.Npas.Where(npa => Draw.Below(20, "local", npa.Npanxx) > 0))
        {
            yield return $"{npa.Npanxx},{(npa.Region.Length == 0 ? "Local" : "Local " + npa.Region)},{Priced("local", npa.Npanxx, 800)}2026-01-01,{(Draw.Below(40, "local blocked", npa.Npanxx) == 0 ? "yes" : "")}";
        }
    }

    /// <summary>A row for each company that calls are exchanged with.</summary>
    public static IEnumerable<string> Peering()
    {
        yield return "ocn,destination," + Rates;
        foreach (string peer in ReferenceRows.Peers)
        {
            yield return $"{peer},Peering {peer},{Priced("peer", peer, 400)}2026-01-01,";
        }

        yield return $"{ReferenceRows.Peers[0]},Peering {ReferenceRows.Peers[0]},{Priced("peer changed", "", 380)}2026-09-15,";
    }

    /// <summary>Some rows have no rate for calls within a rate centre, so that those are intrastate ones.</summary>
    private static string Priced(string kind, string key, int market)
    {
        long interstate = (long)market * Draw.Between(85, 120, kind, key) / 100;
        long intrastate = interstate * Draw.Between(95, 160, kind, "intra", key) / 100;
        string local = Draw.Below(5, kind, "local", key) == 0 ? "" : Prices.Text(interstate * 7 / 10);
        return $"{Prices.Text(interstate)},{Prices.Text(intrastate)},{Prices.Text(intrastate + 100)},{local},6,6,";
    }
}
