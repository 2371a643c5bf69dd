namespace Perimeter.Streaming;

/// <summary>A topic as it is made where there is none yet.</summary>
public sealed record KafkaTopic(string Name)
{
    /// <summary>Keeps its newest bytes whatever their age, since a position stands until the next one: how far files were taken.</summary>
    public const long PositionBytes = 1L << 30;

    /// <summary>Bounds each partition by bytes and not by age; null: by the log's retention.</summary>
    public long? RetentionBytes { get; init; }

    public static IReadOnlyList<KafkaTopic> All { get; } =
    [
        new(Streaming.Topics.CallEvents), new(Streaming.Topics.RatedCalls), new(Streaming.Topics.Quarantine),
        new(Streaming.Topics.FilePositions) { RetentionBytes = PositionBytes },
    ];
}
