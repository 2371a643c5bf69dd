using System.Diagnostics;
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
        folder.Write("reference.csv", golden["reference"]);
        folder.Write("calls.csv", golden["calls"]);
        RateResult result = await folder.RunAsync(["rate", "--deck", "deck.csv", "--calls", "calls.csv", .. golden.Arguments]);
        Assert.Equal(golden["errors"], result.Errors);
        Assert.Equal(golden["out"], result.Output);
        Assert.Equal(int.Parse(golden["status"], CultureInfo.InvariantCulture), result.Status);
    }

    [Fact]
    public async Task What_is_no_regular_file_is_written_to_and_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in the file system.");
        using RateFolder folder = new();
        folder.Write("deck.csv", "code,rate\n44,0.6\n");
        folder.Write("calls.csv", "call_id,dnis,setup_time,duration_ms\na,442079460000,2026-01-01T00:00:00Z,60000\n");
        using (Process mkfifo = Process.Start("mkfifo", [folder["pipe"]]))
        {
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(folder["link"], folder["target.csv"]);
        folder.Write("target.csv", "before");
        // Opening a pipe waits for whoever writes to it.
        Task<string> piped = Task.Run(() => File.ReadAllText(folder["pipe"]), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv", "--out", "pipe")).Status);
        Assert.Equal(0, (await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv", "--out", "link")).Status);
        Assert.EndsWith("\na,Rated,44,,,60,60,0.6,0.6\n", await piped, StringComparison.Ordinal);
        Assert.Equal(await piped, await File.ReadAllTextAsync(folder["target.csv"], TestContext.Current.CancellationToken));
        Assert.Equal(folder["target.csv"], new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal(["calls.csv", "deck.csv", "link", "pipe", "target.csv"], Directory.GetFiles(folder.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
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

    /// <summary>
    /// Of runs over the same file the peaks lie an eighth apart, by when garbage was collected while the deck was read; the least of them is what is needed. Memory that
    /// grew with the calls would be in every run, so that more runs would not make it less.
    /// </summary>
    [Fact]
    public async Task Five_times_the_calls_take_no_more_memory()
    {
        const int first = 2_000_000;
        const int codes = 500_000;
        const int rounds = 8;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of a process's memory is read from /proc.");
        using var folder = new RateFolder();
        var deck = new StringBuilder("code,rate,destination\n");
        for (int code = first; code < first + codes; code++)
        {
            deck.Append(CultureInfo.InvariantCulture, $"{code},0.{code},Place {code % 500}\n");
        }

        folder.Write("deck.csv", deck.ToString());
        WriteCalls(folder["few.csv"], 200_000, first, codes);
        WriteCalls(folder["many.csv"], 1_000_000, first, codes);
        List<long> few = [];
        List<long> many = [];
        do
        {
            few.Add(await PeakAsync(folder, "few.csv"));
            many.Add(await PeakAsync(folder, "many.csv"));
        }
        while (many.Count < rounds && (many.Count < 3 || many.Min() > few.Min() * 1.05));

        Assert.True(
            many.Min() <= few.Min() * 1.05,
            $"{string.Join(", ", many)} KB for 1,000,000 calls, {string.Join(", ", few)} KB for 200,000.");
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
    public async Task An_option_that_there_is_not_does_nothing_and_is_named()
    {
        using var folder = new RateFolder();
        RateResult result = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", "calls.csv", "--nonsense", "1");
        Assert.Equal(2, result.Status);
        Assert.Contains("--nonsense", result.Errors, StringComparison.Ordinal);
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

    private static void WriteCalls(string file, int calls, int firstCode, int codes)
    {
        using var writer = new StreamWriter(file);
        writer.WriteLine("call_id,dnis,setup_time,duration_ms");
        for (int i = 0; i < calls; i++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"call-{i},{firstCode + (i * 7919L % codes)}5550100,2026-01-01T00:00:00Z,{i % 300_000}"));
        }
    }

    private static async Task<long> PeakAsync(RateFolder folder, string calls)
    {
        RateResult result = await folder.RunAsync("rate", "--deck", "deck.csv", "--calls", calls, "--out", "out.csv");
        Assert.Equal((0, ""), (result.Status, result.Errors));
        return result.PeakKb;
    }
}
