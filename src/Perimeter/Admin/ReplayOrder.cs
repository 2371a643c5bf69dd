namespace Perimeter.Commands;

/// <summary>
/// What of the quarantine to send again: by ids, or by reason and call, each empty for all. <paramref name="Edited"/> is what is sent in place of the one event's bytes;
/// the next say how rows of CSV files and times are read, as with <see cref="IngestRequest"/>; <paramref name="Again"/> means what was sent again before as well.
/// </summary>
public sealed record ReplayOrder(
    IReadOnlyList<ulong> Ids, string Reason, string Call, byte[]? Edited, IReadOnlyList<string> Map, string? TimeZone, char? Delimiter, bool Again, bool DryRun);

/// <summary>What became of one event, what the run waits for, or at its end what it came to.</summary>
public sealed record ReplayAnswer
{
    public string? Waiting { get; init; }

    /// <summary>The event's id as 'quarantine list' shows it.</summary>
    public string? Id { get; init; }

    public string CallId { get; init; } = "";

    /// <summary>Why it was not sent; null where it was, or in a dry run would be.</summary>
    public string? Refused { get; init; }

    /// <summary>What has become of one that was sent, where it is not charged.</summary>
    public string? Note { get; init; }

    public ReplaySummary? Summary { get; init; }
}

/// <param name="Sent">Events that were sent, or in a dry run would be.</param>
/// <param name="Refused">Events that stay as they are.</param>
/// <param name="Charged">Ended attempts of those sent that are among the rated calls; null where it is not known yet.</param>
public sealed record ReplaySummary(int Sent, int Refused, int? Charged, bool DryRun);
