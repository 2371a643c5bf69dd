namespace Perimeter.Generator;

/// <summary>How one US &amp; Canada deck differs from the others.</summary>
/// <param name="LowPercent">Of the market's price, at the least; <paramref name="HighPercent"/> at the most.</param>
/// <param name="IsPublishedForm">The form in which US rate sheets are published: other names of columns, dates as M/D/YYYY.</param>
/// <param name="LeadingOne">Codes are written 1201200.</param>
/// <param name="HasLocalRates">Some rows have a rate for calls within a rate centre.</param>
/// <param name="MissingNpas">Area codes that it does not sell.</param>
/// <param name="Territories">Area codes of US territories that it sells as part of the US.</param>
internal sealed record UsStyle(
    string Name, int LowPercent, int HighPercent, string Increment, bool IsPublishedForm, bool LeadingOne, bool HasLocalRates,
    IReadOnlyList<string> MissingNpas, IReadOnlyList<string> Territories);

/// <summary>Writes an NPANXX deck: a row for every area code, one for every exchange, and a few for thousands blocks.</summary>
internal sealed class UsDeck(UsStyle style, Numbering numbering)
{
    private const string Header =
        "code,destination,rate,interstate_rate,intrastate_rate,indeterminate_rate,initial,increment,effective_date,expiration_date,blocked";

    private const string PublishedHeader = "code,duration,increment,interrate,intrarate,ijrate,effective_date";

    private readonly List<string> _rows = [style.IsPublishedForm ? PublishedHeader : Header + (style.HasLocalRates ? ",local_rate" : "")];

    public IEnumerable<string> Rows()
    {
        foreach (Exchange npa in numbering.Npas.Where(IsSold))
        {
            Row(npa.Npanxx, npa.Region, "npa", 100, Date(1), "");
        }

        foreach (string territory in style.Territories)
        {
            Row(territory, "", "territory", 400, Date(1), "");
        }

        foreach (Exchange exchange in numbering.Exchanges.Where(IsSold))
        {
            ExchangeRows(exchange);
        }

        return _rows;
    }

    private void ExchangeRows(Exchange exchange)
    {
        string code = exchange.Npanxx;
        int drawn = Draw.Below(10_000, style.Name, "fate", code);
        Row(code, exchange.Region, "exchange", 100, Date(1), !style.IsPublishedForm && drawn is >= 200 and < 260 ? "2026-09-15" : "", drawn is >= 260 and < 300);
        if (drawn < 200)
        {
            Row(code, exchange.Region, "exchange", Draw.Between(85, 125, style.Name, "changed", code), Date(drawn < 120 ? 2 : 3), "");
        }

        if (drawn is >= 300 and < 340)
        {
            Row(code + (char)('0' + (drawn % 10)), exchange.Region, "block", 140, Date(1), "");
        }
    }

    private void Row(string code, string region, string kind, int percent, string effective, string expiration, bool blocked = false)
    {
        // One exchange in forty is rural and dear.
        bool rural = kind != "npa" && Draw.Below(1_000, "rural", code[..Math.Min(6, code.Length)]) < 25;
        long market = rural ? Draw.Between(9_000, 42_000, "rural price", code) : Draw.Between(700, 2_600, "us price", code[..3]);
        int level = Draw.Between(style.LowPercent, style.HighPercent, style.Name, code);
        long interstate = market * level / 100 * percent / 100;
        long intrastate = interstate * Draw.Between(85, 210, style.Name, "intra", code[..3], region) / 100;
        string written = style.LeadingOne ? "1" + code : code;
        string[] increment = style.Increment.Split('/');
        string inter = Prices.Text(interstate);
        string intra = Prices.Text(intrastate);
        string highest = Prices.Text(Math.Max(interstate, intrastate) + 100);
        if (style.IsPublishedForm)
        {
            _rows.Add($"{written},{increment[0]},{increment[1]},{inter},{intra},{highest},{effective}");
            return;
        }

        // Some rows leave out a rate, so that the deck's policy decides; some are flat.
        int shape = kind == "territory" ? 990 : Draw.Below(1_000, style.Name, "shape", code);
        string rates = shape switch
        {
            < 930 => $",{inter},{intra},{highest}",
            < 960 => $",{inter},{intra},",
            < 980 => $",{inter},,",
            _ => $"{inter},,,",
        };
        string local = !style.HasLocalRates ? "" : shape < 930 && Draw.Below(10, style.Name, "local", code) < 4 ? "," + Prices.Text(interstate * 6 / 10) : ",";
        _rows.Add($"{written},{region},{rates},{increment[0]},{increment[1]},{effective},{expiration},{(blocked ? "yes" : "")}{local}");
    }

    private bool IsSold(Exchange exchange) => !style.MissingNpas.Contains(exchange.Npanxx[..3]);

    private string Date(int day) => (style.IsPublishedForm, day) switch
    {
        (true, 1) => "1/1/2026",
        (true, 2) => "9/15/2026",
        (true, _) => "9/16/2026",
        (false, 1) => "2026-01-01",
        (false, 2) => "2026-09-15",
        _ => "2026-09-15T18:00:00Z",
    };
}
