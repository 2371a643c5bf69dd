namespace Perimeter.Ingest.Sample;

/// <summary>What to play. The same options on the same carrier give the same bytes, batch by batch.</summary>
public sealed record SampleTrafficOptions
{
    public const long MaxCalls = 1_000_000_000;
    public const int MaxBatchCalls = 50_000;

    /// <summary>Calls, not records: a call that advances over vendors has a record per attempt, and repeats, conflicts and broken records come on top (about 18 % more).</summary>
    public long Calls { get; init; } = 1_000_000;

    public ulong Seed { get; init; } = 20_260_914;

    /// <summary>Calls that begin in one batch. A batch of 5,000 is about 3 MB of NDJSON.</summary>
    public int BatchCalls { get; init; } = 5_000;

    /// <exception cref="ArgumentOutOfRangeException">A number is outside its limits.</exception>
    public SampleTrafficOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Calls, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Calls, MaxCalls);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchCalls, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchCalls, MaxBatchCalls);
        return this;
    }
}

/// <summary>How the switch writes its records.</summary>
public enum SampleFormat { Ndjson, Csv }
