using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>
/// A person in a fresh clone who runs what the documents say. Only the ports differ, which are free ones by environment, and <c>./perimeter</c> is the built program.
/// </summary>
internal sealed class Reader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ScratchFolder _clone = new();
    private readonly int _http = FreePort();
    private readonly int _clickHouse = FreePort();
    private PerimeterProcess? _up;

    private readonly IReadOnlyDictionary<string, string> _more;

    /// <param name="settings">What the environment has besides the ports of Perimeter.</param>
    public Reader(IReadOnlyDictionary<string, string>? settings = null)
    {
        _more = settings ?? new Dictionary<string, string>();
        foreach (string folder in (string[])["samples", "deploy"])
        {
            Directory.CreateSymbolicLink(_clone[folder], Path.Combine(RepositoryFolders.Root, folder));
        }

        File.WriteAllText(_clone["perimeter"], $"#!/bin/sh\nexec '{PerimeterProcess.Executable}' \"$@\"\n");
        File.SetUnixFileMode(_clone["perimeter"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string this[string file] => _clone[file];

    private Dictionary<string, string> Settings => new(_more)
    {
        ["PERIMETER__HttpPort"] = $"{_http}", ["PERIMETER__ClickHousePort"] = $"{_clickHouse}", ["PERIMETER__SampleCalls"] = "2000",
    };

    /// <summary>Runs <c>./perimeter up ...</c> in the background and returns when it stays up, and of the sample has printed the summary.</summary>
    public async Task UpAsync(string command)
    {
        _up = PerimeterProcess.Start(command.Split(' ').Skip(1), Settings, _clone.Path);
        await _up.WaitUntilAsync("it is up", () => _up.Errors.Contains("Up. Ctrl-C ends it.", StringComparison.Ordinal));
        await _up.WaitUntilAsync("the summary is printed", () => !command.Contains("--sample", StringComparison.Ordinal) || _up.Output.Contains("UNRATED", StringComparison.Ordinal));
    }

    /// <summary>Runs a block as it stands once everything before it has landed, and returns what it printed; every command in it has to end well.</summary>
    public async Task<string> RunAsync(string block)
    {
        await WaitUntilIdleAsync();
        string script = "set -euo pipefail\n" + block.Replace(":8080", $":{_http}", StringComparison.Ordinal).Replace(":8123", $":{_clickHouse}", StringComparison.Ordinal);
        ProcessStartInfo start = new("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _clone.Path };
        foreach ((string name, string value) in Settings)
        {
            start.Environment[name] = value;
        }

        using Process bash = Process.Start(start)!;
        using CancellationTokenSource patience = new(Patience);
        Task<string> output = bash.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> errors = bash.StandardError.ReadToEndAsync(patience.Token);
        await bash.WaitForExitAsync(patience.Token);
        Assert.True(bash.ExitCode == 0, $"{block}\nended with {bash.ExitCode}\n{await output}\n{await errors}");
        return await output;
    }

    public void Dispose()
    {
        _up?.Dispose();
        _clone.Dispose();
    }

    private async Task WaitUntilIdleAsync()
    {
        using Deadline deadline = new(Patience);
        while (_up is not null)
        {
            (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync(["status", "--json"], Settings, _clone.Path);
            if (exitCode == 0 && JsonSerializer.Deserialize<JsonElement>(output).GetProperty("counts").GetProperty("isIdle").GetBoolean())
            {
                return;
            }

            await deadline.WaitAsync($"everything has landed\n{output}{errors}");
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
