using System.Diagnostics;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>The short form of `perimeter bench`: every arm runs, and rivals that answered otherwise than the product would have ended it.</summary>
public sealed class BenchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string[] Fields = ["id", "arm", "value", "unit", "spread", "ratio"];

    private static string Executable => Path.Combine(RepositoryFolders.Root, "artifacts", "bin", "Load", "release", "Perimeter.Load");

    [Fact]
    public async Task The_short_form_prints_the_table_and_the_same_as_json()
    {
        using ScratchFolder scratch = new();
        string json = Path.Combine(scratch.Path, "results.json");
        (int exitCode, string output, string errors) = await RunAsync("--only", "B1,B2,B3,B4,B5", "--short", "--rounds", "1", "--json", json);
        Assert.True(exitCode == 0, errors);

        using JsonDocument results = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        List<JsonElement> list = [.. results.RootElement.EnumerateArray()];
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(list.Count, lines.Length - 1);
        for (int i = 0; i < list.Count; i++)
        {
            Assert.Equal(Fields, list[i].EnumerateObject().Select(static field => field.Name));
            Assert.StartsWith(list[i].GetProperty("id").GetString()!, lines[i + 1], StringComparison.Ordinal);
            Assert.Contains(list[i].GetProperty("arm").GetString()!, lines[i + 1], StringComparison.Ordinal);
            Assert.True(double.IsFinite(list[i].GetProperty("value").GetDouble()), lines[i + 1]);
        }

        Assert.Equal(["B1", "B2", "B3", "B4", "B5"], list.Select(static result => result.GetProperty("id").GetString()!).Distinct());
        string[] arms = [.. list.Select(static result => result.GetProperty("arm").GetString()!)];
        Assert.Equal(3, arms.Count(static arm => arm.StartsWith("ClickHouse", StringComparison.Ordinal)));
        Assert.Contains(arms, static arm => arm.StartsWith("CsvHelper", StringComparison.Ordinal));
        Assert.Contains(arms, static arm => arm.StartsWith("Dictionary", StringComparison.Ordinal));
        bool skipped = errors.Contains("SKIPPED: the PostgreSQL arms.", StringComparison.Ordinal);
        Assert.Equal(skipped ? 0 : 2, arms.Count(static arm => arm.StartsWith("PostgreSQL", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Re_rating_is_measured_beside_copying_the_same_rows()
    {
        (int exitCode, string output, string errors) = await RunAsync("--only", "B7", "--short", "--rounds", "1");
        Assert.True(exitCode == 0, errors);
        Assert.Contains("re-rate, every call adjusted, durable", output, StringComparison.Ordinal);
        Assert.Contains("ClickHouse INSERT SELECT, identity", output, StringComparison.Ordinal);
        Assert.Contains("a billion calls, computing only, extrapolated", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_Kafka_a_backlog_drains_and_lands_whole_beside_the_bare_client()
    {
        Assert.SkipUnless(
            File.Exists(Path.Combine(Environment.GetEnvironmentVariable("KAFKA_HOME") ?? "", "cluster")), "No Kafka: KAFKA_HOME names no folder with the script 'cluster'.");
        (int exitCode, string output, string errors) = await RunAsync("--only", "B6b,B6c", "--short", "--rounds", "1");
        Assert.True(exitCode == 0, errors);
        string[] arms =
        [
            "Kafka, one call a message: drain into ClickHouse", "Kafka, K: the client, one by one", "Kafka, P: the rated calls, in transactions", "Kafka, K2: bare read of the rated calls",
            "Kafka, C: land the same rated calls from memory", "Kafka, drain: CPU of the broker", "Kafka: produced to queryable, p99", "Kafka: bare, produced to consumed, p99",
        ];
        Assert.All(arms, arm => Assert.Contains(arm, output, StringComparison.Ordinal));
        bool skipped = errors.Contains("SKIPPED: the Kafka Streams arm.", StringComparison.Ordinal);
        Assert.Equal(!skipped, output.Contains("Kafka Streams, rating alone, exactly once", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_Kafka_it_says_what_is_not_measured_and_why()
    {
        string nowhere = Path.Combine(Path.GetTempPath(), "no-kafka-here");
        (int exitCode, string output, string errors) = await RunAsync(("KAFKA_HOME", nowhere), "--only", "B6b,B6c", "--short");
        Assert.True(exitCode == 0, errors);
        Assert.Contains($"SKIPPED: B6b over Kafka. KAFKA_HOME is {nowhere}, which has no script 'cluster'", errors, StringComparison.Ordinal);
        Assert.Contains("SKIPPED: B6c over Kafka.", errors, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_unknown_measurement_is_refused_with_those_there_are()
    {
        (int exitCode, _, string errors) = await RunAsync("--only", "B1,B99");
        Assert.Equal(2, exitCode);
        Assert.Contains("'B99' is no measurement; there are B1, B2, B3, B4, B5", errors, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync((string Name, string Value)? environment, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Executable), "bench/Load is not built: build the solution.");
        ProcessStartInfo start = new(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (environment is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
