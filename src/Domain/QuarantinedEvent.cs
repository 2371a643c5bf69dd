namespace Perimeter.Domain;

/// <summary>Why an event was put aside. Stored: never change or reuse a number, add at the end.</summary>
public enum QuarantineReason : byte
{
    None = 0,

    /// <summary>The bytes are no record of the format.</summary>
    Unreadable = 1,

    /// <summary>A field is missing, malformed or out of its range, or fields contradict one another.</summary>
    Invalid = 2,

    /// <summary>A call with this key was taken before, with other content.</summary>
    Conflict = 3,

    /// <summary>A switch wrote the event to another partition of the log than its call's, where repeats of the call are not known.</summary>
    Misplaced = 4,

    /// <summary>No event: the mark that the one which <see cref="QuarantinedEvent.ReplayOf"/> names was sent again.</summary>
    Replayed = 5,
}

/// <summary>A header of a message: its name, and its bytes as they came.</summary>
public readonly record struct QuarantinedHeader(string Name, ReadOnlyMemory<byte> Value);

/// <summary>An event that could not be taken, with its bytes as received and what was wrong, so that a person can mend it.</summary>
public sealed record QuarantinedEvent
{
    public const int NoPartition = -1;

    public required QuarantineReason Reason { get; init; }

    /// <summary>The field that was wrong; empty where the record as a whole was.</summary>
    public string Field { get; init; } = "";

    /// <summary>What was wrong, for people.</summary>
    public required string Message { get; init; }

    /// <summary>Where it came from: "http", "file:NAME" or "topic:NAME".</summary>
    public required string Source { get; init; }

    /// <summary>The place in the source: the index in the request, from 0; the line of the file, from 1; the packed log position.</summary>
    public long Place { get; init; }

    /// <summary>The partition of the topic that it came from; -1 where it came from none. Its offset there is in <see cref="Place"/>.</summary>
    public int SourcePartition { get; init; } = NoPartition;

    /// <summary>The key of the message; empty where there was none.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    public IReadOnlyList<QuarantinedHeader> Headers { get; init; } = [];

    /// <summary>Of a mark, the id of the event in the quarantine that was sent again.</summary>
    public ulong ReplayOf { get; init; }

    public string SwitchId { get; init; } = "";

    public string CallId { get; init; } = "";

    public int Attempt { get; init; }

    public required long ReceivedMs { get; init; }

    public required ReadOnlyMemory<byte> Content { get; init; }
}
