using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>Makes up numbers to call from and to.</summary>
internal static class SampleNumbers
{
    // Where wholesale traffic goes, by country code; the rest of the world shares what is left.
    private static readonly (string Code, int Weight)[] Favourites =
    [
        ("91", 170), ("52", 110), ("234", 80), ("92", 75), ("63", 70), ("880", 65), ("44", 60), ("20", 55), ("233", 45), ("49", 40),
        ("33", 40), ("84", 38), ("254", 35), ("55", 35), ("57", 35), ("212", 30), ("966", 30), ("971", 30), ("86", 28), ("62", 28),
        ("503", 25), ("504", 25), ("502", 25), ("593", 22), ("51", 22), ("34", 20), ("48", 18), ("40", 18), ("90", 18), ("7", 18),
    ];

    private static readonly int FavouriteWeights = Favourites.Sum(favourite => favourite.Weight);
    private static readonly string[] HomeCodes = ["4420", "3312", "4930", "3851", "3511", "3716", "3712", "971450", "20222", "6562"];
    private static readonly string[] TollFreeCodes = ["1800", "1833", "1844", "1855", "1866", "1877", "1888"];
    private static readonly string[] TerritoryCodes = ["1787", "1939", "1340", "1671"];

    /// <summary>Country codes of global services, which no deck has a code for.</summary>
    private static readonly string[] UnsoldCodes = ["8816", "8835", "979", "8703", "8789"];

    public static string International(ref SampleDice dice, SampleCodes codes)
    {
        if (dice.Happens(8_000))
        {
            int drawn = dice.Below(FavouriteWeights);
            foreach ((string code, int weight) in Favourites)
            {
                drawn -= weight;
                if (drawn < 0)
                {
                    (int first, int count) = codes.RangeOf(code);
                    return count > 0 ? Fill(ref dice, codes.Open[first + dice.Below(count)], 11) : Fill(ref dice, code, 12);
                }
            }
        }

        return Fill(ref dice, dice.Of(codes.Open), 11);
    }

    public static string UsCanada(ref SampleDice dice, SampleCodes codes) => dice.Of(codes.Exchanges) + Digits(ref dice, 4);

    /// <summary>A number of the same NPA, and so mostly of the same state.</summary>
    public static string Neighbour(ref SampleDice dice, SampleCodes codes, string number)
    {
        (int first, int count) = codes.RangeOf(number[..4]);
        string code = count == 0 ? number[..7] : codes.Open[first + dice.Below(count)];
        return (code.Length == 7 ? code : number[..7]) + Digits(ref dice, 4);
    }

    public static string TollFree(ref SampleDice dice) => Exchange(ref dice, dice.Of(TollFreeCodes));

    public static string Territory(ref SampleDice dice) => Exchange(ref dice, dice.Of(TerritoryCodes));

    public static string Unsold(ref SampleDice dice) => Fill(ref dice, dice.Of(UnsoldCodes), 12);

    public static string Foreign(ref SampleDice dice) => Fill(ref dice, dice.Of(HomeCodes), 11);

    /// <summary>Digits behind <paramref name="code"/> up to a length that a number of that country might have.</summary>
    public static string Fill(ref SampleDice dice, string code, int shortest)
    {
        int length = Math.Min(E164.MaxDigits, Math.Max(shortest + dice.Below(2), code.Length + 4));
        return code + Digits(ref dice, length - code.Length);
    }

    /// <summary>What no switch should send and some do.</summary>
    public static string Malformed(ref SampleDice dice) => dice.Below(5) switch
    {
        0 => "00" + Digits(ref dice, 11),
        1 => "1212" + Digits(ref dice, 3),
        2 => "1" + Digits(ref dice, 1) + "11" + Digits(ref dice, 17),
        3 => "44x" + Digits(ref dice, 6),
        _ => "anonymous",
    };

    public static string Digits(ref SampleDice dice, int count)
    {
        int below = 1;
        for (int i = 0; i < Math.Min(count, 9); i++)
        {
            below *= 10;
        }

        string digits = dice.Below(below).ToString(CultureInfo.InvariantCulture).PadLeft(Math.Min(count, 9), '0');
        return count > 9 ? digits + Digits(ref dice, count - 9) : digits;
    }

    private static string Exchange(ref SampleDice dice, string npa) =>
        npa + dice.Between(2, 9).ToString(CultureInfo.InvariantCulture) + Digits(ref dice, 6);
}
