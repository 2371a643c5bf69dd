using Perimeter.Domain;

namespace Perimeter.Ingest;

/// <summary>An attempt of a call, as its switch names it.</summary>
public readonly record struct CallAttempt(string SwitchId, string CallId, int Attempt);

/// <summary>An event of the quarantine that is to be sent again.</summary>
public sealed record PutAsideEvent
{
    /// <summary>Its id in the quarantine, which the same event put aside again has too.</summary>
    public required ulong Id { get; init; }

    public required QuarantineReason Reason { get; init; }

    /// <summary>How many times it has been put aside.</summary>
    public required long Times { get; init; }

    public required string Source { get; init; }

    /// <summary>As far as it could be read when it was put aside.</summary>
    public required CallAttempt Attempt { get; init; }

    /// <summary>What is to be sent: the bytes as received, or as a person mended them.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    public bool IsEdited { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Refusal">Why it was not sent, and what to do; null where it was, or in a dry run would be.</param>
/// <param name="Ended">The ended attempts that it holds, each of which is charged once.</param>
public sealed record ReplayedEvent(PutAsideEvent Event, string? Refusal, IReadOnlyList<CallAttempt> Ended);
