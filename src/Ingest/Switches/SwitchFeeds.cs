using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// What runs for the switches beside the requests that they post: the watching of their folders, the taking of their datagrams and topics. Begun and ended as the
/// configuration changes; what a change does not touch goes on as it was.
/// </summary>
public sealed class SwitchFeeds
{
    private readonly CurrentSwitches _switches;
    private readonly Func<SwitchConfig, IReadOnlyList<Func<CancellationToken, Task>>> _feedsOf;
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <param name="switches">The switches in use.</param>
    /// <param name="feedsOf">What is to run for one of them, each until it is cancelled; what it throws ends <see cref="RunAsync"/>.</param>
    public SwitchFeeds(CurrentSwitches switches, Func<SwitchConfig, IReadOnlyList<Func<CancellationToken, Task>>> feedsOf)
    {
        _switches = switches;
        _feedsOf = feedsOf;
    }

    /// <summary>Runs until it is cancelled, or one of the feeds fails; ends all of them before.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            while (true)
            {
                // Taken before the switches are read: a change in between is seen by the next round.
                Task changed = _switches.ChangedAsync;
                await FollowAsync(_switches.Configs, failed, cancellationToken);
                await await Task.WhenAny(changed, failed.Task).WaitAsync(cancellationToken);
            }
        }
        finally
        {
            await StopAsync([.. _running.Keys]);
        }
    }

    private async Task FollowAsync(IReadOnlyList<SwitchConfig> configs, TaskCompletionSource failed, CancellationToken cancellationToken)
    {
        Dictionary<string, SwitchConfig> wanted = configs.ToDictionary(config => config.Name, StringComparer.Ordinal);
        await StopAsync([.. _running.Where(running => !wanted.TryGetValue(running.Key, out SwitchConfig? config) || !running.Value.Config.IsSame(config)).Select(running => running.Key)]);
        foreach (SwitchConfig config in configs.Where(config => !_running.ContainsKey(config.Name)))
        {
            CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] feeds = [.. _feedsOf(config).Select(feed => Task.Run(() => RunAsync(feed, failed, stop.Token), CancellationToken.None))];
            _running.Add(config.Name, new Running(config, stop, Task.WhenAll(feeds)));
        }
    }

    private static async Task RunAsync(Func<CancellationToken, Task> feed, TaskCompletionSource failed, CancellationToken cancellationToken)
    {
        try
        {
            await feed(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            failed.TrySetException(failure);
        }
    }

    private async Task StopAsync(string[] names)
    {
        foreach (string name in names)
        {
            await _running[name].Stop.CancelAsync();
        }

        foreach (string name in names)
        {
            _running.Remove(name, out Running? running);
            await running!.Feeds;
            running.Stop.Dispose();
        }
    }

    private sealed record Running(SwitchConfig Config, CancellationTokenSource Stop, Task Feeds);
}
