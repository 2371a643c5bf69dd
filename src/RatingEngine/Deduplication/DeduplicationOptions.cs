using Perimeter.Domain;

namespace Perimeter.RatingEngine;

/// <summary>How long keys are known, and how many there may be.</summary>
public sealed record DeduplicationOptions
{
    /// <summary>Below this, the events of two frames would not fit, and a partition could wait for itself.</summary>
    public const long LeastKeys = 2L * CallEventBatch.MaxRows;

    /// <summary>The longest window, horizon and skew together, whose minutes are counted.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(31);

    /// <summary>More entries could not be numbered in an index.</summary>
    public const long MostKeys = 1_000_000_000;

    /// <summary>The longest time between an event's end and its arrival within which a repeat is known by its key; later ones are looked up in rated_calls.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How far a switch's clock may run ahead of the log's: an event may come so long before its own end.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The most keys of this process, over all its partitions, at 40 bytes each at most; memory is taken as keys come. An answered event counts as one key, of 48
    /// bytes. At the limit the oldest keys that have landed leave, and events that may have had them are looked up in rated_calls; where none has landed, the
    /// partition waits. Answers leave with keys of their age.
    /// </summary>
    public long MaxKeys { get; init; } = 32_000_000;

    /// <summary>How long a key is kept after the log took its event.</summary>
    public TimeSpan Window => Horizon + ClockSkew;

    public IEnumerable<string> Errors()
    {
        if (Horizon <= TimeSpan.Zero || ClockSkew < TimeSpan.Zero || Window > LongestWindow)
        {
            yield return $"Deduplication: the horizon ({Horizon}) must be above 0, the clock skew ({ClockSkew}) at least 0, and both together at most {LongestWindow.TotalDays} days.";
        }

        if (MaxKeys is < LeastKeys or > MostKeys)
        {
            yield return $"Deduplication: MaxKeys ({MaxKeys}) must be from {LeastKeys} to {MostKeys}.";
        }
    }
}
