namespace Perimeter.Ingest.Sample;

/// <summary>The calling numbers and, on US calls, the location routing numbers.</summary>
internal static class SampleCallers
{
    private static readonly string[] MalformedAnis = ["anonymous", "unavailable", "00000", "1", "1212555"];
    private static readonly string[] InvalidLrns = ["15551", "0000000000", "1111111111"];

    /// <summary>A caller; empty where the switch knows none. <paramref name="usDnis"/> is the US number called, or empty.</summary>
    public static string Draw(ref SampleDice dice, SampleCodes? exchanges, string usDnis)
    {
        int drawn = dice.Below(1_000);
        if (drawn < 20)
        {
            return "";
        }

        if (drawn < 35)
        {
            return dice.Of(MalformedAnis);
        }

        if (exchanges is null || exchanges.Exchanges.Count == 0)
        {
            return SampleNumbers.Foreign(ref dice);
        }

        if (drawn < 45)
        {
            return SampleNumbers.TollFree(ref dice);
        }

        if (drawn < 50)
        {
            return SampleNumbers.Territory(ref dice);
        }

        if (usDnis.Length == 11 && drawn < 330)
        {
            return SampleNumbers.Neighbour(ref dice, exchanges, usDnis);
        }

        return drawn < (usDnis.Length == 0 ? 500 : 360) ? SampleNumbers.Foreign(ref dice) : SampleNumbers.UsCanada(ref dice, exchanges);
    }

    /// <summary>Most US numbers were looked up; a third of those had been ported, often inside the state. Some switches write 10 digits.</summary>
    public static string DrawLrn(ref SampleDice dice, SampleCodes codes, string dnis)
    {
        int drawn = dice.Below(100);
        if (drawn < 35 || dnis.Length != 11 || codes.Exchanges.Count == 0)
        {
            return "";
        }

        if (drawn < 37)
        {
            return dice.Of(InvalidLrns);
        }

        string lrn = drawn < 75 ? dnis[..7] + "0000"
            : drawn < 92 ? SampleNumbers.Neighbour(ref dice, codes, dnis)
            : SampleNumbers.UsCanada(ref dice, codes);
        return dice.Happens(5_000) ? lrn[1..] : lrn;
    }
}
