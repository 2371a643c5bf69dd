using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>CDR files into a folder that nothing runs on, and the switch edge alone.</summary>
public sealed class FileTests
{
    private const int Lines = 300_000;

    [Fact]
    public async Task A_file_killed_in_its_middle_is_gone_on_with_each_line_once_and_none_twice()
    {
        using ScratchFolder scratch = new();
        await LiveInstance.SucceedAsync(["config", "apply", RepositoryFolders.Carrier, "--data", scratch["data"]]);
        await File.WriteAllLinesAsync(
            scratch["cdr.csv"], Enumerable.Range(-1, Lines + 1).Select(number => number < 0 ? Calls.CsvHeader : Calls.Csv($"line-{number}", number)), TestContext.Current.CancellationToken);
        string[] command = ["ingest", scratch["cdr.csv"], "--data", scratch["data"]];
        foreach (long journalBytes in (long[])[1 << 20, 12 << 20])
        {
            using PerimeterProcess ingest = PerimeterProcess.Start(command);
            await ingest.WaitUntilAsync("some lines are on the log", () => JournalBytes(scratch["data"]) >= journalBytes);
            ingest.Kill();
        }

        string output = await LiveInstance.SucceedAsync(command);
        Assert.Contains($"from line", output, StringComparison.Ordinal);
        Assert.DoesNotContain("from line 1 ", output, StringComparison.Ordinal);
        using LiveInstance live = await LiveInstance.StartAsync(scratch);
        Assert.Equal([$"{Lines}", $"{Lines}"], Assert.Single(await live.QueryAsync("SELECT count(), uniqExact(call_id) FROM rated_calls")));
        Assert.Equal(["0", "0"], Assert.Single(await live.QueryAsync("SELECT sum(repeats), sum(conflicts) FROM passed_events")));
        Assert.Equal("0", await live.OneAsync("SELECT count() FROM quarantined_events"));
        string sums = "SELECT toString(sum(revenue)), toString(sum(cost)) FROM";
        Assert.Equal(await live.QueryAsync($"{sums} rated_calls"), await live.QueryAsync($"{sums} trunk_group_minutes"));
    }

    [Fact]
    public async Task A_file_into_an_idle_folder_has_landed_when_the_command_ends()
    {
        using ScratchFolder scratch = new();
        await LiveInstance.SucceedAsync(["config", "apply", RepositoryFolders.Carrier, "--data", scratch["data"]]);
        string[] records = [.. Calls.Ndjson("idle", 0, 1_000)];
        await File.WriteAllLinesAsync(scratch["cdr.ndjson"], records, TestContext.Current.CancellationToken);
        Assert.Contains("1,000 taken", await LiveInstance.SucceedAsync(["ingest", scratch["cdr.ndjson"], "--data", scratch["data"]]), StringComparison.Ordinal);
        Assert.Contains("taken before", await LiveInstance.SucceedAsync(["ingest", scratch["cdr.ndjson"], "--data", scratch["data"]]), StringComparison.Ordinal);
        using LiveInstance live = await LiveInstance.StartAsync(scratch);
        Assert.Equal(Rows.Expected(RepositoryFolders.Carrier, string.Join('\n', records)), await Rows.LandedAsync(live));
    }

    [Fact]
    public async Task The_switch_edge_alone_takes_calls_that_a_later_instance_rates()
    {
        using ScratchFolder scratch = new();
        await LiveInstance.SucceedAsync(["config", "apply", RepositoryFolders.Carrier, "--data", scratch["data"]]);
        using (PerimeterProcess edge = PerimeterProcess.Start(["ingest", "--data", scratch["data"], "--http-port", "0"]))
        {
            await edge.WaitUntilAsync("the edge is up", () => edge.IsServing(scratch["data"]));
            using HttpClient http = PerimeterProcess.IngestClient(edge.HttpAddress(scratch["data"]), scratch["data"]);
            using StringContent body = new(string.Join('\n', Calls.Ndjson("edge", 0, 100)));
            body.Headers.ContentType = new("application/x-ndjson");
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/v1/calls", UriKind.Relative), body, TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
            Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
            edge.Terminate();
            await edge.WaitForExitAsync();
            Assert.True(edge.ExitCode == 0, edge.Errors);
        }

        using LiveInstance live = await LiveInstance.StartAsync(scratch);
        await live.WaitForAsync("SELECT count() FROM rated_calls", "100");
    }

    private static long JournalBytes(string dataFolder)
    {
        DirectoryInfo log = new(Path.Combine(dataFolder, "log"));
        return log.Exists ? log.EnumerateFiles("*.journal").Sum(file => file.Length) : 0;
    }
}
