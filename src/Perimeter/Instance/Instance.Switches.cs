using System.Collections.Concurrent;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Commands;

// What runs for the switches of the configuration, beside the requests that they post.
internal sealed partial class Instance
{
    private readonly CurrentSwitches _switches = new();
    private readonly ConcurrentDictionary<string, FolderWatcher> _watchers = new(StringComparer.Ordinal);

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
            feeds.Add(stop => WatchAsync(config, stop));
        }

        return feeds;
    }

    private async Task WatchAsync(SwitchConfig config, CancellationToken cancellationToken)
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
