using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>A carrier that changes under running calls.</summary>
public sealed class RevisionTests
{
    [Fact]
    public async Task A_call_stays_explained_by_the_revision_that_rated_it()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        await live.PostAsync("application/json", Calls.Json("before", 60));
        await live.WaitForAsync("SELECT count() FROM rated_calls", "1");
        carrier.WriteRate(0.5m);
        Assert.Contains("Published as revision 2", await live.CommandAsync("config", "apply", carrier.Path), StringComparison.Ordinal);
        Assert.Contains("Nothing changed: revision 2", await live.CommandAsync("config", "apply", carrier.Path), StringComparison.Ordinal);
        await live.PostAsync("application/json", Calls.Json("after", 60));
        await live.WaitForAsync("SELECT count() FROM rated_calls", "2");
        foreach ((string call, int revision, string rate) in ((string, int, string)[])[("before", 1, "0.01"), ("after", 2, "0.5")])
        {
            JsonElement explained = JsonSerializer.Deserialize<JsonElement>(await live.CommandAsync("explain", "--call", call, "--json"));
            Assert.Equal(revision, explained.GetProperty("revision").GetInt32());
            Assert.Equal([$"{revision}", rate], Assert.Single(await live.QueryAsync($"SELECT revision, toString(rate_a) FROM rated_calls WHERE call_id = '{call}'")));
            Assert.Contains(rate, explained.GetProperty("a").GetRawText(), StringComparison.Ordinal);
        }

        // What was rated stays explainable when nothing runs, too.
        await live.StopAsync();
        Assert.Contains("0.01", await live.CommandAsync("explain", "--call", "before"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_folder_reports_all_its_errors_and_the_last_good_one_stays()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        carrier.Write("acme.csv", "code,destination,rate\n44,UK,cheap\n4x,UK,0.01\n49,Germany,99999");
        carrier.Write("assignments.csv", "id,trunk_group,class,deck\n1,1,international,1\n2,2,international,nothing");
        foreach (string command in (string[])["check", "apply"])
        {
            (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["config", command, carrier.Path, "--data", live.DataFolder]);
            Assert.Equal(1, exitCode);
            foreach (string place in (string[])["acme.csv:2: column rate", "acme.csv:3: column code", "acme.csv:4: column rate", "assignments.csv:3: column deck"])
            {
                Assert.Contains(place, errors, StringComparison.Ordinal);
            }

            Assert.Contains(command == "check" ? "4 errors: this folder would be refused" : "4 errors: nothing was published", errors, StringComparison.Ordinal);
        }

        await live.PostAsync("application/json", Calls.Json("good", 60));
        await live.WaitForAsync("SELECT count() FROM rated_calls WHERE outcome_a = 'Rated' AND revision = 1 AND toString(rate_a) = '0.01'", "1");
        Assert.Contains("revision    1", await live.CommandAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_while_calls_flow_lose_no_call_and_each_is_charged_by_one_of_the_revisions()
    {
        const int Batches = 40, BatchCalls = 250;
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        using CarrierCopy dearer = new(0.03m);
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        string[][] batches = [.. Enumerable.Range(0, Batches).Select(batch => Calls.Ndjson("flow", batch * BatchCalls, BatchCalls).ToArray())];
        TaskCompletionSource half = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task flowing = Task.Run(async () =>
        {
            for (int batch = 0; batch < Batches; batch++)
            {
                await live.PostAsync("application/x-ndjson", string.Join('\n', batches[batch]));
                if (batch == Batches / 4)
                {
                    half.SetResult();
                }
            }
        }, TestContext.Current.CancellationToken);
        await half.Task;
        await live.CommandAsync("config", "apply", dearer.Path);
        await flowing;
        await live.PostAsync("application/json", Calls.Json("flow-last", 60));
        await live.WaitForAsync("SELECT count() FROM rated_calls", $"{(Batches * BatchCalls) + 1}");
        string records = string.Join('\n', [.. batches.SelectMany(batch => batch), Calls.Json("flow-last", 60)]);
        Dictionary<string, HashSet<string>> byRevision = new() { ["1"] = [.. Rows.Expected(carrier.Path, records)], ["2"] = [.. Rows.Expected(dearer.Path, records)] };
        HashSet<string> revisions = [];
        foreach (string[] row in await live.QueryAsync($"SELECT {Rows.Columns}, revision FROM rated_calls"))
        {
            revisions.Add(row[^1]);
            Assert.True(byRevision[row[^1]].Contains(Rows.Of(row)), $"{string.Join(' ', row)} is not what the oracle says of its revision");
        }

        Assert.Equal("2", await live.OneAsync("SELECT max(revision) FROM rated_calls WHERE call_id = 'flow-last'"));
        Assert.Equal($"{(Batches * BatchCalls) + 1}", await live.OneAsync("SELECT uniqExact(call_id) FROM rated_calls"));
        Assert.Equal(["1", "2"], revisions.Order(StringComparer.Ordinal));
    }
}
