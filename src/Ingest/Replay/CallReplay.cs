using System.Buffers;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>
/// Sends events of the quarantine again, through the checks that every record has. The events and the marks that say so are one append, so that neither is there without
/// the other; a mark is a row of the quarantine under the event's id.
/// </summary>
/// <param name="log">Where they go.</param>
/// <param name="limits">As at the switch edge.</param>
/// <param name="clock">Times are checked against now: an event that lay ahead of the clock may be good by then.</param>
/// <param name="reading">How rows of CSV files, and times without an offset, are read.</param>
/// <param name="switches">The switch of a name, whose records are read in its own words; null where the configuration has none.</param>
/// <param name="charged">Which of the attempts are among the rated calls.</param>
public sealed class CallReplay(
    ILog log, IngestLimits limits, TimeProvider clock, FileIngestOptions reading, Func<string, SwitchConfig?> switches,
    Func<IReadOnlyCollection<CallAttempt>, IReadOnlySet<CallAttempt>> charged)
{
    /// <summary>The source of marks, as the quarantine shows it.</summary>
    public const string Source = "replay";

    private readonly ReplayContent _content = new(log.PartitionCount, limits, clock, reading, switches);

    /// <summary>Sends what is good. When it is complete, the events and their marks are durable on the log.</summary>
    /// <param name="events">At most some hundred, and not much more than an append holds.</param>
    /// <param name="dryRun">To send nothing.</param>
    /// <exception cref="LogFullException">Nothing was sent.</exception>
    public async Task<IReadOnlyList<ReplayedEvent>> SendAsync(IReadOnlyList<PutAsideEvent> events, bool dryRun)
    {
        // 1. Read and check. Crash: nothing happened.
        ReplayDraft[] drafts = [.. events.Select(_content.Read)];

        // 2. See which calls are charged already: older repeats than the horizon are not known to the rating engine. Crash: as 1.
        IReadOnlySet<CallAttempt> taken = charged([.. drafts.SelectMany(draft => draft.Ended).Distinct()]);
        ReplayedEvent[] results = [.. events.Zip(drafts, (putAside, draft) => new ReplayedEvent(putAside, draft.Refusal ?? Refusal(putAside, draft, taken), draft.Ended))];
        List<LogOutput> frames = [.. results.Zip(drafts).Where(pair => pair.First.Refusal is null).SelectMany(pair => pair.Second.Frames)];
        if (dryRun || frames.Count == 0)
        {
            return results;
        }

        // 3. Append the events and the marks, all or none. Crash before: as 1.
        QuarantineWriter.Write(
            [.. results.Where(result => result.Refusal is null).Select(result => Mark(result.Event))], new FrameSource(FrameSourceKind.Quarantine, Topics.Quarantine, 0),
            log.PartitionCount, static () => new ArrayBufferWriter<byte>(), frames);
        CrashSite.Pass("replay-not-appended");
        await log.AppendAsync(frames, CancellationToken.None);

        // 4. Durable. Crash here: nobody was told, but the marks land as the calls do; whoever asks again when they have landed finds the events marked.
        CrashSite.Pass("replay-appended-not-told");
        return results;
    }

    private static string? Refusal(PutAsideEvent putAside, ReplayDraft draft, IReadOnlySet<CallAttempt> taken)
    {
        CallAttempt[] charged = [.. draft.Ended.Where(taken.Contains)];
        if (charged.Length == 0)
        {
            return null;
        }

        string which = $"call {charged[0].CallId} of {charged[0].SwitchId}, attempt {charged[0].Attempt}, is charged already";
        return putAside.Reason == QuarantineReason.Conflict
            ? $"{which}, with other content: it is a conflict still, and would be put aside again. If it is another attempt or call, say so in its attempt or call_id with --edit FILE"
            : $"{which}: the switch has sent it again meanwhile, or it was mended before. Nothing is to be done; if this is another call, give it its own call_id with --edit FILE";
    }

    private QuarantinedEvent Mark(PutAsideEvent sent) => new()
    {
        Reason = QuarantineReason.Replayed,
        Message = sent.IsEdited ? "Sent again, as a person mended it: these are the bytes." : "Sent again, as it was.",
        Source = Source,
        Place = sent.Times,
        SwitchId = sent.Attempt.SwitchId,
        CallId = sent.Attempt.CallId,
        Attempt = sent.Attempt.Attempt,
        ReceivedMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        ReplayOf = sent.Id,
        Content = sent.IsEdited ? sent.Content : default,
    };
}
