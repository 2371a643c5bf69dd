using Perimeter.Aggregator.Landing;
using Perimeter.Aggregator.Quarantine;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Aggregator;

/// <summary>The role that lands rated calls and quarantined events in ClickHouse.</summary>
public static class AggregatorRole
{
    /// <summary>The group of both topics that landing reads with.</summary>
    public const string Group = "aggregator";

    /// <summary>Quarantined events are few.</summary>
    private const int QuarantineLanes = 1;

    /// <summary>Under which is told what concerns all partitions.</summary>
    private const int NoPartition = -1;

    /// <summary>Brings the schema up to date and lands until cancelled. What is on the log then lands at the next start.</summary>
    /// <exception cref="WarehouseUnavailableException">ClickHouse holds a damaged part: nothing lands beside it.</exception>
    /// <exception cref="LandingGapException">Log and ClickHouse do not fit together.</exception>
    /// <exception cref="FrameFormatException">A frame cannot be read; nothing is skipped.</exception>
    public static async Task RunAsync(
        ILog log, IWarehouse warehouse, AggregatorOptions options, AggregatorState state, CancellationToken cancellationToken)
    {
        options.Validate();
        warehouse.RequireWhole();
        await MigrateAsync(warehouse, options, state, cancellationToken);
        await using var ratedCalls = new LandingLanes(warehouse, options.Lanes, options, state, static () => new RatedCallTable());
        await using var quarantine = new LandingLanes(warehouse, QuarantineLanes, options, state, static () => new QuarantineTable());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] consumers = [ConsumeAsync(Topics.RatedCalls, ratedCalls), ConsumeAsync(Topics.Quarantine, quarantine)];

        // The first that ends, ends the other; the failure that began it is the one that is thrown.
        Task first = await Task.WhenAny(consumers);
        await stop.CancelAsync();
        await Task.WhenAll(consumers).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await first;
        await Task.WhenAll(consumers);

        async Task ConsumeAsync(string topic, LandingLanes lanes)
        {
            try
            {
                await log.ConsumeAsync(topic, Group, (reader, stopped) => LandAsync(reader, lanes, stopped), stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Asked to stop: what has not landed is on the log.
            }
        }

        async Task LandAsync(IPartitionReader reader, LandingLanes lanes, CancellationToken stopped)
        {
            try
            {
                await new PartitionLanding(reader, lanes, options, state).RunAsync(stopped);
            }
            finally
            {
                state.Ended(reader);
            }
        }
    }

    /// <summary>A ClickHouse that is away when the role starts is waited for, as it is later.</summary>
    private static async Task MigrateAsync(IWarehouse warehouse, AggregatorOptions options, AggregatorState state, CancellationToken cancellationToken)
    {
        for (TimeSpan wait = options.FirstRetryDelay; ; wait = options.RetryDelayAfter(wait))
        {
            try
            {
                await WarehouseThread.RunAsync(Migrate);
                state.Recovered(Topics.RatedCalls, NoPartition);
                return;
            }
            catch (ClickHouseException e)
            {
                state.Failed(Topics.RatedCalls, NoPartition, $"The tables of ClickHouse could not be brought up to date, which is tried again in {wait.TotalSeconds:0.#} s: {e.Message}");
                await Task.Delay(wait, options.Time, cancellationToken);
            }
        }

        void Migrate()
        {
            using IWarehouseConnection connection = warehouse.Connect([]);
            WarehouseSchema.Migrate(connection);
        }
    }
}
