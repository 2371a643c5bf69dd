using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Calls in by every format, what became of them, and why.</summary>
public sealed class EdgeTests(SampleInstance sample) : IClassFixture<SampleInstance>
{
    private readonly LiveInstance _live = sample.Instance;

    [Theory]
    [InlineData("one", 1, "application/json")]
    [InlineData("array", 12, "application/json")]
    [InlineData("ndjson", 12, "application/x-ndjson")]
    [InlineData("csv", 12, "text/csv")]
    public async Task Every_format_lands_what_the_oracle_says_plain_and_gzip(string format, int count, string contentType)
    {
        foreach (string encoding in (string[])["plain", "gzip"])
        {
            string prefix = $"{format}-{encoding}";
            string[] records = [.. Calls.Ndjson(prefix, 0, count)];
            string body = format switch
            {
                "one" => records[0],
                "array" => $"[{string.Join(',', records)}]",
                "ndjson" => string.Join('\n', records),
                _ => string.Join('\n', [Calls.CsvHeader, .. Enumerable.Range(0, count).Select(number => Calls.Csv($"{prefix}-{number}", number))]),
            };
            byte[] bytes = Encoding.UTF8.GetBytes(body);
            using HttpResponseMessage answer = await _live.SendAsync(contentType, encoding == "gzip" ? Gzip(bytes) : bytes, encoding == "gzip" ? "gzip" : null);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            JsonElement counts = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(count, counts.GetProperty("accepted").GetInt32());
            await _live.WaitForAsync($"SELECT count() FROM rated_calls WHERE startsWith(call_id, '{prefix}-')", $"{count}");
            Assert.Equal(Rows.Expected(RepositoryFolders.Carrier, string.Join('\n', records)), await Rows.LandedAsync(_live, $"startsWith(call_id, '{prefix}-')"));
        }
    }

    [Fact]
    public async Task The_edge_asks_for_its_key()
    {
        using HttpClient stranger = new() { BaseAddress = _live.Process.HttpAddress(_live.DataFolder) };
        using StringContent body = new(Calls.Json("stranger"), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await stranger.PostAsync(new Uri("/v1/calls", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Every_attempt_of_a_call_is_explained_as_text_and_as_json()
    {
        string[] attempts = [Calls.Json("why-1", 0, 1, final: false, answered: false), Calls.Json("why-1", 0, 2)];
        await _live.PostAsync("application/x-ndjson", string.Join('\n', attempts));
        await _live.WaitForAsync("SELECT count() FROM rated_calls WHERE call_id = 'why-1'", "2");
        string text = await _live.CommandAsync("explain", "--call", "why-1");
        foreach (string part in (string[])["Northgate Premium", "EuroRoute Gold", "Sahara Direct", "A-Z Premium", "A-Z Africa Vendor", "Advanced", "Rated", "4420"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        string[] lines = (await _live.CommandAsync("explain", "--call", "why-1", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] explained = [.. lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        Assert.Equal([1, 2], explained.Select(attempt => attempt.GetProperty("attempt").GetInt32()));
        Assert.Equal(["Advanced", "Rated"], explained.Select(attempt => attempt.GetProperty("a").GetProperty("outcome").GetString()));
        Assert.Equal(["NotAnswered", "Rated"], explained.Select(attempt => attempt.GetProperty("b").GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task A_call_that_is_not_there_is_said_to_be_so_with_where_to_look()
    {
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["explain", "--call", "nowhere", "--data", _live.DataFolder]);
        Assert.Equal(1, exitCode);
        Assert.Contains("No call nowhere has landed", errors, StringComparison.Ordinal);
        Assert.Contains("quarantine list", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_switches_may_share_a_call_id_and_explain_asks_which()
    {
        await _live.PostAsync("application/x-ndjson", Calls.Json("shared") + "\n" + Calls.Json("shared").Replace("sw1", "sw2", StringComparison.Ordinal));
        await _live.WaitForAsync("SELECT count() FROM rated_calls WHERE call_id = 'shared'", "2");
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["explain", "--call", "shared", "--data", _live.DataFolder]);
        Assert.Equal(1, exitCode);
        Assert.Contains("--switch (sw1, sw2)", errors, StringComparison.Ordinal);
        Assert.Contains("switch sw2", await _live.CommandAsync("explain", "--call", "shared", "--switch", "sw2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_put_aside_is_listed_and_shown_with_its_bytes()
    {
        string broken = Calls.Json("broken-1").Replace("2026-09-15T09:00:00.000Z", "yesterday", StringComparison.Ordinal);
        JsonElement answer = await _live.PostAsync("application/x-ndjson", Calls.Json("broken-0") + "\n" + broken + "\nno json");
        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
        Assert.Equal(2, answer.GetProperty("quarantined").GetInt32());
        Assert.Equal("setup_time", answer.GetProperty("errors")[0].GetProperty("field").GetString());
        await _live.WaitForAsync("SELECT count() FROM quarantined_events WHERE call_id = 'broken-1'", "1");
        string list = await _live.CommandAsync("quarantine", "list", "--call", "broken-1");
        Assert.Contains("setup_time", list, StringComparison.Ordinal);
        string row = Assert.Single((await _live.CommandAsync("quarantine", "list", "--call", "broken-1", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        string id = JsonSerializer.Deserialize<JsonElement>(row).GetProperty("id").GetString()!;
        string shown = await _live.CommandAsync("quarantine", "show", id);
        Assert.Contains(broken, shown, StringComparison.Ordinal);
        Assert.Contains("Invalid", shown, StringComparison.Ordinal);
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["quarantine", "show", "ffffffffffffffff", "--data", _live.DataFolder]);
        Assert.Equal(1, exitCode);
        Assert.Contains("quarantine list", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_goes_through_the_running_instance_once()
    {
        using ScratchFolder files = new();
        File.WriteAllLines(files["cdr.csv"], [Calls.CsvHeader, .. Enumerable.Range(0, 500).Select(number => Calls.Csv($"file-{number}", number)), "sw1,,,,,,,,,"]);
        (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync(["ingest", files["cdr.csv"], "--data", _live.DataFolder]);
        Assert.Equal(1, exitCode);
        Assert.Contains("500 taken, 1 put aside, from line 1 to 502", output, StringComparison.Ordinal);
        Assert.Contains("cdr.csv:502: call_id: is missing", errors, StringComparison.Ordinal);
        Assert.Contains("taken before, nothing new", await _live.CommandAsync("ingest", files["cdr.csv"]), StringComparison.Ordinal);
        File.AppendAllText(files["cdr.csv"], Calls.Csv("file-500", 500) + "\n");
        Assert.Contains("1 taken, 0 put aside", await _live.CommandAsync("ingest", files["cdr.csv"]), StringComparison.Ordinal);
        await _live.WaitForAsync("SELECT count() FROM rated_calls WHERE startsWith(call_id, 'file-')", "501");
        (exitCode, _, errors) = await PerimeterProcess.RunAsync(["ingest", files["none.csv"], "--data", _live.DataFolder]);
        Assert.Equal(2, exitCode);
        Assert.Contains("none.csv", errors, StringComparison.Ordinal);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
