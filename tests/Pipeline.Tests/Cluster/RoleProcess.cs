using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>A role over a data folder of its own, which dies and is started again.</summary>
internal sealed class RoleProcess(string role, string dataFolder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) : IDisposable
{
    private PerimeterProcess? _process;

    public string Role => role;

    public string DataFolder => dataFolder;

    public PerimeterProcess Process => _process ?? throw new InvalidOperationException($"The {role} was not started.");

    public Uri Address => Process.HttpAddress(dataFolder);

    /// <summary>Starts it, and waits until it can be asked how it is; false where it died before.</summary>
    /// <param name="crashAt">A site, and at which passing of it the process is to kill itself: <c>site:n</c>.</param>
    public async Task<bool> StartAsync(string? crashAt = null)
    {
        _process?.Dispose();
        Dictionary<string, string> with = new(environment);
        if (crashAt is not null)
        {
            with["PERIMETER_CRASH_AT"] = crashAt;
        }

        _process = PerimeterProcess.Start([role, "--data", dataFolder, "--http-port", "0", .. arguments], with);
        using Deadline deadline = new(TimeSpan.FromSeconds(120));
        while (!_process.IsServing(dataFolder))
        {
            if (_process.HasExited)
            {
                return false;
            }

            await deadline.WaitAsync($"the {role} serves\n{_process.Errors}");
        }

        return true;
    }

    /// <summary>As <see cref="StartAsync"/>, where it must not die.</summary>
    public async Task LiveAsync() => Assert.True(await StartAsync(), $"The {role} ended at its start.\n{_process?.Errors}");

    /// <summary>Until it says that it is ready.</summary>
    public async Task WaitUntilReadyAsync() => await WaitUntilAsync(true);

    /// <summary>Until it says that it is not.</summary>
    public async Task WaitUntilNotReadyAsync() => await WaitUntilAsync(false);

    public void Kill() => Process.Kill();

    public async Task StopAsync()
    {
        Assert.False(Process.HasExited, $"The {role} has ended by itself.\n{Process.Errors}");
        Process.Terminate();
        await Process.WaitForExitAsync();
        Assert.True(Process.ExitCode == 0, $"The {role} ended with {Process.ExitCode}.\n{Process.Errors}");
    }

    /// <summary>What it tells of itself at /metrics.</summary>
    public async Task<string> MetricsAsync()
    {
        using HttpClient http = new() { BaseAddress = Address };
        return await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    public void Dispose() => _process?.Dispose();

    private async Task WaitUntilAsync(bool ready)
    {
        Assert.False(Process.HasExited, $"The {role} has ended by itself.\n{Process.Errors}");
        using HttpClient http = new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        using Deadline deadline = new(TimeSpan.FromSeconds(120));
        while (true)
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
            if (answer.IsSuccessStatusCode == ready)
            {
                return;
            }

            await deadline.WaitAsync($"the {role} is {(ready ? "" : "not ")}ready: {await answer.Content.ReadAsStringAsync()}\n{Process.Errors}");
        }
    }
}
