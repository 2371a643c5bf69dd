namespace Perimeter.Generator;

/// <summary>Writes an origin-based deck: every country at one price, and where regulators allow a surcharge, by where the caller is.</summary>
internal sealed class OriginDeck(string name, int percent, Numbering numbering)
{
    private const string Begin = "2026-01-01";
    private const string Change = "2026-09-15";

    // Who pays less, for calls within the region, and who pays more.
    private const string Europe = "30;31;32;33;34;351;352;353;356;357;358;36;370;371;372;385;386;39;40;420;421;43;44;45;46;48;49";
    private const string NorthAmerica = "1";

    private static readonly string[] Surcharged =
        ["France", "Germany", "United Kingdom", "Spain", "Italy", "Poland", "Croatia", "Portugal", "Latvia", "Romania", "Austria", "Sweden", "Morocco", "Tunisia", "Egypt"];

    private readonly List<string> _rows = ["code,origin,destination,rate,initial,increment,effective_date,expiration_date,blocked"];

    public IEnumerable<string> Rows()
    {
        foreach (Prefix prefix in numbering.World)
        {
            bool surcharged = Surcharged.Contains(prefix.Country);
            if (prefix.Kind != "country" && !(surcharged && prefix.Kind == "mobile"))
            {
                continue;
            }

            if (surcharged)
            {
                ByOrigin(prefix);
            }
            else
            {
                Row(prefix, "", 100, Begin, "", Draw.Below(400, name, "blocked", prefix.Code) == 0);
            }
        }

        return _rows;
    }

    private void ByOrigin(Prefix prefix)
    {
        int drawn = Draw.Below(100, name, "origins", prefix.Code);
        Row(prefix, Europe, 100, Begin, "");
        Row(prefix, NorthAmerica, 160, Begin, "");
        if (drawn < 20)
        {
            Row(prefix, NorthAmerica, 175, Change, "");
        }

        if (drawn is >= 20 and < 40)
        {
            // For one country of the region apart, until it ends in mid-sample.
            Row(prefix, "4420;3851", 90, Begin, Change);
        }

        if (drawn < 80)
        {
            // Where there is none, callers that nobody knows pay the dearest.
            Row(prefix, "unknown", 240, Begin, "");
        }

        // Where there is none, other callers are rated as for the whole country.
        if (prefix.Kind == "country" || drawn % 2 == 0)
        {
            Row(prefix, "", 210, Begin, "");
        }
    }

    private void Row(Prefix prefix, string origin, int originPercent, string effective, string expiration, bool blocked = false)
    {
        long micros = Prices.MarketMicros(prefix) * percent / 100 * originPercent / 100 * 86 / 100;
        _rows.Add($"{prefix.Code},{origin},{prefix.Destination},{Prices.Text(micros)},30,6,{effective},{expiration},{(blocked ? "yes" : "")}");
    }
}
