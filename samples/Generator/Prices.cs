using System.Globalization;

namespace Perimeter.Generator;

/// <summary>What a minute costs on the open market, in millionths of a dollar: believable, drawn by country and breakout.</summary>
internal static class Prices
{
    // Countries whose level everybody knows; the rest is drawn.
    private static readonly Dictionary<string, int> KnownMicros = new()
    {
        ["United Kingdom"] = 5_200, ["Germany"] = 6_900, ["France"] = 6_100, ["Spain"] = 6_400, ["Italy"] = 8_300, ["Poland"] = 9_100,
        ["India"] = 11_400, ["China"] = 9_700, ["Mexico"] = 7_300, ["Brazil"] = 8_800, ["Argentina"] = 9_900, ["Chile"] = 11_800,
        ["Colombia"] = 12_900, ["Peru"] = 9_400, ["Bangladesh"] = 17_500, ["Pakistan"] = 34_000, ["Nigeria"] = 92_000, ["Ghana"] = 188_000,
        ["Kenya"] = 121_000, ["Egypt"] = 109_000, ["Morocco"] = 214_000, ["Tunisia"] = 395_000, ["Algeria"] = 260_000,
        ["Philippines"] = 118_000, ["Vietnam"] = 76_000, ["Indonesia"] = 54_000, ["Saudi Arabia"] = 98_000, ["United Arab Emirates"] = 172_000,
        ["Turkey"] = 47_000, ["Russia"] = 61_000, ["Japan"] = 18_600, ["Singapore"] = 9_800, ["Australia"] = 12_200, ["Cuba"] = 690_000,
        ["Canada"] = 3_900, ["Sweden"] = 7_700, ["Austria"] = 13_500, ["Romania"] = 8_600, ["Guatemala"] = 96_000, ["Honduras"] = 132_000,
        ["El Salvador"] = 141_000, ["Ecuador"] = 124_000,
    };

    /// <summary>The market's price of a breakout; mobiles are dearer than fixed lines.</summary>
    public static long MarketMicros(Prefix prefix)
    {
        long country = KnownMicros.TryGetValue(prefix.Country, out int known) ? known : Draw.Between(18_000, 340_000, "country", prefix.Country);
        if (prefix.Kind != "mobile")
        {
            return country;
        }

        long mobile = country * Draw.Between(118, country < 15_000 ? 390 : 170, "mobile", prefix.Country) / 100;
        return mobile * Draw.Between(94, 108, "operator", prefix.Destination) / 100;
    }

    /// <summary>Millionths as a decimal, cut to <paramref name="digits"/> digits after the point, without trailing zeros.</summary>
    public static string Text(long micros, int digits = 6)
    {
        long step = 1;
        for (int i = digits; i < 6; i++)
        {
            step *= 10;
        }

        decimal value = Math.Max(step, micros / step * step) / 1_000_000m;
        return value.ToString("0.######", CultureInfo.InvariantCulture);
    }
}
