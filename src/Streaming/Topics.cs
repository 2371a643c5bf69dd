namespace Perimeter.Streaming;

/// <summary>The topics, and the groups that read them. Partition p of one feeds partition p of the next.</summary>
public static class Topics
{
    public const string CallEvents = "call-events";
    public const string RatedCalls = "rated-calls";
    public const string Quarantine = "quarantine";

    /// <summary>How far each CDR file has been taken, appended together with the events of its lines.</summary>
    public const string FilePositions = "file-positions";

    /// <summary>Revisions of the configuration, over Kafka: by key, not in frames; <see cref="CompactedTopic"/>.</summary>
    public const string ConfigSnapshots = "config-snapshots";

    /// <summary>Those of frames.</summary>
    public static IReadOnlyList<string> All { get; } = [CallEvents, RatedCalls, Quarantine, FilePositions];
}
