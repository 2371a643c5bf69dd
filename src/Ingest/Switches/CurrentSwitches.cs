using System.Collections.Frozen;
using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>The switches of the configuration in use; exchanged whole, between two requests.</summary>
public sealed class CurrentSwitches
{
    private volatile FrozenDictionary<string, RequestSource> _sources = FrozenDictionary<string, RequestSource>.Empty;

    private volatile TaskCompletionSource _changed = New();

    /// <summary>The switches in use.</summary>
    public IReadOnlyList<SwitchConfig> Configs { get; private set; } = [];

    /// <summary>Completes when they are others.</summary>
    public Task ChangedAsync => _changed.Task;

    /// <param name="switches">All of them.</param>
    /// <param name="apiKey">The key of those that have none of their own.</param>
    public void Use(IReadOnlyList<SwitchConfig> switches, string apiKey)
    {
        _sources = switches.ToFrozenDictionary(config => config.Name, config => RequestSource.OfSwitch(config, apiKey), StringComparer.Ordinal);
        Configs = switches;
        Interlocked.Exchange(ref _changed, New()).TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>Null where no switch has this name.</returns>
    internal RequestSource? Find(string name) => _sources.GetValueOrDefault(name);
}
