namespace Perimeter.Aggregator;

/// <summary>How much lands at once, and how long it may wait.</summary>
public sealed record AggregatorOptions
{
    /// <summary>Batches of rated calls under way at once. Each has buffers and a connection of its own, and uses about one core while it inserts.</summary>
    public int Lanes { get; init; } = 2;

    /// <summary>A batch lands when it has so many rows, and at most one frame more: about 700 bytes of memory a row and lane.</summary>
#if DEBUG
    public int MaxBatchRows { get; init; } = 100;
#else
    public int MaxBatchRows { get; init; } = 200_000;
#endif

    /// <summary>A batch lands when it has so many bytes of texts, and at most one frame more.</summary>
    public long MaxBatchTextBytes { get; init; } = 64L << 20;

    /// <summary>A batch that does not fill lands so long after its first frame was read.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>What one read of the log brings at most.</summary>
    public int ReadFrames { get; init; } = 256;

    public int ReadBytes { get; init; } = 16 << 20;

    /// <summary>After a failed insert, the first wait before the next try; it doubles up to <see cref="MaxRetryDelay"/>.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(15);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The wait after another.</summary>
    internal TimeSpan RetryDelayAfter(TimeSpan wait) => TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, MaxRetryDelay.Ticks));

    /// <exception cref="ArgumentException">Something is out of range; the message says everything that is.</exception>
    public void Validate()
    {
        List<string> wrong = [];
        Require(Lanes is >= 1 and <= 64, $"{nameof(Lanes)} is {Lanes}; it must be 1 to 64.");
        Require(MaxBatchRows is >= 1 and <= 3_000_000, $"{nameof(MaxBatchRows)} is {MaxBatchRows}; it must be 1 to 3,000,000, or a batch would be two blocks.");
        Require(MaxBatchTextBytes is >= 1 and <= 1L << 30, $"{nameof(MaxBatchTextBytes)} is {MaxBatchTextBytes}; it must be 1 to 2^30.");
        Require(MaxDelay > TimeSpan.Zero, $"{nameof(MaxDelay)} is {MaxDelay}; it must be above zero.");
        Require(ReadFrames >= 1, $"{nameof(ReadFrames)} is {ReadFrames}; it must be 1 or more.");
        Require(ReadBytes >= 1, $"{nameof(ReadBytes)} is {ReadBytes}; it must be 1 or more.");
        Require(FirstRetryDelay > TimeSpan.Zero && MaxRetryDelay >= FirstRetryDelay, $"{nameof(MaxRetryDelay)} must be at least {nameof(FirstRetryDelay)}, and that above zero.");
        if (wrong.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', wrong));
        }

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                wrong.Add(otherwise);
            }
        }
    }
}
