using System.Reflection;
using Perimeter.Aggregator;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.RatingEngine;
using Perimeter.Streaming;

namespace Perimeter.Commands;

// What an instance is asked to do while it runs.
internal sealed partial class Instance
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    public static string Version { get; } =
        typeof(Instance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public InstanceStatus Status() => new()
    {
        ProcessId = Environment.ProcessId,
        Version = Version,
        Roles = _roles.ToString(),
        DataFolder = Folder.Path,
        HttpAddress = HttpAddress,
        ClickHouseAddress = ClickHouseAddress,
        Takes = Has(InstanceRoles.Ingest),
        HasConfig = HasConfig,
        WriterAddress = WriterAddress,
        Kafka = _options.Kafka?.BootstrapServers ?? "",
        ClickHouseServer = _options.ClickHouse?.Url ?? "",
        StartedAt = _startedAt,
        Revision = Revision,
        NotReadyBecause = NotReadyBecause(),
        Folders = [.. _watchers.Values.Select(watcher => watcher.State).OrderBy(state => state.Switch, StringComparer.Ordinal)],
        Counts = Counts(),
    };

    /// <summary>Waits until everything that was taken has landed.</summary>
    public async Task DrainAsync(ProgressLine progress, long? expected, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(PollInterval, _time);
        long shown = _time.GetTimestamp();
        while (!Counts().IsIdle && !HasFailed)
        {
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            if (_time.GetElapsedTime(shown) >= progress.Interval)
            {
                progress.Show(Counts(), expected);
                shown = _time.GetTimestamp();
            }
        }

        progress.Show(Counts(), expected);
        progress.End();
        if (HasFailed)
        {
            throw new CommandException($"Not all calls have landed: {_failure}.");
        }
    }

    /// <summary>Shows progress until cancelled.</summary>
    public async Task ShowAsync(ProgressLine progress, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(progress.Interval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            progress.Show(Counts(), null);
        }
    }

    private StageCounts Counts()
    {
        IReadOnlyList<RatingEngine.PartitionState> partitions = _ratingState.Partitions;
        (long toRate, long toLand) = FramesBehind();
        PassedEvents passed = partitions.Aggregate(default(PassedEvents), (sum, partition) => sum + partition.Passed);
        return new StageCounts
        {
            Taken = _ingestCounters.Accepted,
            Quarantined = _ingestCounters.Quarantined + passed.Conflicts + partitions.Sum(partition => partition.Unusable),
            Rated = partitions.Sum(partition => partition.Rated),
            Repeats = passed.Repeats,
            Conflicts = passed.Conflicts,
            Landed = _aggregatorState.RatedCalls.RowsLanded,
            FramesToRate = toRate,
            FramesToLand = toLand,
        };
    }

    private string WhatAFullDiskMeans() =>
        Has(InstanceRoles.Warehouse) ? "ClickHouse refuses what is to land, and it waits on the log"
        : _options.Kafka is null ? "calls are refused with 503"
        : HasConfig ? "no new configuration can be kept there"
        : "nothing new can be kept there";

    /// <summary>Why calls are not on their whole way; empty where they are.</summary>
    private IReadOnlyList<string> NotReadyBecause()
    {
        List<string> reasons = [];
        if (_failure is { } failure)
        {
            reasons.Add(failure);
        }

        if (_stopping.IsCancellationRequested)
        {
            reasons.Add("it is stopping");
        }

        long free = new DriveInfo(Folder.Path).AvailableFreeSpace;
        if (free < EmbeddedLogOptions.DefaultMinFreeBytes)
        {
            reasons.Add($"the disk that holds {Folder.Path} is full ({free >> 20} MiB left, {EmbeddedLogOptions.DefaultMinFreeBytes >> 20} needed): {WhatAFullDiskMeans()}. Make room on it, and all goes on by itself");
        }

        if (_logTrouble is { } trouble)
        {
            reasons.Add(trouble);
        }

        reasons.AddRange(FeedTroubles());
        if (Has(InstanceRoles.RatingEngine) || Has(InstanceRoles.Config))
        {
            if (Revision == 0)
            {
                reasons.Add("no configuration is published yet: perimeter config apply DIR");
            }

            else if (Has(InstanceRoles.RatingEngine) && !_ratingState.IsReady)
            {
                string[] waits = [.. _ratingState.Partitions.Select(partition => partition.Message).Where(message => message.Length > 0).Distinct()];
                reasons.AddRange(waits.Length > 0 ? waits : _ratingState.Partitions.Count > 0 ? ["the rating engine is not running"] : NoPartitionBecause(Topics.CallEvents, RatingEngineRole.Group));
            }
        }

        if (Has(InstanceRoles.Aggregator))
        {
            string[] waits = [.. ((string?[])[_aggregatorState.RatedCalls.LastError, _aggregatorState.Quarantine.LastError]).OfType<string>().Select(error => "landing waits: " + error)];
            reasons.AddRange(waits.Length == 0 && _warehouseTrouble is { } away ? [away] : waits);
            if (reasons.Count == 0 && _options.Kafka is not null)
            {
                reasons.AddRange(_aggregatorState.RatedCalls.Partitions == 0 ? NoPartitionBecause(Topics.RatedCalls, AggregatorRole.Group) : []);
                reasons.AddRange(_aggregatorState.Quarantine.Partitions == 0 ? NoPartitionBecause(Topics.Quarantine, AggregatorRole.Group) : []);
            }
        }

        return reasons;
    }

    /// <summary>
    /// One that has no partition since others have them all stands by, which is all it can do: it is ready. One that the group has not answered yet, or has put out, is not.
    /// </summary>
    private IEnumerable<string> NoPartitionBecause(string topic, string group) =>
        _log is not KafkaLog kafka ? [$"the {group} is not running"]
        : kafka.StandsBy(topic, group) ? []
        : kafka.Opening(topic, group) is { } opening ? [$"the partition {opening}"]
        : [$"the group that shares {topic} on Kafka has not said yet which partitions are this process's: it does within seconds of a start, and when it has heard of a member that died"];
}
