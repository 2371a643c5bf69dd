using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>How the rating engine reads, waits and remembers.</summary>
public sealed record RatingEngineOptions
{
    public DeduplicationOptions Deduplication { get; init; } = new();

    /// <summary>What a message that a switch wrote to the log itself may be.</summary>
    public CallMessageLimits Messages { get; init; } = new();

    /// <summary>How much of the log one unit of work takes at most: many small frames make one batch.</summary>
    public ReadLimits Reading { get; init; } = new(MaxFrames: 4096, MaxBytes: 1 << 20);

    /// <summary>Over Kafka a unit of work costs much the same whatever is in it, and a call in a message of its own takes several times the bytes that it takes in a frame.</summary>
    internal ReadLimits ReadingOfSingleCalls => new(Reading.MaxFrames * 4, Reading.MaxBytes * 4);

    /// <summary>How long one read waits for frames when there are none: how often the state is brought up to date while nothing comes.</summary>
    public TimeSpan IdleWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The wait before a commit that found the log full, or a batch that found the keys full, is tried again; doubled each time up to <see cref="LongestRetryWait"/>.</summary>
    public TimeSpan RetryWait { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestRetryWait { get; init; } = TimeSpan.FromSeconds(5);

    public IEnumerable<string> Errors()
    {
        if (Reading.MaxFrames < 1 || Reading.MaxBytes < 1)
        {
            yield return $"Rating engine: a read must be allowed at least one frame and one byte; it is {Reading.MaxFrames} frames and {Reading.MaxBytes} bytes.";
        }

        if (IdleWait <= TimeSpan.Zero || RetryWait <= TimeSpan.Zero || LongestRetryWait < RetryWait)
        {
            yield return $"Rating engine: waits must be above 0, and the longest retry wait ({LongestRetryWait}) no less than the first ({RetryWait}).";
        }

        foreach (string error in Deduplication.Errors().Concat(Messages.Errors()))
        {
            yield return error;
        }
    }
}
