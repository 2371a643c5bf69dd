using System.Collections.Concurrent;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Commands;

// What runs for the switches of the configuration, beside the requests that they post.
internal sealed partial class Instance
{
    /// <summary>Before what failed is begun again.</summary>
    private static readonly TimeSpan FeedRetry = TimeSpan.FromSeconds(5);

    private readonly CurrentSwitches _switches = new();
    private readonly ConcurrentDictionary<string, FolderWatcher> _watchers = new(StringComparer.Ordinal);

    // Why records of a switch cannot come in, by what they come by; empty where they can.
    private readonly ConcurrentDictionary<string, Func<string>> _feedTroubles = new(StringComparer.Ordinal);

    private void RunSwitches()
    {
        if (_options.TakesFeeds)
        {
            Run("taking of switches' records", stop => new SwitchFeeds(_switches, FeedsOf).RunAsync(stop));
        }
    }

    private List<Func<CancellationToken, Task>> FeedsOf(SwitchConfig config)
    {
        List<Func<CancellationToken, Task>> feeds = [];
        if (config.Folder.Length > 0)
        {
            feeds.Add(stop => KeepAsync(config, "folder " + config.Folder, WatchAsync, stop));
        }

        if (config.Listen.Length > 0)
        {
            feeds.Add(stop => KeepAsync(config, "datagrams to " + config.Listen, ListenAsync, stop));
        }

        if (config.Topic.Length > 0)
        {
            feeds.Add(stop => KeepAsync(config, "topic " + config.Topic, ReadTopicAsync, stop));
        }

        return feeds;
    }

    /// <summary>
    /// One switch's trouble is not the others': what fails is told and begun again, from the places that are on the log. The embedded log itself failing ends all.
    /// </summary>
    private async Task KeepAsync(SwitchConfig config, string way, Func<SwitchConfig, string, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        string feed = $"switch {config.Name}, {way}";
        try
        {
            while (true)
            {
                try
                {
                    await take(config, feed, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested && (failure is not LogFailedException || _options.Kafka is not null))
                {
                    _feedTroubles[feed] = () => failure.Message;
                    await Console.Error.WriteLineAsync($"{feed}: {failure.Message} It is begun again.").ConfigureAwait(false);
                }

                await Task.Delay(FeedRetry, _time, cancellationToken).ConfigureAwait(false);
                _feedTroubles.TryRemove(feed, out _);
            }
        }
        finally
        {
            _feedTroubles.TryRemove(feed, out _);
        }
    }

    private async Task WatchAsync(SwitchConfig config, string feed, CancellationToken cancellationToken)
    {
        FolderWatcher watcher = new(SwitchFolders.Of(config, Folder.Path), _files!, _time, Console.Error.WriteLine);
        _watchers[config.Name] = watcher;
        try
        {
            await watcher.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _watchers.TryRemove(config.Name, out _);
        }
    }

    /// <summary>An address that is taken, or not there yet, is tried again: the process has other work, and says meanwhile that it is not ready.</summary>
    private async Task ListenAsync(SwitchConfig config, string feed, CancellationToken cancellationToken)
    {
        using DatagramIntake intake = DatagramIntake.Open(_log!, config, new IngestLimits(), _time, _ingestCounters);
        _feedTroubles[feed] = () => intake.Trouble;
        await intake.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadTopicAsync(SwitchConfig config, string feed, CancellationToken cancellationToken)
    {
        if (_options.Kafka is not { } kafka)
        {
            await Console.Error.WriteLineAsync($"{feed}: it is read by 'perimeter ingest' over Kafka, and this process has none: start it with --kafka, or empty the column topic of switches.csv.").ConfigureAwait(false);
            return;
        }

        TopicIntake intake = new(_log!, kafka.ToLog(Folder.InstanceName(), _time), config, new IngestLimits(), _time, _ingestCounters);
        _feedTroubles[feed] = () => intake.Trouble;
        await intake.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<string> FeedTroubles() =>
        _feedTroubles.Select(feed => (feed.Key, Trouble: feed.Value())).Where(feed => feed.Trouble.Length > 0).Select(feed => $"{feed.Key}: {feed.Trouble}").Order(StringComparer.Ordinal);

    private void UseSwitches(IReadOnlyList<SwitchConfig> switches)
    {
        if (Has(InstanceRoles.Ingest))
        {
            _switches.Use(switches, ApiKey);
        }
    }

    /// <summary>By the configuration in use, in a process that takes no calls as well.</summary>
    private SwitchConfig? FindSwitch(string name) => (_snapshots.Value?.Config.Switches ?? _switches.Configs).FirstOrDefault(config => config.Name == name);
}
