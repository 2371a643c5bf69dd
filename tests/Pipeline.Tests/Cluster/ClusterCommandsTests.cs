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

        await TakeOfSwitchAsync(cluster, ingest, scratch);

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

    /// <summary>A switch that is registered where the configuration is published posts to the process that takes calls, and files appear there.</summary>
    private static async Task TakeOfSwitchAsync(Cluster cluster, RoleProcess ingest, ScratchFolder scratch)
    {
        string carrier = scratch["carrier"];
        foreach (string file in Directory.EnumerateFiles(SampleRecords.CarrierFolder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(carrier, Path.GetRelativePath(SampleRecords.CarrierFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await File.WriteAllTextAsync(
            Path.Combine(carrier, "switches.csv"), "id,name,type,folder,key\n1,fs-1,freeswitch,,a-key-of-this-switch\n2,flat-1,csv,cdrs,\n", TestContext.Current.CancellationToken);
        await SucceedAsync("config", "apply", carrier, "--data", cluster.Config.DataFolder);
        string leg = await File.ReadAllTextAsync(
            Path.Combine(PerimeterProcess.RepositoryRoot, "tests/Ingest.Tests/Switches/Fixtures/freeswitch/b-leg-answered.json"), TestContext.Current.CancellationToken);
        using HttpClient http = new() { BaseAddress = ingest.Address };
        http.DefaultRequestHeaders.Add("X-Api-Key", "a-key-of-this-switch");
        using (Deadline deadline = new(TimeSpan.FromMinutes(1)))
        {
            HttpStatusCode status;
            while ((status = await PostAsync(http, leg)) != HttpStatusCode.Accepted)
            {
                await deadline.WaitAsync($"the switch is known where calls are taken; it was answered {status}\n{ingest.Errors}");
            }
        }

        string folder = Path.Combine(ingest.DataFolder, "cdrs");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "one.csv"),
            "call_id,trunk_group_a,trunk_group_b,ani,dnis,setup_time,answer_time,end_time\nflat-call,Northgate Premium,EuroRoute Gold,12125550100,442079460000,2026-07-01T08:00:00Z,2026-07-01T08:00:05Z,2026-07-01T08:01:05Z\n",
            TestContext.Current.CancellationToken);
        await cluster.WaitForAsync("SELECT count() FROM rated_calls WHERE switch_id IN ('fs-fra-1', 'flat-1')", 2);
        Assert.Contains("flat-1: ", await SucceedAsync("status", "--data", ingest.DataFolder), StringComparison.Ordinal);
        Assert.Equal(2, await ingest.MetricAsync("perimeter_config_revision"));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string body)
    {
        using StringContent content = new(body);
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/v1/switches/fs-1/freeswitch", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<string> SucceedAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync(arguments);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {exitCode}\n{output}\n{errors}");
        return output;
    }
}
