using System.Globalization;
using Perimeter.Harness;
using Perimeter.Oracle;

namespace Perimeter.EndToEnd.Tests;

/// <summary>The first thing a person sees: the sample carrier's summary, held to the last digit.</summary>
public sealed class SummaryTests(SampleRecordsFile sample) : IClassFixture<SampleRecordsFile>
{
    [Fact]
    public async Task The_printed_summary_is_the_oracles_to_the_last_digit_and_a_second_start_prints_the_same()
    {
        using ScratchFolder scratch = new();
        Assert.Equal(sample.Expected.Text, await PlayAsync(scratch["data"]));
        Assert.Equal(sample.Expected.Text, await PlayAsync(scratch["data"]));
    }

    [Fact]
    public async Task A_kill_while_the_sample_plays_changes_no_charge()
    {
        using ScratchFolder scratch = new();
        using (PerimeterProcess up = PerimeterProcess.Start(Arguments(scratch["data"])))
        {
            await up.WaitUntilAsync("a batch has been played", () => File.Exists(Path.Combine(scratch["data"], "sample-position")));
            up.Kill();
            Assert.DoesNotContain("TOTAL", up.Output, StringComparison.Ordinal);
        }

        Assert.Equal(WithoutRepeats(sample.Expected.Text), WithoutRepeats(await PlayAsync(scratch["data"])));
    }

    [Fact]
    public async Task Another_number_of_sample_calls_does_not_mix_with_the_first()
    {
        using ScratchFolder scratch = new();
        await PlayAsync(scratch["data"], 100);
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(Arguments(scratch["data"], 200));
        Assert.Equal(1, exitCode);
        Assert.Contains("--sample-calls 100", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_has_a_believable_mix()
    {
        OracleReport report = sample.Expected.Report;
        Assert.InRange(report.All.Asr!.Value, 45m, 55m);
        Assert.InRange(report.All.Aloc!.Value, 2.5m, 3.5m);
        Assert.True(report.CallsWithSeveralAttempts.Count >= 0.05m * report.Calls, $"{report.CallsWithSeveralAttempts.Count} of {report.Calls} calls have several attempts");
        Assert.True(report.Repeats > 0 && report.Conflicts > 0 && report.Broken > 0);
        foreach (string outcome in (string[])["NoTrunkGroup", "InvalidNumber", "NoDeck", "NoCode", "Blocked", "NotAnswered", "Rated"])
        {
            Assert.True(report.Outcomes.ContainsKey(("A", outcome)), $"side A has no {outcome}");
            Assert.True(report.Outcomes.ContainsKey(("B", outcome)), $"side B has no {outcome}");
        }

        Assert.True(report.Outcomes.ContainsKey(("A", "Advanced")));
    }

    [Fact]
    public void The_readme_shows_a_part_of_the_real_summary()
    {
        if (SampleRecordsFile.Calls != 1_000_000)
        {
            Assert.Skip("README.md shows the summary of a million calls, which the long runs make (./perimeter test --chaos).");
        }

        string[] printed = sample.Expected.Text.Split('\n');
        foreach (string line in Assert.Single(ShellBlocks.Of("README.md", "```text")).Split('\n').Where(line => line != "  ..."))
        {
            Assert.Contains(line, printed);
        }
    }

    private static async Task<string> PlayAsync(string dataFolder, int? calls = null)
    {
        using PerimeterProcess up = PerimeterProcess.Start(Arguments(dataFolder, calls));
        await up.WaitForExitAsync();
        Assert.True(up.ExitCode == 0, up.Errors);
        return up.Output.Trim();
    }

    private static string[] Arguments(string dataFolder, int? calls = null) =>
    [
        "up", "--sample", "--sample-calls", (calls ?? SampleRecordsFile.Calls).ToString(CultureInfo.InvariantCulture), "--exit",
        "--data", dataFolder, "--http-port", "0", "--clickhouse-port", "0",
    ];

    /// <summary>A batch whose answer was lost in the kill is sent again: that shows in what was repeated and put aside, and nowhere else.</summary>
    private static string WithoutRepeats(string summary) => string.Join('\n', summary.Split('\n')
        .Where(line => !line.StartsWith("  repeats", StringComparison.Ordinal) && !line.StartsWith("  quarantined", StringComparison.Ordinal)));
}
