using System.Globalization;
using Perimeter.Aggregator;
using Perimeter.Ingest;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

// The log that an instance reads and writes: embedded in its data folder, or over Kafka.
internal sealed partial class Instance
{
    private static readonly TimeSpan KafkaPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KafkaRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    /// <summary>After which a person is told what a start waits for.</summary>
    private static readonly TimeSpan SlowStart = TimeSpan.FromSeconds(10);

    /// <summary>Why the log cannot be reached; null while it can.</summary>
    private volatile string? _logTrouble;

    private async Task<ILog> OpenLogAsync(CancellationToken cancellationToken)
    {
        if (_options.Kafka is not { } kafka)
        {
            return await OpenEmbeddedLogAsync(cancellationToken).ConfigureAwait(false);
        }

        KafkaLog log = await OpenKafkaAsync(() => KafkaLog.OpenAsync(kafka.ToLog(Folder.InstanceName(), _time), cancellationToken), cancellationToken).ConfigureAwait(false);
        Run("check of Kafka", stop => CheckAsync(() => log.CheckAsync(stop), trouble => _logTrouble = trouble, stop));
        return log;
    }

    /// <summary>A cluster that starts at the same time, or is just being started again, is waited for.</summary>
    /// <exception cref="CommandException">What is on the cluster is not as it must be; the message says how it differs.</exception>
    /// <exception cref="LogUnavailableException">The cluster did not answer in all that time.</exception>
    private async Task<T> OpenKafkaAsync<T>(Func<Task<T>> open, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await open().ConfigureAwait(false);
            }
            catch (ArgumentException failure)
            {
                throw new CommandException(failure.Message, inner: failure);
            }
            catch (LogUnavailableException failure) when (_time.GetElapsedTime(began) < KafkaPatience)
            {
                await Console.Error.WriteLineAsync($"{failure.Message} Waiting for it, for up to {KafkaPatience.TotalSeconds:0} s ...").ConfigureAwait(false);
                await Task.Delay(KafkaRetry, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<EmbeddedLog> OpenEmbeddedLogAsync(CancellationToken cancellationToken)
    {
        EmbeddedLogOptions options = new()
        {
            Folder = Folder.Log,
            PartitionCount = _options.Partitions,
            RetentionAge = TimeSpan.FromHours(_options.LogRetentionHours),
            Groups =
            [
                new LogGroup(Topics.CallEvents, RatingEngineRole.Group),
                new LogGroup(Topics.RatedCalls, AggregatorRole.Group),
                new LogGroup(Topics.Quarantine, AggregatorRole.Group),
                FileIngest.Group,
            ],
            Time = _time,
        };
        try
        {
            return await EmbeddedLog.OpenAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException failure)
        {
            throw new CommandException($"{Settings.Partitions.Name} {_options.Partitions}: {failure.Message}", inner: failure);
        }
    }

    /// <summary>Every instance reads all positions of files: each with a group of its own where there are several.</summary>
    private async Task<FileIngest> OpenFilesAsync(IngestLimits limits, CancellationToken cancellationToken)
    {
        Task<FileIngest> opening = FileIngest.OpenAsync(_log!, limits, _time, _ingestCounters, _options.Kafka is null ? "" : Folder.InstanceName(), cancellationToken);
        while (await Task.WhenAny(opening, Task.Delay(SlowStart, _time, cancellationToken)).ConfigureAwait(false) != opening && !cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Still reading on {_options.Kafka?.BootstrapServers ?? Folder.Log} how far files were taken; calls are taken after that ...").ConfigureAwait(false);
        }

        return await opening.ConfigureAwait(false);
    }

    private ulong IncarnationOf(string topic) => _log is KafkaLog kafka ? kafka.IncarnationOf(topic) : ((EmbeddedLog)_log!).Incarnation;

    /// <summary>Asks for a sign of life now and then, and tells what kept it away; null where it came.</summary>
    private async Task CheckAsync(Func<Task> ask, Action<string?> tell, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(CheckInterval, _time);
        do
        {
            try
            {
                await ask().ConfigureAwait(false);
                tell(null);
            }
            catch (Exception failure) when (failure is LogUnavailableException or ClickHouseException)
            {
                tell(failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Frames that stages of this process have still to read: exact where the log is embedded, else of the partitions that this process has.</summary>
    private (long ToRate, long ToLand) FramesBehind() => _log switch
    {
        EmbeddedLog embedded when embedded.Status() is var log => (
            Behind(log, Topics.CallEvents, RatingEngineRole.Group),
            Behind(log, Topics.RatedCalls, AggregatorRole.Group) + Behind(log, Topics.Quarantine, AggregatorRole.Group)),
        _ => (_ratingState.Partitions.Sum(partition => partition.LagFrames), _aggregatorState.RatedCalls.LagFrames + _aggregatorState.Quarantine.LagFrames),
    };

    /// <summary>Frames of a topic that a group has not committed yet.</summary>
    private static long Behind(LogStatus log, string topic, string group) => Behind(log, topic, group, EndsOf(log, topic));

    /// <summary>The frame after the newest of each partition.</summary>
    private static Dictionary<int, long> EndsOf(LogStatus log, string topic) =>
        log.Partitions.Where(partition => partition.Topic == topic).ToDictionary(partition => partition.Partition, partition => partition.EndFrame);

    /// <summary>Until a group has committed all that a topic holds when this is called.</summary>
    /// <param name="log">The log.</param>
    /// <param name="topic">Of the log.</param>
    /// <param name="group">Who reads it.</param>
    /// <param name="inVain">What is said when it cannot be: {0} is why.</param>
    /// <param name="tell">How many frames are left, from time to time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="CommandException">A part of this instance has failed.</exception>
    private async Task WaitForGroupAsync(EmbeddedLog log, string topic, string group, string inVain, Func<long, Task> tell, CancellationToken cancellationToken)
    {
        Dictionary<int, long> ends = EndsOf(log.Status(), topic);
        using PeriodicTimer timer = new(PollInterval, _time);
        long told = _time.GetTimestamp();
        while (Behind(log.Status(), topic, group, ends) is var frames && frames > 0)
        {
            if (HasFailed)
            {
                throw new CommandException(string.Format(CultureInfo.InvariantCulture, inVain, _failure));
            }

            if (_time.GetElapsedTime(told) >= ProgressInterval)
            {
                await tell(frames).ConfigureAwait(false);
                told = _time.GetTimestamp();
            }

            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Frames before the given ends that a group has not committed yet.</summary>
    private static long Behind(LogStatus log, string topic, string group, Dictionary<int, long> ends) =>
        ends.Sum(end => Math.Max(0, end.Value - log.Cursors
            .Where(cursor => cursor.Topic == topic && cursor.Group == group && cursor.Partition == end.Key)
            .Select(cursor => cursor.NextFrame)
            .DefaultIfEmpty(log.Partitions.First(partition => partition.Topic == topic && partition.Partition == end.Key).FirstFrame).Max()));
}
