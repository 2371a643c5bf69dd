using System.Net;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>What a person does with a cluster: asks processes how they are, publishes, looks into the quarantine and sends it again, asks why a call cost what it cost.</summary>
public sealed class ClusterCommandsTests
{
    private const string Broken =
        """{"switch_id":"sw1","call_id":"mended-1","trunk_group_a":"Northgate Premium","trunk_group_b":"EuroRoute Gold","ani":"12125550100","dnis":"442079460000","setup_time":"2026-11-17T10:00:00Z","answer_time":"2026-11-17T10:00:05Z","end_time":"2026-11-17T10:00:01Z","sip_code":200}""";

    [Fact]
    public async Task Commands_reach_the_processes_that_have_what_they_ask_for()
    {
        using ScratchFolder scratch = new();
        SampleRecords records = await SampleRecords.MakeAsync(50, seed: 1);
        await using Cluster cluster = await Cluster.StartAsync(ingests: 1, engines: 2, aggregators: 1, partitions: 1);
        (RoleProcess ingest, RoleProcess aggregator) = (cluster.Ingests[0], cluster.Aggregators[0]);
        bool isFirst = await cluster.Engines[0].MetricAsync("perimeter_rating_partitions") > 0;
        (RoleProcess engine, RoleProcess spare) = isFirst ? (cluster.Engines[0], cluster.Engines[1]) : (cluster.Engines[1], cluster.Engines[0]);
        Assert.Equal(HttpStatusCode.Accepted, await Cluster.PostAsync(ingest, [Broken, .. records.Lines]));
        await cluster.WaitForAsync("SELECT count() FROM rated_calls", records.ExpectedRows().Count);
        await cluster.WaitForAsync("SELECT count() FROM quarantined_events WHERE call_id = 'mended-1'", 1);

        // The quarantine: seen, mended, sent again, charged.
        string listed = await SucceedAsync("quarantine", "list", "--call", "mended-1", "--json", "--data", aggregator.DataFolder);
        string id = JsonSerializer.Deserialize<JsonElement>(listed.Trim()).GetProperty("id").GetString()!;
        string mended = scratch["mended.json"];
        await File.WriteAllTextAsync(mended, Broken.Replace("10:00:01Z", "10:03:30Z", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await SucceedAsync("quarantine", "replay", id, "--edit", mended, "--data", aggregator.DataFolder);
        await cluster.WaitForAsync("SELECT count() FROM rated_calls WHERE call_id = 'mended-1'", 1);
        Assert.Contains("205 s", await SucceedAsync("explain", "--call", "mended-1", "--data", aggregator.DataFolder), StringComparison.Ordinal);

        // The configuration: through its own role, and by no other.
        Assert.Contains("revision 1 holds this already", await SucceedAsync("config", "apply", SampleRecords.CarrierFolder, "--data", cluster.Config.DataFolder), StringComparison.Ordinal);
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["config", "apply", SampleRecords.CarrierFolder, "--data", engine.DataFolder]);
        Assert.Equal(1, exitCode);
        Assert.Contains("perimeter config", errors, StringComparison.Ordinal);

        foreach (RoleProcess role in (RoleProcess[])[ingest, engine, aggregator, cluster.Config, cluster.Warehouse])
        {
            Assert.Contains("state       ready", await SucceedAsync("status", "--data", role.DataFolder), StringComparison.Ordinal);
            Assert.Contains("perimeter_ready{", await role.MetricsAsync(), StringComparison.Ordinal);
        }

        // What docs/operations.md tells to watch.
        string counted = await ingest.MetricsAsync();
        Assert.Contains("perimeter_ingest_records_total{", counted, StringComparison.Ordinal);
        Assert.Contains("perimeter_ingest_request_duration_seconds_bucket{", counted, StringComparison.Ordinal);
        counted = await engine.MetricsAsync();
        Assert.All((string[])["perimeter_rating_lag{", "perimeter_rating_sides_total{", "perimeter_config_revision{"], name => Assert.Contains(name, counted, StringComparison.Ordinal));
        counted = await aggregator.MetricsAsync();
        Assert.All((string[])["perimeter_landing_lag{", "perimeter_landing_rows_total{", "perimeter_landing_delay_seconds_bucket{"], name => Assert.Contains(name, counted, StringComparison.Ordinal));

        // Of two engines for one partition, one stands by, which was as ready as the other; when that one goes, the partition is its own.
        Assert.Equal(1, await engine.MetricAsync("perimeter_rating_partitions"));
        Assert.Equal(0, await spare.MetricAsync("perimeter_rating_partitions"));
        await engine.StopAsync();
        using (Deadline deadline = new(TimeSpan.FromMinutes(1)))
        {
            while (await spare.MetricAsync("perimeter_rating_partitions") == 0)
            {
                await deadline.WaitAsync($"the spare engine has the partition\n{cluster.Errors()}");
            }
        }

        // A ClickHouse that is away is told of, though there is nothing to land.
        cluster.Warehouse.Kill();
        await aggregator.WaitUntilNotReadyAsync();
        await cluster.Warehouse.LiveAsync();
        await aggregator.WaitUntilReadyAsync();
        foreach (RoleProcess role in (RoleProcess[])[ingest, spare, aggregator, cluster.Config, cluster.Warehouse])
        {
            await role.StopAsync();
        }
    }

    private static async Task<string> SucceedAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync(arguments);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {exitCode}\n{output}\n{errors}");
        return output;
    }
}
