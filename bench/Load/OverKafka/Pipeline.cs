using Perimeter.Aggregator;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Load.EndToEnd;
using Perimeter.Rating;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Load.OverKafka;

/// <summary>
/// The roles rating-engine and aggregator in this process, over Kafka and an empty embedded ClickHouse: each consumes as a member of its own group, as processes would. They stand
/// ready, with their partitions, until a configuration is published.
/// </summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private readonly KafkaLog _log;
    private readonly EmbeddedClickHouse? _engine;
    private readonly LandedKeys? _landedKeys;
    private readonly CurrentSnapshot _snapshots = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly RatingEngineState _rating = new();
    private readonly AggregatorState _landed = new();
    private readonly Task[] _roles;

    private Pipeline(KafkaLog log, Granting granting, EmbeddedClickHouse? engine)
    {
        _log = log;
        _engine = engine;
        _landedKeys = engine is null ? null : new LandedKeys(engine);
        ILandedKeys landed = _landedKeys is null ? new NothingLanded() : _landedKeys;
        Task rating = RatingEngineRole.RunAsync(granting, landed, _snapshots, new RatingEngineOptions(), _rating, TimeProvider.System, _stop.Token);
        _roles = engine is null ? [rating] : [rating, AggregatorRole.RunAsync(granting, engine, new AggregatorOptions(), _landed, _stop.Token)];
    }

    public EmbeddedClickHouse Engine => _engine!;

    /// <param name="topic">Reset, so that none of it was read.</param>
    /// <param name="folder">For ClickHouse; null to rate without landing.</param>
    public static async Task<Pipeline> StartAsync(CallTopic topic, string? folder)
    {
        KafkaLog log = await topic.OpenLogAsync();
        EmbeddedClickHouse? engine = null;
        if (folder is not null)
        {
            engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = Path.Combine(folder, "clickhouse") });
            using ClickHouseConnection connection = engine.Connect();
            WarehouseSchema.Migrate(connection);
        }

        Granting granting = new(log);
        Pipeline pipeline = new(log, granting, engine);
        int partitions = (engine is null ? 1 : 3) * CallTopic.Partitions;
        try
        {
            await Waiting.UntilAsync(
                () =>
                {
                    pipeline.ThrowIfEnded();
                    return granting.Granted >= partitions && pipeline._rating.Partitions.Count(one => one.Stage == PartitionStage.WaitingForConfiguration) == CallTopic.Partitions;
                },
                () => $"{granting.Granted} of {partitions} partitions were given");
            return pipeline;
        }
        catch
        {
            await pipeline.DisposeAsync();
            throw;
        }
    }

    /// <summary>Rating begins.</summary>
    public void Publish(RatingSnapshot snapshot) => _snapshots.TrySwap(snapshot);

    /// <summary>Until so many rows have landed.</summary>
    public Task LandedAsync(long rows) => Waiting.UntilAsync(
        () =>
        {
            ThrowIfEnded();
            return _landed.RatedCalls.RowsLanded >= rows;
        },
        () => $"{_landed.RatedCalls.RowsLanded} of {rows} rows have landed");

    /// <summary>Until so many events were rated or found to be repeats.</summary>
    public Task RatedAsync(long events) => Waiting.UntilAsync(
        () =>
        {
            ThrowIfEnded();
            return Rated() >= events;
        },
        () => $"{Rated()} of {events} events are rated");

    /// <exception cref="InvalidOperationException">A role ended.</exception>
    /// <exception cref="InvalidDataException">Events were put aside, of which all are good.</exception>
    public void ThrowIfEnded()
    {
        if (_roles.FirstOrDefault(role => role.IsCompleted) is { } ended)
        {
            throw new InvalidOperationException("A role ended before all was done.", ended.Exception);
        }

        long refused = _rating.Partitions.Sum(one => one.Unusable + one.Passed.Conflicts);
        if (refused > 0)
        {
            throw new InvalidDataException($"{refused} events of the backlog were put aside, and all are good.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_roles).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _log.DisposeAsync();
        _landedKeys?.Dispose();
        _engine?.Dispose();
        _stop.Dispose();
    }

    private long Rated() => _rating.Partitions.Sum(one => one.Rated + one.Passed.Repeats);
}
