using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>What was put aside, mended and sent again: charged once, whatever becomes of the command.</summary>
public sealed class ReplayTests
{
    private const string Zone = "America/New_York";

    [Fact]
    public async Task What_was_put_aside_is_mended_sent_again_and_charged_once_through_the_running_instance()
    {
        using ScratchFolder scratch = new();
        using LiveInstance live = await LiveInstance.StartAsync(scratch, RepositoryFolders.Carrier);
        string good = Calls.Json("mend-1", 3);
        string broken = good.Replace("\"2026-09-15T09:00:03.000Z\"", "\"yesterday\"", StringComparison.Ordinal);
        Assert.NotEqual(good, broken);
        await live.PostAsync("application/json", broken);
        string id = await IdAsync(live, "mend-1");

        // As it was it is still bad: told, and left where it is.
        (int exitCode, string output, _) = await ReplayAsync(live, id);
        Assert.Equal(1, exitCode);
        Assert.Contains("not sent: setup_time must be a time", output, StringComparison.Ordinal);
        Assert.Contains("0 sent, 1 not", output, StringComparison.Ordinal);

        // Mended: the bytes go out, a person edits them, and they go in.
        string content = await live.CommandAsync("quarantine", "show", id, "--content");
        Assert.Equal(broken, content.Trim());
        await File.WriteAllTextAsync(scratch["mended.json"], good, TestContext.Current.CancellationToken);
        Assert.Contains("would be sent", await live.CommandAsync("quarantine", "replay", id, "--edit", scratch["mended.json"], "--dry-run"), StringComparison.Ordinal);
        Assert.Equal("0", await live.OneAsync("SELECT count() FROM rated_calls"));
        Assert.Contains("1 sent, 0 not, 1 ended attempts of it among the rated calls", await live.CommandAsync("quarantine", "replay", id, "--edit", scratch["mended.json"]), StringComparison.Ordinal);
        Assert.Equal(Rows.Expected(RepositoryFolders.Carrier, good), await Rows.LandedAsync(live));

        // Marked: listed no more, shown with what was sent, and not sent again.
        Assert.Contains("Nothing was put aside.", await live.CommandAsync("quarantine", "list"), StringComparison.Ordinal);
        JsonElement row = Assert.Single(await ListAsync(live, "--all"));
        Assert.Equal((id, "1"), (row.GetProperty("id").GetString(), row.GetProperty("times").ToString()));
        Assert.NotEqual("", row.GetProperty("replayed_at").GetString());
        Assert.Contains("Sent again, as a person mended it", await live.CommandAsync("quarantine", "show", id), StringComparison.Ordinal);
        (exitCode, output, _) = await ReplayAsync(live, id, "--edit", scratch["mended.json"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("not sent: it was sent again at", output, StringComparison.Ordinal);
        Assert.Contains("0 sent, 0 not", await live.CommandAsync("quarantine", "replay", "--all"), StringComparison.Ordinal);
        (exitCode, output, _) = await ReplayAsync(live, id, "--again", "--edit", scratch["mended.json"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("is charged already", output, StringComparison.Ordinal);

        // Put aside again since: it is open again, and what it would be is charged already.
        await live.PostAsync("application/json", broken);
        await live.WaitForAsync("SELECT count() FROM quarantined_events WHERE reason = 'Invalid'", "2");
        Assert.Equal("2", Assert.Single(await ListAsync(live)).GetProperty("times").ToString());
        (exitCode, output, _) = await ReplayAsync(live, id, "--edit", scratch["mended.json"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("not sent: call mend-1 of sw1, attempt 1, is charged already", output, StringComparison.Ordinal);
        Assert.Equal(["1", "0", "0"], Assert.Single(await live.QueryAsync("SELECT (SELECT count() FROM rated_calls), sum(repeats), sum(conflicts) FROM passed_events")));
    }

    [Fact]
    public async Task Lines_of_files_are_read_as_they_are_told_to_be()
    {
        using ScratchFolder scratch = new();
        using LiveInstance live = await LiveInstance.StartAsync(scratch, RepositoryFolders.Carrier);
        await File.WriteAllLinesAsync(
            scratch["mapped.csv"],
            ["Session;Start;Answer;End;A;B;Called", .. Enumerable.Range(0, 5).Select(i => $"mapped-{i};2026-09-15T05:00:0{i};2026-09-15T05:00:10;2026-09-15T05:01:0{i};Northgate Premium;EuroRoute Gold;442079460000")],
            TestContext.Current.CancellationToken);
        string[] map = ["--map", "switch_id:=sw1", "--map", "call_id=Session", "--map", "setup_time=Start", "--map", "answer_time=Answer", "--map", "end_time=End",
            "--map", "trunk_group_a=A", "--map", "trunk_group_b=B", "--map", "dnis=Called"];
        Assert.Equal(1, (await PerimeterProcess.RunAsync(["ingest", scratch["mapped.csv"], .. map, "--data", live.DataFolder])).ExitCode);
        await live.WaitForAsync("SELECT count() FROM quarantined_events", "5");

        (int exitCode, string output, _) = await ReplayAsync(live, "--all");
        Assert.Equal(1, exitCode);
        Assert.Equal(5, output.Split("How its file was mapped is not kept: give the same --map").Length - 1);
        (exitCode, output, _) = await ReplayAsync(live, ["--reason", "invalid", .. map]);
        Assert.Equal(1, exitCode);
        Assert.Equal(5, output.Split("say its zone with --time-zone").Length - 1);
        Assert.Equal(0, (await ReplayAsync(live, ["--reason", "Invalid", "--time-zone", Zone, "--dry-run", .. map])).ExitCode);
        Assert.Contains("1 sent, 0 not, 1 ended", await live.CommandAsync(["quarantine", "replay", "--call", "mapped-3", "--time-zone", Zone, .. map]), StringComparison.Ordinal);
        Assert.Contains("4 sent, 0 not, 4 ended", await live.CommandAsync(["quarantine", "replay", "--all", "--time-zone", Zone, .. map]), StringComparison.Ordinal);
        Assert.Equal(
            Enumerable.Range(0, 5).Select(i => $"mapped-{i}|2026-09-15 09:00:0{i}.000"),
            (await live.QueryAsync("SELECT call_id, setup_time FROM rated_calls WHERE outcome_a = 'Rated' ORDER BY call_id")).Select(row => string.Join('|', row)));
    }

    [Fact]
    public async Task A_conflict_is_refused_while_it_is_one()
    {
        using ScratchFolder scratch = new();
        using LiveInstance live = await LiveInstance.StartAsync(scratch, RepositoryFolders.Carrier);
        await live.PostAsync("application/json", Calls.Json("twice", 1));
        await live.WaitForAsync("SELECT count() FROM rated_calls", "1");
        await live.PostAsync("application/json", Calls.Json("twice", 7));
        string id = await IdAsync(live, "twice");
        (int exitCode, string output, _) = await ReplayAsync(live, id);
        Assert.Equal(1, exitCode);
        Assert.Contains("call twice of sw1, attempt 1, is charged already, with other content: it is a conflict still", output, StringComparison.Ordinal);

        // It was another attempt all the time.
        string content = await live.CommandAsync("quarantine", "show", id, "--content");
        await File.WriteAllTextAsync(scratch["second.json"], content.Replace("\"attempt\":1", "\"attempt\":2", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await live.CommandAsync("quarantine", "replay", id, "--edit", scratch["second.json"]);
        Assert.Equal(["1", "2"], (await live.QueryAsync("SELECT attempt FROM rated_calls ORDER BY attempt")).Select(row => row[0]));
    }

    [Fact]
    public async Task A_selection_that_makes_no_sense_does_nothing_and_says_what_to_give()
    {
        using ScratchFolder scratch = new();
        foreach ((string[] arguments, string told) in new (string[], string)[]
        {
            ([], "Say what to send again"),
            (["00ff", "--all"], "Ids say already"),
            (["--all", "--edit", "x"], "--edit x"),
            (["--reason", "bad"], "Unreadable, Invalid, Conflict, Misplaced"),
            (["nonsense"], "is no id of the quarantine"),
        })
        {
            (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["quarantine", "replay", .. arguments, "--data", scratch["data"]]);
            Assert.NotEqual(0, exitCode);
            Assert.Contains(told, errors, StringComparison.Ordinal);
        }

        await LiveInstance.SucceedAsync(["config", "apply", RepositoryFolders.Carrier, "--data", scratch["data"]]);
        (int code, _, string error) = await PerimeterProcess.RunAsync(["quarantine", "replay", "00000000000000ff", "--data", scratch["data"]]);
        Assert.Equal(1, code);
        Assert.Contains("Nothing with the id 00000000000000ff is in the quarantine", error, StringComparison.Ordinal);
    }

    /// <summary>Killed before and behind the append, on an idle folder: the same command goes on, and each call is charged once, by one event of the log.</summary>
    [Fact]
    public async Task Killed_on_the_way_the_same_command_goes_on_and_sends_nothing_twice()
    {
        const int count = 450;
        using ScratchFolder scratch = new();
        await LiveInstance.SucceedAsync(["config", "apply", RepositoryFolders.Carrier, "--data", scratch["data"]]);
        await File.WriteAllLinesAsync(
            scratch["cdr.csv"], Enumerable.Range(-1, count + 1).Select(i => i < 0 ? Calls.CsvHeader : Calls.Csv($"kill-{i}", i).Replace("Z", "", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
        Assert.Equal(1, (await PerimeterProcess.RunAsync(["ingest", scratch["cdr.csv"], "--data", scratch["data"]])).ExitCode);
        string[] command = ["quarantine", "replay", "--all", "--time-zone", "UTC", "--data", scratch["data"]];
        foreach (string site in (string[])["replay-not-appended:1", "replay-appended-not-told:1", "replay-not-appended:2", "replay-appended-not-told:1"])
        {
            (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(command, new Dictionary<string, string> { ["PERIMETER_CRASH_AT"] = site });
            Assert.NotEqual(0, exitCode);
            Assert.Contains($"crash site {site.Split(':')[0]}", errors, StringComparison.Ordinal);
        }

        // 450 events are three appends: one of 200 was made in the second run, one in the third, and the last 50 in the fourth.
        Assert.Contains("0 sent, 0 not", await LiveInstance.SucceedAsync(command), StringComparison.Ordinal);
        using LiveInstance live = await LiveInstance.StartAsync(scratch);
        Assert.Equal(Rows.Expected(RepositoryFolders.Carrier, string.Join('\n', Calls.Ndjson("kill", 0, count))), await Rows.LandedAsync(live));
        Assert.Equal(["0", "0"], Assert.Single(await live.QueryAsync("SELECT sum(repeats), sum(conflicts) FROM passed_events")));
        Assert.Equal([$"{count}", $"{count}"], Assert.Single(await live.QueryAsync("SELECT countIf(reason = 'Invalid'), countIf(reason = 'Replayed') FROM quarantined_events")));
        Assert.Equal($"{count}", await live.OneAsync("SELECT quarantined FROM totals"));
    }

    private static Task<(int ExitCode, string Output, string Errors)> ReplayAsync(LiveInstance live, params string[] arguments) =>
        PerimeterProcess.RunAsync(["quarantine", "replay", .. arguments, "--data", live.DataFolder]);

    private static async Task<string> IdAsync(LiveInstance live, string callId)
    {
        await live.WaitForAsync($"SELECT count() FROM quarantined_events WHERE call_id = '{callId}'", "1");
        return Assert.Single(await ListAsync(live, "--call", callId)).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement[]> ListAsync(LiveInstance live, params string[] arguments) =>
    [
        .. (await live.CommandAsync(["quarantine", "list", "--json", .. arguments])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line)),
    ];
}
