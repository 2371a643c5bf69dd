using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Calls whose ended event does not tell when they were answered: the answered event does (pipeline.md, promise 5).</summary>
public sealed class AnsweredTests
{
    private const string Rows = "SELECT call_id, outcome_a, toString(charge_a), outcome_b, toString(charge_b), answered_ms_a, answer_taken FROM rated_calls ORDER BY call_id";

    [Fact]
    public async Task Started_answered_and_ended_in_three_requests_are_charged_by_the_answer_and_explained_so_across_a_start()
    {
        using ScratchFolder scratch = new();
        using (LiveInstance live = await LiveInstance.StartAsync(scratch, RepositoryFolders.Carrier))
        {
            // What an ended event costs that tells its answer itself: 06:00:05 to 06:01:12.
            await live.PostAsync("application/json", Event("whole", "ended", answer: 5, end: 72));
            await live.PostAsync("application/x-ndjson", Both(call => Event(call, "started")));
            await live.PostAsync("application/x-ndjson", Both(call => Event(call, "answered", answer: 5)));
            await live.PostAsync("application/json", Event("parts", "ended", end: 72));

            // Without its answered event and a final answer, and refused though one came, a call was not answered.
            await live.PostAsync("application/json", Event("alone", "ended", end: 72, sipCode: 183));

            // One that says that it was answered waits for its answered event in the quarantine.
            await live.PostAsync("application/json", Event("early", "ended", end: 72));
            await live.PostAsync("application/json", Event("refused", "answered", answer: 5));
            await live.PostAsync("application/json", Event("refused", "ended", end: 72, sipCode: 486));
            await live.WaitForAsync("SELECT count() FROM rated_calls", "4");
            await live.WaitForAsync("SELECT count() FROM quarantined_events WHERE call_id = 'early' AND reason = 'Invalid' AND message LIKE '%says that the call was answered%'", "1");
            await live.StopAsync();
        }

        using LiveInstance again = await LiveInstance.StartAsync(scratch);
        await again.PostAsync("application/json", Event("parts-later", "ended", end: 72));

        // Repeats of what was rated before the start, and one that tells another answer.
        await again.PostAsync("application/json", Event("parts", "ended", end: 72));
        await again.PostAsync("application/json", Event("parts", "ended", answer: 6, end: 72));
        await again.WaitForAsync("SELECT count() FROM rated_calls", "5");
        await again.PostAsync("application/json", Event("early", "answered", answer: 5));
        await again.CommandAsync("quarantine", "replay", "--call", "early");
        await again.WaitForAsync("SELECT count() FROM rated_calls", "6");
        await again.WaitForAsync("SELECT sum(repeats) FROM passed_events", "1");
        await again.WaitForAsync("SELECT count() FROM quarantined_events WHERE call_id = 'parts' AND reason = 'Conflict'", "1");

        Dictionary<string, string[]> rows = (await again.QueryAsync(Rows)).ToDictionary(row => row[0], row => row[1..]);
        Assert.Equal(["Rated", "67000", "false"], [rows["whole"][0], .. rows["whole"][4..]]);
        foreach (string call in (string[])["parts", "parts-later", "early"])
        {
            Assert.Equal([.. rows["whole"][..5], "true"], rows[call]);
            JsonElement explained = JsonSerializer.Deserialize<JsonElement>(await again.CommandAsync("explain", "--call", call, "--json"));
            Assert.Equal(rows[call][0], explained.GetProperty("a").GetProperty("outcome").GetString());
        }

        Assert.Equal(await ChargesAsync("whole"), await ChargesAsync("parts"));
        foreach (string call in (string[])["alone", "refused"])
        {
            Assert.Equal(["NotAnswered", "0", "NotAnswered", "0", "0", "false"], rows[call]);
        }

        JsonElement rerated = JsonSerializer.Deserialize<JsonElement>(await again.CommandAsync("rerate", "--from", "2026-09-01", "--to", "2026-10-01", "--json"));
        Assert.Equal((6, 0), (rerated.GetProperty("all").GetProperty("calls").GetInt32(), rerated.GetProperty("all").GetProperty("changed").GetInt32()));

        async Task<string> ChargesAsync(string call)
        {
            JsonElement explained = JsonSerializer.Deserialize<JsonElement>(await again.CommandAsync("explain", "--call", call, "--json"));
            return $"{explained.GetProperty("a").GetProperty("charge")} {explained.GetProperty("b").GetProperty("charge")}";
        }
    }

    private static string Both(Func<string, string> make) => make("parts") + "\n" + make("parts-later");

    private static string Event(string callId, string kind, int? answer = null, int? end = null, int? sipCode = null)
    {
        DateTimeOffset setup = new(2026, 9, 15, 6, 0, 0, TimeSpan.Zero);
        return JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["switch_id"] = "sw1",
            ["call_id"] = callId,
            ["kind"] = kind,
            ["trunk_group_a"] = "Northgate Premium",
            ["trunk_group_b"] = "EuroRoute Gold",
            ["ani"] = "12125550100",
            ["dnis"] = "442079460000",
            ["setup_time"] = setup,
            ["answer_time"] = answer is { } a ? setup.AddSeconds(a) : null,
            ["end_time"] = end is { } e ? setup.AddSeconds(e) : null,
            ["sip_code"] = sipCode ?? (kind == "started" ? null : 200),
        });
    }
}
