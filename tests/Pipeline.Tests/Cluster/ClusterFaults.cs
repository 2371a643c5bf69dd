using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>Something that befalls a cluster while calls flow, by its name.</summary>
/// <param name="Strike">Complete when it has happened and the cluster is on its feet again.</param>
internal sealed record ClusterFault(string Name, Func<Task> Strike);

/// <summary>All that is done to a cluster. Each fault waits until it has struck: one that cannot is a failure.</summary>
/// <param name="cluster">What it befalls.</param>
/// <param name="random">Which process of a role, and which passing of a site.</param>
internal sealed class ClusterFaults(Cluster cluster, Random random)
{
    /// <summary>Longer than the session timeout of the cluster.</summary>
    private static readonly TimeSpan Lying = TimeSpan.FromSeconds(5);

    /// <summary>Of a full disk: an insert fails when its rows are put down, or when ClickHouse makes a part of them, which takes a MiB at least.</summary>
    private const long MostRoom = 2 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public IReadOnlyList<ClusterFault> All =>
    [
        Site("appended-not-acknowledged", cluster.NewIngest, cluster.Ingests),
        Site("kafka-produced", cluster.NewEngine, cluster.Engines),
        Site("kafka-not-committed", cluster.NewEngine, cluster.Engines),
        Site("kafka-committed", cluster.NewEngine, cluster.Engines),
        Site("rated-not-committed", cluster.NewEngine, cluster.Engines),
        Site("mid-insert", cluster.NewAggregator, cluster.Aggregators),
        Site("inserted-position-not-saved", cluster.NewAggregator, cluster.Aggregators),
        new("kill -9 of a switch edge", () => KillAsync(cluster.Ingests)),
        new("kill -9 of a rating engine", () => KillAsync(cluster.Engines)),
        new("kill -9 of an aggregator", () => KillAsync(cluster.Aggregators)),
        new("kill -9 of the configuration", () => KillAsync([cluster.Config])),
        new("kill -9 of the process that holds ClickHouse", KillWarehouseAsync),
        new("kill -9 of the broker", KillBrokerAsync),
        new("an engine comes and another goes", () => ReplaceAsync(cluster.AddEngineAsync, cluster.Engines)),
        new("an aggregator comes and another goes", () => ReplaceAsync(cluster.AddAggregatorAsync, cluster.Aggregators)),
        new("an engine lies as if dead, and goes on", () => LieAsync(cluster.Engines)),
        new("an aggregator lies as if dead, and goes on", () => LieAsync(cluster.Aggregators)),
        new("ClickHouse answers an error", () => MisbehaveAsync(ProxyFault.Refuse)),
        new("timed out, yet inserted", () => MisbehaveAsync(ProxyFault.LoseAnswer)),
        new("ClickHouse is slow", () => MisbehaveAsync(ProxyFault.Delay)),
        .. (IEnumerable<ClusterFault>)(cluster.Disk is { } disk ? [new ClusterFault("ClickHouse's disk is full", () => FillAsync(disk))] : []),
    ];

    /// <summary>An instance comes that kills itself at the site, once it has its share of the work; then it is started again.</summary>
    private ClusterFault Site(string site, Func<RoleProcess> make, List<RoleProcess> roles) => new(site, async () =>
    {
        // The oldest makes room, so that there are no more than before.
        RoleProcess armed = make();
        RoleProcess oldest = roles[0];
        bool lives = await armed.StartAsync($"{site}:{random.Next(1, 3)}");
        await oldest.StopAsync();
        lock (roles)
        {
            roles.Remove(oldest);
            roles.Add(armed);
        }

        oldest.Dispose();
        using (Deadline deadline = new(Patience))
        {
            while (lives && !armed.Process.HasExited)
            {
                string state = deadline.IsOver ? await cluster.StateAsync() : "";
                await deadline.WaitAsync($"{armed.Role} {Path.GetFileName(armed.DataFolder)} passes {site}\n{state}");
            }
        }

        Assert.True(armed.Process.Errors.Contains($"crash site {site}", StringComparison.Ordinal), $"The {armed.Role} ended before {site}.\n{armed.Process.Errors}");
        await armed.LiveAsync();
    });

    private async Task KillAsync(IReadOnlyList<RoleProcess> roles)
    {
        RoleProcess one = roles[random.Next(roles.Count)];
        one.Kill();
        await one.LiveAsync();
    }

    private async Task KillWarehouseAsync()
    {
        // In the middle of an insert, as near as can be told from outside: one is on its way.
        Task insert = cluster.Proxy.StrikeAsync(ProxyFault.None);
        await Task.WhenAny(insert, Task.Delay(TimeSpan.FromSeconds(1)));
        cluster.Warehouse.Kill();
        await cluster.Aggregators[0].WaitUntilNotReadyAsync();
        await cluster.Warehouse.LiveAsync();
    }

    /// <summary>
    /// Calls flow until the disk is full. Each says why it waits and what to do, and with room made all goes on by itself; but where ClickHouse is writing just then, what it holds in memory is not
    /// what is on disk, and its process ends, says so, and is started again.
    /// </summary>
    private async Task FillAsync(Tmpfs disk)
    {
        await disk.ShrinkAsync(random.NextInt64(MostRoom));
        try
        {
            bool lives = await cluster.Warehouse.IsNotReadyAsync("is full");
            RoleProcess aggregator = cluster.Aggregators[random.Next(cluster.Aggregators.Count)];
            await aggregator.WaitUntilNotReadyAsync(lives ? "make room" : "");

            // Calls go on, and are taken no further than Kafka.
            long lag = await aggregator.MetricAsync(RoleProcess.LandingLag);
            using Deadline deadline = new(Patience);
            while (await aggregator.MetricAsync(RoleProcess.LandingLag) <= lag)
            {
                await deadline.WaitAsync($"more than {lag} frames wait to be landed\n{cluster.Errors()}");
            }
        }
        finally
        {
            await disk.RestoreAsync();
        }

        if (cluster.Warehouse.Process.HasExited)
        {
            Assert.Contains("ClickHouse could not write to", cluster.Warehouse.Errors, StringComparison.Ordinal);
            await cluster.Warehouse.LiveAsync();
        }

        foreach (RoleProcess role in (IEnumerable<RoleProcess>)[cluster.Warehouse, .. cluster.Aggregators])
        {
            await role.WaitUntilReadyAsync();
        }
    }

    private async Task KillBrokerAsync()
    {
        await cluster.Kafka.KillAsync(1);
        await cluster.Kafka.StartAgainAsync(1);
    }

    private async Task ReplaceAsync(Func<Task> add, List<RoleProcess> roles)
    {
        RoleProcess going = roles[0];
        await add();
        await going.StopAsync();
        lock (roles)
        {
            roles.Remove(going);
        }

        going.Dispose();
    }

    private async Task LieAsync(List<RoleProcess> roles)
    {
        RoleProcess one = roles[random.Next(roles.Count)];
        one.Process.Pause();
        try
        {
            // What is waited for is the other side's patience, which has no sign but time.
            await Task.Delay(Lying);
        }
        finally
        {
            one.Process.Resume();
        }
    }

    private async Task MisbehaveAsync(ProxyFault fault)
    {
        try
        {
            await cluster.Proxy.StrikeAsync(fault).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Patience.TotalSeconds} s in vain until an insert comes.\n{await cluster.StateAsync()}");
        }
    }
}
