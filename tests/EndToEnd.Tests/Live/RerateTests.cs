using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Calls that landed are rated again after their carrier changed: through the running instance, on an idle folder, killed, and two at a time.</summary>
public sealed class RerateTests
{
    private const int Count = 240;
    private const string Sums = "SELECT toString(sum(revenue)), toString(sum(cost)), toString(sum(unrated)) FROM trunk_group_minutes";
    private static readonly string[] September = ["--from", "2026-09-01", "--to", "2026-10-01"];

    [Fact]
    public async Task Through_the_running_instance_the_views_become_those_of_the_changed_carrier()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        await live.PostAsync("application/x-ndjson", string.Join('\n', Calls.Ndjson("re", 0, Count)));
        await live.WaitForAsync("SELECT count() FROM rated_calls", $"{Count}");
        Assert.Equal(0, Changed(await live.CommandAsync(["rerate", .. September, "--json"])));

        carrier.WriteRate(0.02m);
        await live.CommandAsync("config", "apply", carrier.Path);
        IReadOnlyList<string[]> before = await live.QueryAsync(Sums);
        string dry = await live.CommandAsync(["rerate", .. September, "--dry-run"]);
        Assert.Contains("Nothing was written", dry, StringComparison.Ordinal);
        Assert.Equal(before, await live.QueryAsync(Sums));
        string done = await live.CommandAsync(["rerate", .. September]);
        Assert.Contains("Run 1, by revision 2", done, StringComparison.Ordinal);
        Assert.Equal(dry.Split('\n')[1..], done.Split('\n')[1..]);
        Assert.Equal(0, Changed(await live.CommandAsync(["rerate", .. September, "--json"])));

        string[] asOracle = await OracleSumsAsync(carrier.Path);
        Assert.Equal(asOracle, Assert.Single(await live.QueryAsync(Sums)));
        Assert.Equal(
            await live.OneAsync("SELECT count() FROM call_adjustments"),
            await live.OneAsync("SELECT countIf(reason = 'rate' AND old_revision = 1 AND new_revision = 2 AND difference_a > 0 AND difference_b = 0) FROM call_adjustments"));

        string call = await live.OneAsync("SELECT call_id FROM call_adjustments ORDER BY call_id LIMIT 1");
        string text = await live.CommandAsync("explain", "--call", call);
        Assert.Contains("Adjusted by run 1 of ", text, StringComparison.Ordinal);
        Assert.Contains("from revision 1 to 2", text, StringComparison.Ordinal);
        Assert.Contains("A, rate: Rated ", text, StringComparison.Ordinal);
        JsonElement json = JsonSerializer.Deserialize<JsonElement>(await live.CommandAsync("explain", "--call", call, "--json"));
        JsonElement adjustment = Assert.Single(json.GetProperty("adjustments").EnumerateArray());
        Assert.Equal("rate", adjustment.GetProperty("reason_a").GetString());

