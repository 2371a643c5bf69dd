using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Perimeter.EndToEnd.Tests;

public sealed class RateCommandTests
{
    private const string Deck = "code,rate,increment\n44,0.6,6\n";
    private const string Calls = "call_id,dnis,setup_time,duration_ms\na,44205550100,2026-01-01T00:00:00Z,60000\n";
    private const string Rated = "call_id,outcome,code,destination,jurisdiction,seconds,billed_seconds,rate,charge\na,Rated,44,,,60,61,0.6,0.61\n";

    public static IEnumerable<TheoryDataRow<string>> Names() => RateCase.ReadAll().Select(each => new TheoryDataRow<string>(each.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_golden_deck_and_its_calls_rate_to_the_last_digit(string name)
    {
        RateCase golden = RateCase.ReadAll().Single(each => each.Name == name);
        using var folder = new RateFolder();
        folder.Write("deck.csv", golden["deck"]);
        folder.Write("calls.csv", golden["calls"]);
        RateResult result = await folder.RunAsync(["rate", "--deck", "deck.csv", "--calls", "calls.csv", .. golden.Arguments]);
        Assert.Equal(golden["errors"], result.Errors);
        Assert.Equal(golden["out"], result.Output);
        Assert.Equal(int.Parse(golden["status"], CultureInfo.InvariantCulture), result.Status);
    }

    [Fact]
    public async Task Gzip_is_read_as_it_is_all_members_of_it()
    {
        using var folder = new RateFolder();
        folder.WriteGzip("deck.csv", Deck);
        folder.WriteGzip("calls.csv", Calls, "b,44205550100,2026-01-01T00:00:00Z,0\n");
        RateResult result = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv");
        Assert.Equal((0, Rated + "b,NotAnswered,44,,,0,0,0.6,0\n", ""), (result.Status, result.Output, result.Errors));
    }

    [Fact]
    public async Task A_gzip_file_that_was_cut_off_is_never_taken_for_whole()
    {
        using var folder = new RateFolder();
        folder.Write("deck.csv", Deck);
        folder.WriteGzip("calls.csv", Calls + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"c{i * 7919},4420{i},2026-01-01T00:00:00Z,{i}\n")));
        byte[] whole = await File.ReadAllBytesAsync(folder["calls.csv"], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["calls.csv"], whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        RateResult result = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv", "--out", "out.csv");
        Assert.Equal(2, result.Status);
        Assert.StartsWith("calls.csv cannot be read to its end: ", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.csv"]));
    }

    [Fact]
    public async Task The_output_file_is_there_whole_or_is_what_it_was()
    {
        using var folder = new RateFolder();
        folder.Write("deck.csv", Deck);
        folder.Write("calls.csv", Calls);
        folder.Write("out.csv", "what was there");
        RateResult refused = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "none.csv", "--out", "out.csv");
        Assert.Equal(2, refused.Status);
        Assert.StartsWith("none.csv cannot be read: ", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("what was there", await File.ReadAllTextAsync(folder["out.csv"], TestContext.Current.CancellationToken));
        RateResult good = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv", "--out", "out.csv");
        Assert.Equal((0, "", ""), (good.Status, good.Output, good.Errors));
        Assert.Equal(Rated, await File.ReadAllTextAsync(folder["out.csv"], TestContext.Current.CancellationToken));
        Assert.Equal(["calls.csv", "deck.csv", "out.csv"], Directory.EnumerateFiles(folder.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Splitting_a_file_of_calls_changes_no_row()
    {
        using var folder = new RateFolder();
        folder.Write("deck.csv", Deck);
        string[] rows = [.. Enumerable.Range(0, 3_000).Select(i => $"c{i},44{i},2026-01-01T00:00:00Z,{i * 977 % 100_000}")];
        string header = Calls[..(Calls.IndexOf('\n', StringComparison.Ordinal) + 1)];
        var split = new StringBuilder();
        foreach ((string name, string[] part) in new[] { ("whole", rows), ("one", rows[..1_111]), ("two", rows[1_111..]) })
        {
            folder.Write("calls.csv", header + string.Join('\n', part));
            RateResult result = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv", "--out", name + ".csv");
            Assert.Equal(0, result.Status);
        }

        string[] Lines(string name) => File.ReadAllLines(folder[name + ".csv"])[1..];
        Assert.Equal(Lines("whole"), Lines("one").Concat(Lines("two")));
    }

    [Fact]
    public async Task Five_times_the_calls_take_no_more_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of a process's memory is read from /proc.");
        using var folder = new RateFolder();
        var deck = new StringBuilder("code,rate,destination\n");
        for (int code = 200_000; code < 400_000; code++)
        {
            deck.Append(CultureInfo.InvariantCulture, $"{code},0.{code},Place {code % 500}\n");
        }

        folder.Write("deck.csv", deck.ToString());
        long few = await PeakAsync(folder, 300_000);
        long many = await PeakAsync(folder, 1_500_000);
        Assert.True(many <= few * 1.05, $"{many} KB for 1,500,000 calls, {few} KB for 300,000.");
    }

    [Fact]
    public async Task Explaining_tells_the_steps_to_people_and_to_programs()
    {
        using var folder = new RateFolder();
        folder.Write("deck.csv", "code,rate,initial,increment,destination,effective_date\n44,0.00137,6,6,United Kingdom,\n4420,0.5,1,1,London,2027-01-01\n");
        string[] arguments = ["explain", "--deck", "deck.csv", "--ani", "12125550100", "--dnis", "442055501", "--duration", "205", "--at", "2026-01-01T00:00:00Z"];
        RateResult text = await folder.RunAsync(arguments);
        Assert.Equal((0, ""), (text.Status, text.Errors));
        Assert.Contains("0.004795", text.Output, StringComparison.Ordinal);
        Assert.Contains("4420 London", text.Output, StringComparison.Ordinal);
        RateResult json = await folder.RunAsync([.. arguments, "--json"]);
        Assert.Equal((0, ""), (json.Status, json.Errors));
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Contains("0.004795", document.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explaining_without_what_it_needs_says_all_that_is_missing()
    {
        using var folder = new RateFolder();
        folder.Write("deck.csv", Deck);
        RateResult result = await folder.RunAsync("explain", "--deck", "deck.csv", "--at", "noon");
        Assert.Equal(2, result.Status);
        Assert.Equal(
            """
            --at noon is no time: write ISO 8601, as in 2026-11-25T08:30:00Z
            --duration is missing: give the seconds from answer to end, 0 for a call that was not answered
            --dnis is missing: give the called number

            """,
            result.Errors);
    }

    private static async Task<long> PeakAsync(RateFolder folder, int calls)
    {
        using (var writer = new StreamWriter(folder["calls.csv"]))
        {
            await writer.WriteLineAsync("call_id,dnis,setup_time,duration_ms");
            for (int i = 0; i < calls; i++)
            {
                await writer.WriteLineAsync($"call-{i},{200_000 + (i * 7919L % 200_000)}5550100,2026-01-01T00:00:00Z,{i % 300_000}");
            }
        }

        RateResult result = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv", "--out", "out.csv");
        Assert.Equal((0, ""), (result.Status, result.Errors));
        return result.PeakKb;
    }
}
