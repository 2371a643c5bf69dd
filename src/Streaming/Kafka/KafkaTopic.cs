namespace Perimeter.Streaming;

/// <summary>A topic as it is made where there is none yet.</summary>
public sealed record KafkaTopic(string Name)
{
    /// <summary>Keeps its newest bytes whatever their age, since a position stands until the next one: how far files were taken.</summary>
    public const long PositionBytes = 1L << 30;

    /// <summary>Bounds each partition by bytes and not by age; null: by the log's retention.</summary>
    public long? RetentionBytes { get; init; }

    /// <summary>
    /// Keeps the newest value of each key, whatever its age, in one partition, so that values come in the order in which they were published: for
    /// <see cref="CompactedTopic"/>, not for frames.
    /// </summary>
    public bool IsCompacted { get; init; }

    /// <summary>Values by <c>file/CONTENT-HASH</c> and <c>revision/N</c>.</summary>
    public static KafkaTopic ConfigSnapshots { get; } = new(Streaming.Topics.ConfigSnapshots) { IsCompacted = true };

    /// <summary>Those of frames.</summary>
    public static IReadOnlyList<KafkaTopic> All { get; } =
    [
        new(Streaming.Topics.CallEvents), new(Streaming.Topics.RatedCalls), new(Streaming.Topics.Quarantine),
        new(Streaming.Topics.FilePositions) { RetentionBytes = PositionBytes },
    ];
}
