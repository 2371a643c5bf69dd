using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Perimeter.Harness;

/// <summary>The real <c>perimeter</c>, started as a person would, on free ports, with what it printed.</summary>
internal sealed class PerimeterProcess : IDisposable
{
    /// <summary>The long runs play a million calls.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("PERIMETER_CHAOS") == "1" ? 1_800 : 120);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private PerimeterProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The executable that the build made; PERIMETER_EXE names another.</summary>
    public static string Executable { get; } = Environment.GetEnvironmentVariable("PERIMETER_EXE") is { Length: > 0 } given
        ? given
        : Path.Combine(Root(), "artifacts", "bin", "Perimeter", "release", "perimeter");

    public static string RepositoryRoot => Root();

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public int Id => _process.Id;

    public static PerimeterProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        ProcessStartInfo start = new(Executable)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? RepositoryRoot,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        PerimeterProcess process = new(Process.Start(start)!);
        process._process.StandardInput.Close();
        return process;
    }

    /// <summary>An instance on free ports; returns when it is ready.</summary>
    public static async Task<PerimeterProcess> UpAsync(
        string dataFolder, IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string>? environment = null, int httpPort = 0)
    {
        PerimeterProcess process = Start(
            ["up", "--data", dataFolder, "--http-port", $"{httpPort}", "--clickhouse-port", "0", .. arguments ?? []], environment);
        await process.WaitUntilAsync("the instance is up", () => process.IsServing(dataFolder));
        return process;
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        using PerimeterProcess process = Start(arguments, environment, folder);
        await process.WaitForExitAsync();
        return (process.ExitCode, process.Output, process.Errors);
    }

    public Uri HttpAddress(string dataFolder) => new(Admin(dataFolder).GetProperty("HttpAddress").GetString()!);

    public Uri ClickHouseAddress(string dataFolder) => new(Admin(dataFolder).GetProperty("ClickHouseAddress").GetString()!);

    /// <summary>Asks ClickHouse as a reader would: the rows, split into columns.</summary>
    public async Task<IReadOnlyList<string[]>> QueryAsync(string dataFolder, string sql)
    {
        using HttpClient reader = new() { BaseAddress = ClickHouseAddress(dataFolder) };
        using StringContent body = new(sql + " FORMAT TabSeparated");
        using HttpResponseMessage answer = await reader.PostAsync(new Uri("/", UriKind.Relative), body, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
    }

    public static HttpClient IngestClient(Uri address, string dataFolder)
    {
        HttpClient client = new() { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(dataFolder, "api-key")).Trim());
        return client;
    }

    public async Task WaitUntilAsync(string what, Func<bool> condition)
    {
        using Deadline deadline = new(Patience);
        while (!condition())
        {
            Assert.False(_process.HasExited, $"It ended before {what}.\n{Output}\n{Errors}");
            await deadline.WaitAsync($"{what}.\n{Output}\n{Errors}");
        }
    }

    public async Task WaitForExitAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            Assert.Fail($"It did not end within {Patience.TotalSeconds} s.\n{Output}\n{Errors}");
        }
    }

    /// <summary>SIGKILL, as power loss without the power loss.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>SIGTERM, as a service's supervisor ends it.</summary>
    public void Terminate() => Signal(15);

    /// <summary>SIGINT: Ctrl-C.</summary>
    public void Interrupt() => Signal(2);

    /// <summary>SIGSTOP: it lies as if dead, and knows nothing of it.</summary>
    public void Pause() => Signal(19);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal(18);

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Signal(int number) => Assert.Equal(0, kill(_process.Id, number));

    /// <summary>True when it has written how it is reached.</summary>
    public bool IsServing(string dataFolder) => File.Exists(Path.Combine(dataFolder, "admin.json")) && AdminIsOurs(dataFolder);

    private bool AdminIsOurs(string dataFolder)
    {
        try
        {
            return Admin(dataFolder).GetProperty("ProcessId").GetInt32() == _process.Id;
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            return false;
        }
    }

    private static JsonElement Admin(string dataFolder) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(dataFolder, "admin.json")));

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Perimeter.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}
