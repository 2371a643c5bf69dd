using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Perimeter.Pipeline.Tests;

/// <summary>
/// The promises of pipeline.md across processes: calls flow through several instances of every role over a real broker while one thing after another befalls them, and in the
/// end every call is in ClickHouse once, at the charge that an independent computation gives, and the quarantine holds the poison and nothing else.
/// </summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task Whatever_befalls_a_cluster_each_call_lands_once()
    {
        int rounds = Chaos.IsOn ? 8 : 1;
        int seed = Chaos.Seed();
        Random random = new(seed);

        // More than can be sent while there are faults: a call that was lost must not come again.
        SampleRecords records = await SampleRecords.MakeAsync(Chaos.IsOn ? 250_000 : 40_000, seed);
        IReadOnlyList<string> expected = records.ExpectedRows();
        await using Cluster cluster = await Cluster.StartAsync(ingests: 2, engines: 2, aggregators: 2, diskMegabytes: 2048);
        if (cluster.Disk is null)
        {
            TestContext.Current.AddWarning($"No full disk among the faults: {cluster.WhyNoDisk}");
        }

        ClusterFaults faults = new(cluster, random);
        int strikes = 0;
        using CancellationTokenSource enough = new();
        Task<int> sending = SendAllAsync(cluster, records.Batches(10, random), random, enough.Token);
        Dictionary<string, int> struck = [];
        for (int round = 0; round < rounds; round++)
        {
            foreach (ClusterFault fault in faults.All.OrderBy(_ => random.Next()).ToArray())
            {
                await cluster.ReviveAsync();
                Assert.False(sending.IsCompleted, $"The switch stopped sending: {sending.Exception?.ToString() ?? "it has no more calls"}");
                long began = Stopwatch.GetTimestamp();
                await fault.Strike();
                TestContext.Current.SendDiagnosticMessage($"{++strikes}: {fault.Name}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
                struck[fault.Name] = struck.GetValueOrDefault(fault.Name) + 1;
            }
        }

        await enough.CancelAsync();
        int batches = await sending;
        await cluster.ReviveAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {strikes} faults, {batches} batches, {cluster.Resent} sent again, {cluster.Revived} roles that ended by themselves, {string.Join(", ", struck)}");
        Assert.All(struck.Values, count => Assert.Equal(rounds, count));
        await MatchesAsync(cluster, records, expected);
    }

    /// <summary>
    /// Batches in their order, at the pace of a small switch, so that there are new calls whatever befalls the cluster next. When nothing may any more, the rest as fast as they are taken.
    /// </summary>
    private static async Task<int> SendAllAsync(Cluster cluster, IReadOnlyList<IReadOnlyList<string>> batches, Random seeds, CancellationToken enough)
    {
        Random random = new(seeds.Next());
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(100));
        int sent = 0;
        for (; sent < batches.Count; sent++)
        {
            await cluster.SendAsync(batches[sent], random);
            if (!enough.IsCancellationRequested)
            {
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        return sent;
    }

    private static async Task MatchesAsync(Cluster cluster, SampleRecords records, IReadOnlyList<string> expected)
    {
        IReadOnlyList<string> poison = records.ExpectedPoison();
        try
        {
            await cluster.WaitForAsync("SELECT count() FROM rated_calls", expected.Count);
        }
        catch (Xunit.Sdk.XunitException)
        {
            IReadOnlyList<string> landed = await SampleRecords.LandedRowsAsync(cluster.QueryAsync);
            string[] missing = [.. expected.Except(landed)];
            string places = LogSearch.Find(cluster.Kafka.Bootstrap, missing.Select(row => row.Split('|')[1]).ToHashSet());
            Assert.Fail($"Landed {landed.Count} of {expected.Count} rows.\nmissing:\n{string.Join('\n', missing.Take(20))}\non the log:\n{places}\n{await cluster.StateAsync()}");
        }

        await cluster.WaitForAsync("SELECT uniqExact(content) FROM quarantined_events WHERE reason != 'Conflict'", poison.Count);
        await cluster.WaitForAsync("SELECT uniqExact(content) FROM quarantined_events WHERE reason = 'Conflict'", records.ExpectedConflicts);
        foreach (RoleProcess role in (IEnumerable<RoleProcess>)[.. cluster.Engines, .. cluster.Aggregators])
        {
            await role.WaitUntilReadyAsync();
        }

        await Landed.MatchesAsync(cluster.QueryAsync, expected);
        string call = expected[0].Split('|')[1];
        Assert.Matches($"{Regex.Escape(call)}: call-events, .*\n(.*\n)*{Regex.Escape(call)}: rated-calls, ", LogSearch.Find(cluster.Kafka.Bootstrap, new HashSet<string> { call }));
        Assert.Equal(poison, (await cluster.QueryAsync("SELECT DISTINCT hex(content) FROM quarantined_events WHERE reason != 'Conflict'"))
            .Select(row => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(row[0]))).Order(StringComparer.Ordinal));
        Assert.Equal(
            records.ExpectedConflicts.ToString(CultureInfo.InvariantCulture),
            (await cluster.QueryAsync("SELECT uniqExact(content) FROM quarantined_events WHERE reason = 'Conflict'"))[0][0]);
    }
}
