using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Settings by flag, environment and file: which wins, and what is said of those that are wrong.</summary>
public sealed class SettingsTests
{
    private static readonly string[] Aggregator = ["aggregator", "--check"];

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_whoever_said_it()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch["settings.json"], """{ "Kafka": { "BootstrapServers": "k:9092", "Partitions": "many", "Bootstrap": "x" }, "Lanes": 0 }""");
        Dictionary<string, string> environment = new() { ["PERIMETER__HttpPort"] = "70000", ["PERIMETER__HtpPort"] = "1" };
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(
            [.. Aggregator, "--settings", scratch["settings.json"], "--clickhouse-url", "nowhere", "--kafka-min-insync", "5"], environment);
        Assert.Equal(1, exitCode);
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains("Kafka:Partitions in ", StringComparison.Ordinal) && line.EndsWith("is 'many': not a whole number.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("there is no setting Kafka:Bootstrap. Is Kafka:BootstrapServers (PERIMETER__Kafka__BootstrapServers) meant?", StringComparison.Ordinal));
        Assert.Contains("PERIMETER__HtpPort: there is no such setting.", lines);
        Assert.Contains(lines, line => line.StartsWith("--http-port 70000", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("--lanes 0", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("--clickhouse-url nowhere", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("--kafka-min-insync 5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flag_wins_over_the_environment_and_that_over_the_file()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch["settings.json"], """{ "HttpPort": 70001, "Lanes": 70001, "CallRetentionDays": 70001, "MaxKeys": 1000 }""");
        Dictionary<string, string> environment = new() { ["PERIMETER__HttpPort"] = "70002", ["PERIMETER__Lanes"] = "70002", ["PERIMETER__Settings"] = scratch["settings.json"] };
        (_, _, string errors) = await PerimeterProcess.RunAsync([.. Aggregator, "--http-port", "70003"], environment);
        Assert.Contains("--http-port 70003", errors, StringComparison.Ordinal);
        Assert.Contains("--lanes 70002", errors, StringComparison.Ordinal);
        Assert.Contains("--call-retention-days 70001", errors, StringComparison.Ordinal);
        Assert.Contains("--max-keys 1000: must be from 131072 to 1000000000.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aggregator", "--kafka is not given", "--clickhouse-url is not given")]
    [InlineData("rating-engine", "--kafka is not given", "--clickhouse-url is not given")]
    [InlineData("config", "--kafka is not given", "")]
    public async Task A_role_says_what_it_cannot_do_without(string role, string first, string second)
    {
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync([role, "--check"]);
        Assert.Equal(1, exitCode);
        Assert.Contains(first, errors, StringComparison.Ordinal);
        Assert.Contains(second, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_refuses_what_it_would_not_use()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch["settings.json"], """{ "ClickHouse": { "Url": "http://ch:8123" } }""");
        Dictionary<string, string> environment = new() { ["PERIMETER__Kafka__BootstrapServers"] = "k:9092" };
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["up", "--data", scratch["data"], "--settings", scratch["settings.json"], "--lanes", "0"], environment);
        Assert.Equal(1, exitCode);
        Assert.Contains("PERIMETER__Kafka__BootstrapServers, ClickHouse:Url in ", errors, StringComparison.Ordinal);
        Assert.Contains("run the roles instead: perimeter config, ingest, rating-engine, aggregator", errors, StringComparison.Ordinal);
        Assert.Contains("--lanes 0", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["data"]));
    }

    [Fact]
    public async Task A_settings_file_that_is_none_is_told_by_its_name()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch["settings.json"], "Kafka: k");
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync([.. Aggregator, "--settings", scratch["settings.json"]]);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{scratch["settings.json"]}: the settings are no JSON object", errors, StringComparison.Ordinal);
        (_, _, errors) = await PerimeterProcess.RunAsync([.. Aggregator, "--settings", scratch["missing.json"]]);
        Assert.Contains($"{scratch["missing.json"]}: the settings cannot be read", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_named()
    {
        using ScratchFolder scratch = new();
        Dictionary<string, string> environment = new() { ["PERIMETER__Kafka__BootstrapServers"] = "127.0.0.1:1" };
        using PerimeterProcess role = PerimeterProcess.Start(["config", "--data", scratch["data"], "--http-port", "0"], environment);
        await role.WaitUntilAsync("it tells that it waits", () => role.Errors.Contains("Waiting for it", StringComparison.Ordinal));
        Assert.Contains("127.0.0.1:1", role.Errors, StringComparison.Ordinal);
        role.Terminate();
        await role.WaitForExitAsync();
        Assert.DoesNotContain("   at ", role.Errors, StringComparison.Ordinal);
    }
}
