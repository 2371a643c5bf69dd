using System.Globalization;

namespace Perimeter.Generator;

/// <summary>
/// Reference data: a row for every exchange, and for some of their thousands blocks. Regions are real; LATAs, operating companies and rate centres are drawn,
/// since the real ones are not free.
/// </summary>
internal sealed class ReferenceRows(Numbering numbering)
{
    private const int CompaniesOfNpa = 6;
    private const int RateCentersOfNpa = 5;

    /// <summary>The companies that Continental exchanges calls with directly.</summary>
    public static readonly string[] Peers = ["103", "7421", "508J", "9206"];

    public static readonly string[] Companies =
        [.. Peers, .. Enumerable.Range(0, 56).Select(i => Draw.Between(2_000, 8_999, "company", i.ToString(CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture))];

    public IEnumerable<string> Rows()
    {
        yield return "npanxx,region,lata,ocn,rate_center,effective_date,expiration_date";
        ILookup<string, string> places = numbering.Exchanges.Where(exchange => exchange.Place.Length > 0).ToLookup(exchange => exchange.Npanxx[..3], exchange => exchange.Place);
        foreach (Exchange exchange in numbering.Exchanges)
        {
            string code = exchange.Npanxx;
            string region = exchange.Region.Length == 0 ? "" : exchange.Region[^2..];
            string center = RateCenter([.. places[code[..3]].Distinct()], code);
            int drawn = Draw.Below(10_000, "reference", code);
            string[] cells = [region, Lata(exchange), Company(code, ""), center];
            if (drawn < 400)
            {
                // What is not known of the exchange: a number falls back to the plan of area codes, or is nobody's.
                cells[drawn % 4] = "";
            }

            if (drawn is >= 400 and < 600)
            {
                yield return Row(code, cells, "", "2026-09-14");
                yield return Row(code, [cells[0], cells[1], Company(code, "sold"), cells[3]], "2026-09-15", "");
            }
            else
            {
                yield return Row(code, cells, "", "");
            }

            if (drawn is >= 600 and < 1_000)
            {
                // A block of another company; what the row leaves out is as in the rest of the exchange.
                yield return Row(code + Text(drawn % 10), ["", "", Company(code, "block"), drawn % 3 == 0 ? RateCenter([.. places[code[..3]].Distinct()], code + "block") : ""], drawn % 5 == 0 ? "2026-09-16" : "", "");
            }
        }
    }

    /// <summary>Two in an area code; Canada has one number for all of it.</summary>
    public static string Lata(Exchange exchange) =>
        exchange.Region.StartsWith("CA", StringComparison.Ordinal) ? "888" : Text(120 + Draw.Below(860, "lata", exchange.Npanxx[..3], exchange.Npanxx[3] < '6' ? "low" : "high"));

    public static string Company(string npanxx, string why) =>
        Companies[Draw.Below(Companies.Length, "company", npanxx[..3], Text(Draw.Below(CompaniesOfNpa, "company of", npanxx, why)))];

    private static string RateCenter(string[] places, string code)
    {
        if (places.Length == 0)
        {
            return "";
        }

        string place = places[Draw.Below(places.Length, "rate centre", code[..3], Text(Draw.Below(RateCentersOfNpa, "rate centre of", code)))];
        string letters = new([.. place.ToUpperInvariant().Where(char.IsAsciiLetter).Take(10)]);
        return Draw.Below(50, "case", code) == 0 && letters.Length > 0 ? letters[0] + letters[1..].ToLowerInvariant() : letters;
    }

    private static string Row(string code, string[] cells, string effective, string expiration) => $"{code},{string.Join(',', cells)},{effective},{expiration}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
