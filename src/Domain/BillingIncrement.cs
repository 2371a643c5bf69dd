namespace Perimeter.Domain;

/// <summary>How seconds become billed seconds: the first <paramref name="InitialSeconds"/> whole, then steps of <paramref name="FurtherSeconds"/>. Written "60/30".</summary>
public readonly record struct BillingIncrement(int InitialSeconds, int FurtherSeconds)
{
    public const int MaxSeconds = 86_400;

    public static BillingIncrement PerSecond => new(1, 1);

    public bool IsValid => InitialSeconds is >= 1 and <= MaxSeconds && FurtherSeconds is >= 1 and <= MaxSeconds;

    /// <summary>Billed seconds for whole seconds; 0 for 0 (rating.md, "How long", step 5).</summary>
    public long Bill(long seconds)
    {
        if (seconds <= 0)
        {
            return 0;
        }

        long further = Math.Max(0, seconds - InitialSeconds);
        return InitialSeconds + ((further + FurtherSeconds - 1) / FurtherSeconds * FurtherSeconds);
    }

    public override string ToString() => $"{InitialSeconds}/{FurtherSeconds}";
}
