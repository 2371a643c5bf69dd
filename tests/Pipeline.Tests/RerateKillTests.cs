using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>A run of re-rating, with the process killed at one file-system call on ClickHouse's folder after another: asked again, every attempt is adjusted once.</summary>
public sealed class RerateKillTests
{
    private const int ShortFormPoints = 6;
    private const string Views = "SELECT toString(sum(revenue)), toString(sum(cost)), sum(billed_seconds) FROM trunk_group_minutes FORMAT TSV";
    private const string Doubled = "SELECT count() - uniqExact(switch_id, call_id, attempt), count() FROM call_adjustments FORMAT TSV";
    private static readonly string[] Everything = ["rerate", "--from", "2026-01-01", "--to", "2027-01-01", "--json", "--data"];

    [Fact]
    public async Task Killed_at_any_file_system_call_of_a_run_each_attempt_is_adjusted_once()
    {
        int seed = Chaos.Seed();
        Random random = new(seed);
        using ScratchFolder scratch = new();
        CrashAt crashAt = await CrashAt.CompileAsync(scratch.Path);
        string template = scratch["template"];
        await PrepareAsync(scratch, await SampleRecords.MakeAsync(400, seed));

        // What a run without a death comes to, and how many calls its life and that of a dry run make.
        int idle = await CountAsync(crashAt, template, scratch["dry"], ["--dry-run"]);
        int total = await CountAsync(crashAt, template, scratch["clean"], []);
        Assert.True(total > idle, $"adjusting made no call on ClickHouse's folder: {idle} calls without it, {total} with it");
        (string views, string doubled) = await AskAsync(scratch["clean"]);
        Assert.StartsWith("0\t", doubled, StringComparison.Ordinal);

        int[] points = [.. Enumerable.Range(1, total)];
        if (!Chaos.IsOn)
        {
            random.Shuffle(points);
            points = [.. points.Where(point => point > idle / 2).Take(ShortFormPoints)];
        }

        int struck = 0;
        foreach (int point in points)
        {
            string folder = scratch[$"run-{point}"];
            await CopyAsync(template, folder);
            (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(
                [.. Everything, folder], crashAt.Variables(folder + "/clickhouse/", point, random.Next(2) == 0, folder + ".struck"));
            struck += File.Exists(folder + ".struck") && exitCode != 0 ? 1 : 0;
            (exitCode, _, errors) = await PerimeterProcess.RunAsync([.. Everything, folder]);
            Assert.True(exitCode == 0, $"after a kill at call {point}: {errors}");
            Assert.Equal((views, doubled), await AskAsync(folder));
            Directory.Delete(folder, recursive: true);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {idle} calls dry, {total} with adjustments; {points.Length} points, {struck} struck");
        Assert.True(struck >= points.Length / 2, $"only {struck} of {points.Length} points were reached");
    }

    /// <summary>Calls of the sample carrier that have landed, and the carrier with another exchange rate behind them.</summary>
    private static async Task PrepareAsync(ScratchFolder scratch, SampleRecords records)
    {
        await Carrier.ApplyAsync(scratch["template"]);
        await File.WriteAllLinesAsync(scratch["calls.ndjson"], records.Lines);
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["ingest", scratch["calls.ndjson"], "--data", scratch["template"]]);
        Assert.True(exitCode is 0 or 1, errors);
        await CopyAsync(SampleRecords.CarrierFolder, scratch["carrier"]);
        string rates = Path.Combine(scratch["carrier"], "exchange_rates.csv");
        await File.WriteAllTextAsync(rates, (await File.ReadAllTextAsync(rates)).Replace(",1.1", ",1.2", StringComparison.Ordinal));
        (exitCode, _, errors) = await PerimeterProcess.RunAsync(["config", "apply", scratch["carrier"], "--data", scratch["template"]]);
        Assert.True(exitCode == 0, errors);
    }

    private static async Task<int> CountAsync(CrashAt crashAt, string template, string folder, string[] options)
    {
        await CopyAsync(template, folder);
        (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync(
            [.. Everything, folder, .. options], crashAt.Variables(folder + "/clickhouse/", 0, false, folder + ".count"));
        Assert.True(exitCode == 0, errors);
        Assert.True(JsonSerializer.Deserialize<JsonElement>(output).GetProperty("all").GetProperty("changed").GetInt32() > 0, output);
        return int.Parse((await File.ReadAllLinesAsync(folder + ".count")).Single(line => line.StartsWith("COUNT ", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
    }

    private static async Task<(string Views, string Doubled)> AskAsync(string folder)
    {
        using PerimeterProcess up = await PerimeterProcess.UpAsync(folder);
        using HttpClient reader = new() { BaseAddress = up.ClickHouseAddress(folder) };
        (string, string) answers = (await AskAsync(Views), await AskAsync(Doubled));
        up.Terminate();
        await up.WaitForExitAsync();
        return answers;

        async Task<string> AskAsync(string sql)
        {
            using StringContent body = new(sql);
            using HttpResponseMessage answer = await reader.PostAsync(new Uri("/", UriKind.Relative), body);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return text;
        }
    }

    /// <summary>With its links as links, which the engine's folder has.</summary>
    private static async Task CopyAsync(string from, string to)
    {
        using Process copy = Process.Start("cp", ["-a", from, to]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }
}
