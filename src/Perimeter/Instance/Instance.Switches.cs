using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Commands;

// What runs for the switches of the configuration, beside the requests that they post.
internal sealed partial class Instance
{
    private readonly CurrentSwitches _switches = new();

    private void RunSwitches() => Run("taking of switches' records", stop => new SwitchFeeds(_switches, FeedsOf).RunAsync(stop));

    private List<Func<CancellationToken, Task>> FeedsOf(SwitchConfig config)
    {
        List<Func<CancellationToken, Task>> feeds = [];
        if (config.Folder.Length > 0)
        {
            FolderWatcher watcher = new(SwitchFolders.Of(config, Folder.Path), _files!, _time, report => Console.Error.WriteLine(report));
            feeds.Add(watcher.RunAsync);
        }

        return feeds;
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
