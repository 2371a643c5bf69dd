using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

public sealed class UpTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public async Task An_empty_folder_says_what_to_do_next()
    {
        using ScratchFolder scratch = new();
        using PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"]);
        await up.WaitUntilAsync("it says what to do", () => up.Errors.Contains("perimeter config apply DIR", StringComparison.Ordinal));
        up.Terminate();
        await up.WaitForExitAsync();
        Assert.Equal(0, up.ExitCode);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_signal_ends_it_cleanly_and_leaves_no_trace_of_a_running_instance(int signal)
    {
        using ScratchFolder scratch = new();
        using PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"]);
        if (signal == 2)
        {
            up.Interrupt();
        }
        else
        {
            up.Terminate();
        }

        await up.WaitForExitAsync();
        Assert.Equal(0, up.ExitCode);
        Assert.False(File.Exists(Path.Combine(scratch["data"], "admin.json")));
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["status", "--data", scratch["data"]]);
        Assert.Equal(3, exitCode);
        Assert.Contains("No instance runs", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_what_to_do()
    {
        using ScratchFolder scratch = new();
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["up", "--data", scratch["data"], "--http-port", $"{port}", "--clickhouse-port", "0"]);
        Assert.Equal(1, exitCode);
        Assert.Contains($"Port {port} on 127.0.0.1 cannot be used", errors, StringComparison.Ordinal);
        Assert.Contains("--http-port", errors, StringComparison.Ordinal);
        (exitCode, _, errors) = await PerimeterProcess.RunAsync(["up", "--data", scratch["data"], "--http-port", "0", "--clickhouse-port", $"{port}"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("--clickhouse-port", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_use_is_named_with_its_owner_and_what_to_do()
    {
        using ScratchFolder scratch = new();
        using PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"]);
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["up", "--data", scratch["data"], "--http-port", "0", "--clickhouse-port", "0"]);
        Assert.Equal(1, exitCode);
        Assert.Contains($"is in use by another Perimeter (process {up.Id})", errors, StringComparison.Ordinal);
        Assert.Contains("--data", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_somebody_else_is_not_touched()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch["letter.txt"], "mine");
        foreach (string command in (string[])["up", "reset"])
        {
            (int exitCode, _, string errors) = await PerimeterProcess.RunAsync([command, "--data", scratch.Path]);
            Assert.Equal(1, exitCode);
            Assert.Contains("not", errors, StringComparison.Ordinal);
        }

        Assert.Equal(["letter.txt"], Directory.EnumerateFileSystemEntries(scratch.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Wrong_options_are_all_reported_at_once()
    {
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["up", "--bind", "here", "--http-port", "70000", "--partitions", "0"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("--bind here", errors, StringComparison.Ordinal);
        Assert.Contains("--http-port 70000", errors, StringComparison.Ordinal);
        Assert.Contains("--partitions 0", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_gives_the_defaults_and_help_shows_them()
    {
        Dictionary<string, string> environment = new() { ["PERIMETER__HttpPort"] = "9191" };
        (int exitCode, string output, _) = await PerimeterProcess.RunAsync(["up", "--help"], environment);
        Assert.Equal(0, exitCode);
        Assert.Contains("9191", output, StringComparison.Ordinal);
        (_, output, _) = await PerimeterProcess.RunAsync(["up", "--help"], None);
        Assert.Contains("8080", output, StringComparison.Ordinal);
        Assert.Contains("8123", output, StringComparison.Ordinal);
        Assert.Contains("PERIMETER__Data", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_tells_what_a_running_instance_does()
    {
        using ScratchFolder scratch = new();
        using PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"]);
        (int exitCode, string output, _) = await PerimeterProcess.RunAsync(["status", "--data", scratch["data"], "--json"]);
        JsonElement status = JsonSerializer.Deserialize<JsonElement>(output);
        Assert.Equal(up.Id, status.GetProperty("processId").GetInt32());
        Assert.Equal(0, status.GetProperty("revision").GetInt32());
        Assert.Equal(1, exitCode);
        Assert.Contains("configuration", status.GetProperty("notReadyBecause")[0].GetString()!, StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = up.HttpAddress(scratch["data"]) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_keys_are_for_the_owner_alone()
    {
        using ScratchFolder scratch = new();
        using PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"]);
        foreach (string file in (string[])["api-key", "admin.json"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(scratch["data"], file)));
        }

        await up.WaitUntilAsync("the key is printed", () => up.Errors.Contains("API key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reset_asks_and_then_empties_the_folder()
    {
        using ScratchFolder scratch = new();
        using (PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"]))
        {
            up.Terminate();
            await up.WaitForExitAsync();
        }

        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["reset", "--data", scratch["data"]]);
        Assert.Equal(1, exitCode);
        Assert.Contains("--yes", errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(scratch["data"], "api-key")));

        // As if a reset before had been cut short: nothing starts on what it left.
        File.WriteAllText(Path.Combine(scratch["data"], "reset-under-way"), "");
        (exitCode, _, errors) = await PerimeterProcess.RunAsync(["up", "--data", scratch["data"], "--exit", "--http-port", "0", "--clickhouse-port", "0"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("is half emptied", errors, StringComparison.Ordinal);
        (exitCode, _, _) = await PerimeterProcess.RunAsync(["reset", "--data", scratch["data"], "--yes"]);
        Assert.Equal(0, exitCode);
        Assert.False(File.Exists(Path.Combine(scratch["data"], "reset-under-way")));
        Assert.False(File.Exists(Path.Combine(scratch["data"], "api-key")));
        Assert.Empty(Directory.EnumerateDirectories(scratch["data"]));
    }
}
