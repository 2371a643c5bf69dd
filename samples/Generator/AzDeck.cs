using System.Globalization;

namespace Perimeter.Generator;

/// <summary>How one A-Z deck differs from the market and from the other decks.</summary>
/// <param name="LowPercent">The lowest price of a breakout, in percent of the market; <paramref name="HighPercent"/> the highest.</param>
/// <param name="EuroPercent">0 for dollars; else euros for a hundred dollars.</param>
/// <param name="PriceDigits">Digits after the point of its rates.</param>
/// <param name="Increment">Of most of its rows, written "30/6".</param>
/// <param name="FeePerMille">Breakouts, of a thousand, that have a connect fee and a dearer first interval.</param>
/// <param name="Missing">Countries that it does not sell.</param>
/// <param name="Blocked">Countries that are listed and blocked.</param>
internal sealed record AzStyle(
    string Name, int LowPercent, int HighPercent, int EuroPercent, int PriceDigits, string Increment, int FeePerMille,
    IReadOnlyList<string> Missing, IReadOnlyList<string> Blocked);

/// <summary>Writes an A-Z deck: every country, and below it children that change price, begin, end, or are blocked while the sample's calls are made.</summary>
internal sealed class AzDeck(AzStyle style, Numbering numbering)
{
    private const string Header = "code,destination,rate,initial,increment,connect_fee,initial_rate,effective_date,expiration_date,blocked";
    private const string Begin = "2026-01-01";

    // Within the three days of the sample's calls; a date alone is midnight in the deck's own time zone.
    private static readonly string[] Changes =
        ["2026-09-15", "2026-09-15T14:30:00Z", "2026-09-16", "2026-09-14T09:00:00+02:00", "2026-09-16T16:45:30.500Z"];

    private static readonly string[] FullMinuteCountries = ["Mexico", "Gambia", "Haiti", "Nicaragua", "Sierra Leone", "Tonga"];

    private readonly List<string> _rows = [Header];

    public IEnumerable<string> Rows()
    {
        foreach (Prefix prefix in numbering.World.Where(prefix => !style.Missing.Contains(prefix.Country)))
        {
            bool country = prefix.Kind == "country";
            if (!country && Draw.Below(1_000, style.Name, "left out", prefix.Code) < 25)
            {
                continue;
            }

            if (style.Blocked.Contains(prefix.Country))
            {
                Row(prefix, 100, Begin, "", blocked: true);
            }
            else if (country)
            {
                Row(prefix, 100, Begin, "");
            }
            else
            {
                Child(prefix);
            }
        }

        return _rows;
    }

    /// <summary>A second upload: rows that the rates desk changed in September.</summary>
    public static IEnumerable<string> Amendments(AzStyle style, Numbering numbering)
    {
        AzDeck deck = new(style, numbering);
        foreach (Prefix prefix in numbering.World.Where(prefix => prefix.Kind == "mobile" && !style.Blocked.Contains(prefix.Country)))
        {
            if (Draw.Below(1_000, style.Name, "amended", prefix.Code) < 30)
            {
                deck.Row(prefix, Draw.Between(93, 112, style.Name, "amendment", prefix.Code), prefix.Code[^1] < '5' ? "2026-09-15" : Begin, "");
            }
        }

        return deck._rows;
    }

    private void Child(Prefix prefix)
    {
        int drawn = Draw.Below(10_000, style.Name, "fate", prefix.Code);
        string change = Changes[Draw.Below(Changes.Length, style.Name, "change", prefix.Code)];
        int changed = Draw.Between(90, 116, style.Name, "changed", prefix.Code);
        switch (drawn)
        {
            case < 300:
                Row(prefix, 100, Begin, "");
                Row(prefix, changed, change, "");
                break;
            case < 350:
                // The successor ends, and the row that it replaced does not come back.
                Row(prefix, 100, Begin, "");
                Row(prefix, changed, "2026-09-14", "2026-09-15");
                break;
            case < 450:
                Row(prefix, 100, Begin, drawn % 2 == 0 ? "2026-08-31" : "2026-09-15");
                break;
            case < 550:
                Row(prefix, 100, drawn % 2 == 0 ? "2026-10-01" : change, "");
                break;
            case < 600:
                Row(prefix, 100, Begin, "", blocked: true);
                break;
            case < 620:
                Row(prefix, 100, Begin, "");
                Row(prefix, 100, change, "", blocked: true);
                break;
            case < 630:
                // Of two rows of one date the later line wins.
                Row(prefix, changed, Begin, "");
                Row(prefix, 100, Begin, "");
                break;
            case < 660:
                Row(prefix, changed, "", "2026-09-14");
                Row(prefix, 100, "2026-09-15", "");
                break;
            default:
                Row(prefix, 100, Begin, "");
                break;
        }
    }

    private void Row(Prefix prefix, int percent, string effective, string expiration, bool blocked = false)
    {
        string breakout = prefix.Destination;
        bool loss = Draw.Below(1_000, style.Name, "stale", breakout) < 30;
        int level = loss ? Draw.Between(78, 92, style.Name, "stale level", breakout) : Draw.Between(style.LowPercent, style.HighPercent, style.Name, breakout);
        long micros = Prices.MarketMicros(prefix) * level / 100 * percent / 100;
        if (style.EuroPercent > 0)
        {
            micros = micros * style.EuroPercent / 100;
        }

        string[] increment = (FullMinuteCountries.Contains(prefix.Country) ? "60/60" : style.Increment).Split('/');
        bool fee = Draw.Below(1_000, style.Name, "fee", breakout) < style.FeePerMille;
        string feeText = fee ? Prices.Text(Draw.Between(1, 20, style.Name, "fee size", breakout) * 1_000) : "";
        string initialRate = fee ? Prices.Text(micros * 3 / 2, style.PriceDigits) : "";
        _rows.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{prefix.Code},{breakout},{Prices.Text(micros, style.PriceDigits)},{increment[0]},{increment[1]},{feeText},{initialRate},{effective},{expiration},{(blocked ? "yes" : "")}"));
    }
}
