using System.Globalization;
using Perimeter.Aggregator;
using Perimeter.Ingest;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

// Sending the quarantine again.
internal sealed partial class Instance
{
    /// <summary>Events sent in one append, and their bytes; more go into the next.</summary>
    private const int MaxReplayEvents = 200;
    private const long MaxReplayBytes = 8 << 20;

    private static readonly TimeSpan ReplayPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReplayPollInterval = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _replaying = new(1, 1);

    /// <summary>Sends events of the quarantine again, and tells what became of each. One run at a time.</summary>
    /// <exception cref="CommandException">It cannot be done now, or ended early; the message says what to do.</exception>
    public async Task ReplayAsync(ReplayOrder order, Func<ReplayAnswer, Task> tell, CancellationToken cancellationToken)
    {
        if (!Has(InstanceRoles.Aggregator))
        {
            throw new CommandException("This process lands no calls, and does not know what is in the quarantine: ask the one that lands them, by its --data.");
        }

        if (Revision == 0)
        {
            throw new CommandException("There is no configuration to rate by yet: 'perimeter config apply DIR', then send the quarantine again.");
        }

        FileIngestOptions reading = Read(new IngestRequest([], order.Map, order.TimeZone, order.Delimiter, TakeChanged: false));
        if (!await _replaying.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            throw new CommandException("The quarantine is being sent again already. Wait until that has ended, or interrupt it.");
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            // What a run before this one sent, and its marks, have landed then: nothing is sent twice, however that run ended.
            await WaitForAllAsync(tell, either.Token).ConfigureAwait(false);
            using IWarehouseConnection connection = _warehouse!.Connect([]);
            await ReplayAsync(order, reading, new QuarantineRows(connection), tell, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ClickHouseException or LogFullException)
        {
            throw new CommandException($"Sending again ended early: {failure.Message} What was sent is marked; the same command goes on with the rest.", inner: failure);
        }
        catch (OperationCanceledException failure) when (_stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandException("Perimeter is stopping. What was sent is marked; the same command goes on with the rest.", inner: failure);
        }
        finally
        {
            _replaying.Release();
        }
    }

    private async Task ReplayAsync(ReplayOrder order, FileIngestOptions reading, QuarantineRows rows, Func<ReplayAnswer, Task> tell, CancellationToken cancellationToken)
    {
        CallReplay replay = new(_log!, new IngestLimits(), _time, reading, FindSwitch, rows.Charged);
        IReadOnlyList<QuarantineRow> found = rows.Find(order);
        if (order.Ids.FirstOrDefault(id => found.All(row => row.Id != id)) is var missing && missing != 0)
        {
            throw new CommandException($"Nothing with the id {ShowId(missing)} is in the quarantine: take one from 'perimeter quarantine list'. Nothing was sent.");
        }

        List<ReplayedEvent> sent = [];
        int refused = 0;
        foreach (QuarantineRow row in found.Where(row => row.ReplayedAt is not null && !order.Again))
        {
            refused++;
            await tell(new ReplayAnswer { Id = ShowId(row.Id), Refused = $"it was sent again at {row.ReplayedAt} UTC, and was not put aside since. If it is not charged for all that, --again sends it once more" }).ConfigureAwait(false);
        }

        foreach (IReadOnlyList<ulong> unit in Units(found.Where(row => row.ReplayedAt is null || order.Again)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<PutAsideEvent> events = rows.Read(unit);
            if (order.Edited is { } edited)
            {
                events = [.. events.Select(one => one with { Content = edited, IsEdited = true })];
            }

            foreach (ReplayedEvent result in await replay.SendAsync(events, order.DryRun).ConfigureAwait(false))
            {
                await tell(new ReplayAnswer { Id = ShowId(result.Event.Id), CallId = result.Event.Attempt.CallId, Refused = result.Refusal }).ConfigureAwait(false);
                if (result.Refusal is null)
                {
                    sent.Add(result);
                }
                else
                {
                    refused++;
                }
            }
        }

        int? charged = order.DryRun ? null : await ChargedAsync(sent, rows, tell, cancellationToken).ConfigureAwait(false);
        await tell(new ReplayAnswer { Summary = new ReplaySummary(sent.Count, refused, charged, order.DryRun) }).ConfigureAwait(false);
    }

    /// <summary>Waits until what was sent has landed, and tells which of it is not charged for all that.</summary>
    private async Task<int> ChargedAsync(List<ReplayedEvent> sent, QuarantineRows rows, Func<ReplayAnswer, Task> tell, CancellationToken cancellationToken)
    {
        await WaitForAllAsync(tell, cancellationToken).ConfigureAwait(false);
        await WaitForChargesAsync(sent, rows, cancellationToken).ConfigureAwait(false);
        int charged = 0;
        foreach (ReplayedEvent[] part in sent.Chunk(MaxReplayEvents))
        {
            IReadOnlySet<CallAttempt> found = rows.Charged([.. part.SelectMany(one => one.Ended).Distinct()]);
            charged += found.Count;
            foreach (ReplayedEvent one in part.Where(one => !one.Ended.All(found.Contains)))
            {
                await tell(new ReplayAnswer
                {
                    Id = ShowId(one.Event.Id),
                    CallId = one.Event.Attempt.CallId,
                    Note = "it was sent, and is not among the rated calls: it was put aside again ('perimeter quarantine list'), or dropped as a repeat (docs/operations.md, \"Replaying the quarantine\")",
                }).ConfigureAwait(false);
            }
        }

        return charged;
    }

    /// <summary>Until all that is on the log when it is called is rated, and what comes of that, calls and quarantine, has landed.</summary>
    private async Task WaitForAllAsync(Func<ReplayAnswer, Task> tell, CancellationToken cancellationToken)
    {
        if (_log is not EmbeddedLog log)
        {
            return;
        }

        const string inVain = "What is on the log does not land: {0}. What was sent again is marked; the same command goes on with the rest.";
        await WaitForGroupAsync(log, Topics.CallEvents, RatingEngineRole.Group, inVain, Tell("rated"), cancellationToken).ConfigureAwait(false);
        await WaitForGroupAsync(log, Topics.RatedCalls, AggregatorRole.Group, inVain, Tell("landed"), cancellationToken).ConfigureAwait(false);
        await WaitForGroupAsync(log, Topics.Quarantine, AggregatorRole.Group, inVain, Tell("landed"), cancellationToken).ConfigureAwait(false);

        Func<long, Task> Tell(string done) => frames => tell(new ReplayAnswer
        {
            Waiting = string.Create(CultureInfo.InvariantCulture, $"until what is on the log is {done}: {frames:N0} frames to go"),
        });
    }

    /// <summary>Over Kafka, where others rate and land: until all that was sent is among the rated calls, or that has taken so long that some of it will not be.</summary>
    private async Task WaitForChargesAsync(List<ReplayedEvent> sent, QuarantineRows rows, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(ReplayPollInterval, _time);
        long began = _time.GetTimestamp();
        CallAttempt[] missing = [.. sent.SelectMany(one => one.Ended).Distinct()];
        while (_log is not EmbeddedLog && missing.Length > 0 && _time.GetElapsedTime(began) < ReplayPatience)
        {
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            missing = [.. missing.Chunk(MaxReplayEvents).SelectMany(part => part.Except(rows.Charged(part)))];
        }
    }

    private static IEnumerable<IReadOnlyList<ulong>> Units(IEnumerable<QuarantineRow> rows)
    {
        List<ulong> unit = [];
        long bytes = 0;
        foreach (QuarantineRow row in rows)
        {
            if (unit.Count == MaxReplayEvents || (unit.Count > 0 && bytes + row.Bytes > MaxReplayBytes))
            {
                yield return unit;
                unit = [];
                bytes = 0;
            }

            unit.Add(row.Id);
            bytes += row.Bytes;
        }

        if (unit.Count > 0)
        {
            yield return unit;
        }
    }

    private static string ShowId(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);
}