        // A second correction adjusts against the first, and explain shows both.
        carrier.WriteRate(0.03m);
        await live.CommandAsync("config", "apply", carrier.Path);
        await live.CommandAsync(["rerate", .. September]);
        Assert.Equal(await OracleSumsAsync(carrier.Path), Assert.Single(await live.QueryAsync(Sums)));
        text = await live.CommandAsync("explain", "--call", call);
        Assert.Contains("from revision 1 to 2", text, StringComparison.Ordinal);
        Assert.Contains("from revision 2 to 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_said_and_nothing_is_written()
    {
        using ScratchFolder scratch = new();
        foreach ((string[] asked, string answer) in ((string[], string)[])
            [
                (["--from", "yesterday", "--to", "2026-10-01"], "--from: 'yesterday' is no date"),
                (["--from", "2026-10-01", "--to", "2026-10-01"], "--from is not before --to"),
                ([.. September], "There is no configuration to rate by yet"),
            ])
        {
            (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["rerate", .. asked, "--data", scratch["data"]]);
            Assert.Equal(1, exitCode);
            Assert.Contains(answer, errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        }

        using CarrierCopy carrier = new(0.01m);
        await LiveInstance.SucceedAsync(["config", "apply", carrier.Path, "--data", scratch["data"]]);
        (int status, _, string said) = await PerimeterProcess.RunAsync(["rerate", .. September, "--trunk-group", "Nobody", "--data", scratch["data"]]);
        Assert.Equal(1, status);
        Assert.Contains("no trunk group has this name or id", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_at_every_named_site_a_run_is_gone_on_with_and_adjusts_each_call_once()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        string[] records = [.. Calls.Ndjson("killed", 0, Count)];
        await LiveInstance.SucceedAsync(["config", "apply", carrier.Path, "--data", scratch["data"]]);
        await File.WriteAllLinesAsync(scratch["cdr.ndjson"], records, TestContext.Current.CancellationToken);
        await LiveInstance.SucceedAsync(["ingest", scratch["cdr.ndjson"], "--data", scratch["data"]]);
        string[] command = ["rerate", .. September, "--json", "--data", scratch["data"]];
        decimal rate = 0.01m;
        int runs = 0;
        foreach (string site in (string[])["adjustments-not-written", "adjustments-written-position-not-saved", "rerate-position-saved", "rerate-done-position-not-removed"])
        {
            rate += 0.01m;
            runs++;
            carrier.WriteRate(rate);
            await LiveInstance.SucceedAsync(["config", "apply", carrier.Path, "--data", scratch["data"]]);
            int changes = Changed(await LiveInstance.SucceedAsync([.. command, "--dry-run"]));
            Assert.True(changes > 0);
            (int killed, _, string errors) = await PerimeterProcess.RunAsync(command, new Dictionary<string, string> { ["PERIMETER_CRASH_AT"] = $"{site}:1" });
            Assert.NotEqual(0, killed);
            Assert.Contains($"crash site {site}", errors, StringComparison.Ordinal);
            JsonElement summary = JsonSerializer.Deserialize<JsonElement>(await LiveInstance.SucceedAsync(command));
            Assert.True(summary.GetProperty("resumed").GetBoolean());
            Assert.Equal((runs, changes, Count), (summary.GetProperty("run").GetInt32(), Changed(summary), summary.GetProperty("all").GetProperty("calls").GetInt32()));
        }

        using LiveInstance live = await LiveInstance.StartAsync(scratch);
        Assert.Equal("0", await live.OneAsync("SELECT count() - uniqExact(run, switch_id, call_id, attempt) FROM call_adjustments"));
        Assert.Equal(await OracleSumsAsync(carrier.Path), Assert.Single(await live.QueryAsync(Sums)));
    }

    [Fact]
    public async Task An_instance_that_dies_under_a_run_says_what_to_do_and_the_next_goes_on_with_it()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        await LiveInstance.SucceedAsync(["config", "apply", carrier.Path, "--data", scratch["data"]]);
        await File.WriteAllLinesAsync(scratch["cdr.ndjson"], Calls.Ndjson("dies", 0, Count), TestContext.Current.CancellationToken);
        await LiveInstance.SucceedAsync(["ingest", scratch["cdr.ndjson"], "--data", scratch["data"]]);
        carrier.WriteRate(0.02m);
        await LiveInstance.SucceedAsync(["config", "apply", carrier.Path, "--data", scratch["data"]]);
        using (PerimeterProcess up = await PerimeterProcess.UpAsync(
            scratch["data"], null, new Dictionary<string, string> { ["PERIMETER_CRASH_AT"] = "adjustments-written-position-not-saved:1" }))
        {
            (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["rerate", .. September, "--data", scratch["data"]]);
            Assert.Equal(1, exitCode);
            Assert.Contains("The running instance ended before the run", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        }

        using LiveInstance live = await LiveInstance.StartAsync(scratch);
        string done = await live.CommandAsync(["rerate", .. September, "--json"]);
        Assert.True(JsonSerializer.Deserialize<JsonElement>(done).GetProperty("resumed").GetBoolean());
        Assert.Equal($"{Changed(done)}", await live.OneAsync("SELECT count() FROM call_adjustments"));
        Assert.Equal(0, Changed(await live.CommandAsync(["rerate", .. September, "--json"])));
    }

    [Fact]
    public async Task Two_at_a_time_are_refused_and_one_that_is_interrupted_makes_way()
    {
        const int Lines = 200_000;
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        await File.WriteAllLinesAsync(
            scratch["cdr.csv"], Enumerable.Range(-1, Lines + 1).Select(number => number < 0 ? Calls.CsvHeader : Calls.Csv($"two-{number}", number)), TestContext.Current.CancellationToken);
        using PerimeterProcess ingest = PerimeterProcess.Start(["ingest", scratch["cdr.csv"], "--data", live.DataFolder]);
        await live.Process.WaitUntilAsync("calls are on their way", () => Directory.EnumerateFiles(Path.Combine(live.DataFolder, "log"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) > 4 << 20);

        // Runs wait for what was taken before: while calls keep coming the two meet, and whichever came second is refused.
        string refused = "";
        using (PerimeterProcess first = PerimeterProcess.Start(["rerate", .. September, "--data", live.DataFolder]))
        {
            while (refused.Length == 0 && !first.HasExited)
            {
                (int status, _, string errors) = await PerimeterProcess.RunAsync(["rerate", .. September, "--data", live.DataFolder]);
                refused = status == 0 ? "" : errors;
            }

            if (!first.HasExited)
            {
                first.Interrupt();
            }

            await first.WaitForExitAsync();
            refused += first.Errors;
        }

        Assert.Contains("Calls are being re-rated already", refused, StringComparison.Ordinal);
        await ingest.WaitForExitAsync();
        await live.WaitForAsync("SELECT count() FROM rated_calls", $"{Lines}");
        Assert.Equal(0, Changed(await live.CommandAsync(["rerate", .. September, "--json"])));
    }

    /// <summary>What the calls come to by a carrier from scratch, in a folder of its own.</summary>
    private static async Task<string[]> OracleSumsAsync(string carrier)
    {
        using ScratchFolder scratch = new();
        await File.WriteAllLinesAsync(scratch["cdr.ndjson"], Calls.Ndjson("scratch", 0, Count), TestContext.Current.CancellationToken);
        await LiveInstance.SucceedAsync(["config", "apply", carrier, "--data", scratch["data"]]);
        await LiveInstance.SucceedAsync(["ingest", scratch["cdr.ndjson"], "--data", scratch["data"]]);
        using LiveInstance live = await LiveInstance.StartAsync(scratch);
        return Assert.Single(await live.QueryAsync(Sums));
    }

    private static int Changed(string json) => Changed(JsonSerializer.Deserialize<JsonElement>(json));

    private static int Changed(JsonElement summary) => summary.GetProperty("all").GetProperty("changed").GetInt32();
}
