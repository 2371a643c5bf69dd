using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>A role over a data folder of its own, which dies and is started again.</summary>
internal sealed class RoleProcess(string role, string dataFolder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) : IDisposable
{
    public const string LandingLag = "perimeter_landing_lag";

    private volatile PerimeterProcess? _process;

    public string Role => role;

    public string DataFolder => dataFolder;

    public PerimeterProcess Process => _process ?? throw new InvalidOperationException($"The {role} was not started.");

    public Uri Address => Process.HttpAddress(dataFolder);

    /// <summary>What it has said, for a test that fails; asked by others too than who starts and ends it.</summary>
    public string Errors => _process?.Errors ?? "";

    /// <summary>Whether it can be sent to; asked by others too than who starts and ends it.</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                return _process is { HasExited: false };
            }
            catch (InvalidOperationException)
            {
                // It was disposed just now.
                return false;
            }
        }
    }

    /// <summary>Starts it, and waits until it can be asked how it is; false where it died before.</summary>
    /// <param name="crashAt">A site, and at which passing of it the process is to kill itself: <c>site:n</c>.</param>
    public async Task<bool> StartAsync(string? crashAt = null)
    {
        PerimeterProcess? before = _process;
        _process = null;
        before?.Dispose();
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
    public Task WaitUntilReadyAsync() => WaitUntilAsync("it is ready", why => why.Length == 0);

    /// <summary>Until it says that it is not.</summary>
    /// <param name="because">What is in its reasons.</param>
    public Task WaitUntilNotReadyAsync(string because = "") =>
        WaitUntilAsync($"it is not ready: {because}", why => why.Length > 0 && why.Contains(because, StringComparison.Ordinal));

    /// <summary>Until it says that it is not ready, for this reason; false where it ended before.</summary>
    public async Task<bool> IsNotReadyAsync(string because)
    {
        using Deadline deadline = new(TimeSpan.FromSeconds(120));
        while (!Process.HasExited)
        {
            try
            {
                if ((await NotReadyBecauseAsync()).Contains(because, StringComparison.Ordinal))
                {
                    return true;
                }
            }
            catch (Exception failure) when (NoAnswer.Is(failure))
            {
                // It is ending.
            }

            await deadline.WaitAsync($"the {role} is not ready: {because}\n{Errors}");
        }

        return false;
    }

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

    /// <summary>The sum of a metric over all that it is told of; 0 where it was not told yet.</summary>
    /// <param name="name">As it stands at /metrics.</param>
    /// <param name="label">Of those alone that have it: <c>topic="rated-calls"</c>.</param>
    public async Task<long> MetricAsync(string name, string label = "") => (await MetricsAsync()).Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => (long)double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 2)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Why it is not ready, in its own words; empty where it is.</summary>
    public async Task<string> NotReadyBecauseAsync()
    {
        using HttpClient http = new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        using HttpResponseMessage answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
        return answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync();
    }

    /// <summary>How it is, by itself: whether it is ready, and how far it has come.</summary>
    public async Task<string> StateAsync()
    {
        try
        {
            string[] told = (await MetricsAsync()).Split('\n');
            IEnumerable<string> progress = told.Where(line => line.StartsWith("perimeter_", StringComparison.Ordinal) && !line.Contains("_bucket{", StringComparison.Ordinal));
            return $"not ready because: {await NotReadyBecauseAsync()}\n{string.Join('\n', progress)}";
        }
        catch (Exception e) when (NoAnswer.Is(e) || e is TaskCanceledException or InvalidOperationException)
        {
            return $"does not answer: {e.Message}";
        }
    }

    /// <summary>Bytes of it that are in memory.</summary>
    public long ResidentBytes()
    {
        string line = File.ReadLines($"/proc/{Process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) << 10;
    }

    public void Dispose() => _process?.Dispose();

    private async Task WaitUntilAsync(string what, Func<string, bool> holds)
    {
        Assert.False(Process.HasExited, $"The {role} has ended by itself.\n{Process.Errors}");
        using Deadline deadline = new(TimeSpan.FromSeconds(120));
        while (await NotReadyBecauseAsync() is var why && !holds(why))
        {
            await deadline.WaitAsync($"the {role} says that {what}; it says: {why}\n{Process.Errors}");
        }
    }
}
