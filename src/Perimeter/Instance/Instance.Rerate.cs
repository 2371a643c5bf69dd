using System.Globalization;
using Perimeter.Aggregator;
using Perimeter.Aggregator.Rerating;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

// Rating landed calls again.
internal sealed partial class Instance
{
    private readonly SemaphoreSlim _rerating = new(1, 1);

    /// <summary>Rates landed calls again by the configuration in use, and tells how it goes. One at a time.</summary>
    /// <exception cref="CommandException">It cannot be done now, or ended early; the message says what stays and what to do.</exception>
    public async Task RerateAsync(RerateOrder order, Func<RerateAnswer, Task> tell, CancellationToken cancellationToken)
    {
        if (!Has(InstanceRoles.Aggregator))
        {
            throw new CommandException("This process lands no calls: ask the aggregator to rate them again, by its --data.");
        }

        RatingSnapshot snapshot = _snapshots.Value
            ?? throw new CommandException("There is no configuration to rate by yet: 'perimeter config apply DIR'.");
        RerateRequest request = new(order.FromMs, order.ToMs, order.TrunkGroup is { } group ? FindTrunkGroup(snapshot.Config, group) : default, order.DryRun);
        if (!await _rerating.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            throw new CommandException("Calls are being re-rated already, and two runs at a time would adjust calls twice. Wait until the other has ended, or interrupt it.");
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            await WaitForLandingAsync(tell, either.Token).ConfigureAwait(false);
            RerateRun run = new(_warehouse!, snapshot, request, new RerateOptions { PositionFile = Folder.RerateMark, Time = _time });
            RerateResult result = await RunAsync(run, tell, either.Token).ConfigureAwait(false);
            await tell(new RerateAnswer
            {
                Looked = result.Totals.All.Calls, Total = result.Totals.All.Calls, Changed = result.Totals.All.Changed, Summary = Summarise(result, snapshot.Config, order.DryRun),
            }).ConfigureAwait(false);
        }
        catch (ClickHouseException failure)
        {
            throw new CommandException($"Re-rating ended early: {failure.Message} What was adjusted stays; the same command goes on from there.", inner: failure);
        }
        catch (OperationCanceledException failure) when (_stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandException("Perimeter is stopping. What was adjusted stays; the same command goes on from there.", inner: failure);
        }
        finally
        {
            _rerating.Release();
        }
    }

    private async Task<RerateResult> RunAsync(RerateRun run, Func<RerateAnswer, Task> tell, CancellationToken cancellationToken)
    {
        // Whatever fails in telling, the run ends before its connections are given up.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<RerateResult> running = run.ExecuteAsync(stop.Token);
        try
        {
            using PeriodicTimer timer = new(ProgressInterval, _time);
            while (await Task.WhenAny(running, timer.WaitForNextTickAsync(cancellationToken).AsTask()).ConfigureAwait(false) != running)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RerateProgress progress = run.Progress;
                await tell(new RerateAnswer { Looked = progress.Looked, Total = progress.Total, Changed = progress.Changed }).ConfigureAwait(false);
            }

            return await running.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Until all that was on the log when it is called has been rated, and then until all that was rated by then has landed: so nothing that an older configuration
    /// rated can land any more, and what lands behind was rated by the one in use or by a later one.
    /// </summary>
    private async Task WaitForLandingAsync(Func<RerateAnswer, Task> tell, CancellationToken cancellationToken)
    {
        if (_log is not EmbeddedLog log)
        {
            await tell(new RerateAnswer { Waiting = "for nothing: calls that other processes are rating now may land behind this run. Run it again when they have landed; nothing is adjusted twice" }).ConfigureAwait(false);
            return;
        }

        const string inVain = "Calls that were taken before have not landed, and cannot: {0}. Nothing was re-rated.";
        await WaitForGroupAsync(log, Topics.CallEvents, RatingEngineRole.Group, inVain, Tell("rated"), cancellationToken).ConfigureAwait(false);
        await WaitForGroupAsync(log, Topics.RatedCalls, AggregatorRole.Group, inVain, Tell("landed"), cancellationToken).ConfigureAwait(false);

        Func<long, Task> Tell(string done) => frames => tell(new RerateAnswer
        {
            Waiting = string.Create(CultureInfo.InvariantCulture, $"until the calls that were taken before are {done}: {frames:N0} frames to go"),
        });
    }

    /// <summary>By name, then by id; a group that the configuration no longer has is found too, since calls hold it.</summary>
    private TrunkGroupId FindTrunkGroup(RatingConfig config, string nameOrId)
    {
        if (config.TrunkGroups.FirstOrDefault(group => group.Name == nameOrId) is { } named)
        {
            return named.Id;
        }

        using IWarehouseConnection connection = _warehouse!.Connect([]);
        using IWarehouseResult found = connection.Query(
            System.Text.Encoding.UTF8.GetBytes("SELECT trunk_group FROM trunk_groups WHERE name = {group:String} OR toString(trunk_group) = {group:String} ORDER BY name = {group:String} DESC LIMIT 1"),
            "TSVRaw", [new QueryParameter("group", nameOrId)]);
        string id = System.Text.Encoding.UTF8.GetString(found.Bytes).Trim();
        return id.Length > 0
            ? new TrunkGroupId(int.Parse(id, CultureInfo.InvariantCulture))
            : throw new CommandException($"--trunk-group {nameOrId}: no trunk group has this name or id. They are in the carrier's trunk_groups.csv.");
    }

    private static RerateSummary Summarise(RerateResult result, RatingConfig config, bool dryRun)
    {
        Dictionary<int, string> names = config.Relationships.GroupBy(relationship => relationship.Id.Value)
            .ToDictionary(group => group.Key, group => group.Last().Name);
        return new RerateSummary(
            result.Run, result.Revision.Value, result.Resumed, dryRun, config.SystemCurrency.ToString(), Line("", result.Totals.All),
            [.. result.Totals.Relationships.OrderBy(entry => entry.Key).Select(entry => Line(
                names.GetValueOrDefault(entry.Key) ?? string.Create(CultureInfo.InvariantCulture, $"Relationship {entry.Key}"), entry.Value))]);
    }

    private static RerateLine Line(string name, RerateSums sums) => new(
        name, sums.Calls, sums.Changed, Amount(sums.OldRevenue), Amount(sums.NewRevenue), Amount(sums.OldCost), Amount(sums.NewCost));

    // Exact: decimal holds 28 digits, and a sum that needs more says so by overflowing.
    private static decimal Amount(Int128 nanos) => (decimal)nanos / Money.NanosPerUnit;
}
