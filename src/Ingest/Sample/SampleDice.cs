namespace Perimeter.Ingest.Sample;

/// <summary>SplitMix64: a stream of numbers that is a pure function of its start, so that any call can be made again alone.</summary>
internal struct SampleDice(ulong start)
{
    private ulong _state = start;

    /// <summary>The dice of one call in one of its roles; roles are independent streams.</summary>
    public static SampleDice Of(ulong seed, long call, uint role) => unchecked(new(Mix(Mix(seed + role) + (ulong)call)));

    /// <summary>A bijection of 64 bits.</summary>
    public static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    public ulong Next() => Mix(_state = unchecked(_state + 0x9E3779B97F4A7C15));

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    public int Below(int below) => (int)Math.BigMul(Next(), (ulong)below, out _);

    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True <paramref name="perTenThousand"/> times of 10,000.</summary>
    public bool Happens(int perTenThousand) => Below(10_000) < perTenThousand;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
