namespace Perimeter.Ingest.Sample;

/// <summary>How long answered calls last: one in eight is a few seconds, the rest have a long tail around three and a half minutes.</summary>
internal static class SampleDurations
{
    private const int MeanLongMs = 206_000;
    private const int MeanShortMs = 4_500;
    private const long LongestMs = 4 * 3_600_000;

    // Quantiles of the exponential distribution of mean 1,000, at 1/64 steps; the last one stands for the tail.
    private static readonly int[] Quantiles =
    [
        0, 16, 32, 48, 65, 81, 98, 116, 134, 152, 170, 189, 208, 227, 247, 267, 288, 309, 330, 352, 375, 398, 421, 445, 470, 495, 521, 548,
        575, 604, 633, 662, 693, 725, 758, 792, 827, 863, 901, 940, 981, 1023, 1068, 1114, 1163, 1214, 1269, 1326, 1386, 1451, 1520, 1594,
        1674, 1761, 1856, 1962, 2079, 2213, 2367, 2549, 2773, 3060, 3466, 4159, 6159,
    ];

    public static long AnsweredMs(ref SampleDice dice)
    {
        int mean = dice.Happens(1_250) ? MeanShortMs : MeanLongMs;
        long share = Quantile(ref dice);
        return Math.Min(LongestMs, 120 + (share * mean / 1_000) + dice.Below(1_000));
    }

    private static long Quantile(ref SampleDice dice)
    {
        int step = dice.Below(Quantiles.Length - 1);
        return Quantiles[step] + dice.Below(Quantiles[step + 1] - Quantiles[step] + 1);
    }
}
