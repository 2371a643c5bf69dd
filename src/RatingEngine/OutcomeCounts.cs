using Perimeter.Domain;

namespace Perimeter.RatingEngine;

/// <summary>How many sides of a unit of work came to which outcome.</summary>
internal sealed class OutcomeCounts
{
    public static readonly int Count = Enum.GetValues<RatingOutcome>().Length;

    private readonly long[] _a = new long[Count];
    private readonly long[] _b = new long[Count];

    public ReadOnlySpan<long> OnA => _a;

    public ReadOnlySpan<long> OnB => _b;

    public void Clear()
    {
        Array.Clear(_a);
        Array.Clear(_b);
    }

    public void Add(RatedCallBatch batch)
    {
        Add(batch.A, _a);
        Add(batch.B, _b);
    }

    private static void Add(ReadOnlySpan<RatedSide> sides, long[] counts)
    {
        foreach (ref readonly RatedSide side in sides)
        {
            counts[(int)side.Outcome]++;
        }
    }
}
