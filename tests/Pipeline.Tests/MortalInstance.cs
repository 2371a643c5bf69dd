using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>An instance over one data folder that dies and is started again, and the switch that talks to it: it sends each batch until it hears 202.</summary>
internal sealed class MortalInstance(string dataFolder) : IDisposable
{
    private PerimeterProcess? _process;
    private HttpClient? _http;

    public string DataFolder => dataFolder;

    /// <summary>How often it was found dead.</summary>
    public int Deaths { get; private set; }

    /// <summary>How often a batch was sent again since its first sending may not have been taken.</summary>
    public int Resent { get; private set; }

    public PerimeterProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    /// <summary>Starts it; it may die before it is ready, which is told by false.</summary>
    public async Task<bool> StartAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        _http?.Dispose();
        _process?.Dispose();
        _process = PerimeterProcess.Start(["up", "--data", dataFolder, "--http-port", "0", "--clickhouse-port", "0", "--partitions", "2"], environment);
        using Deadline deadline = new(TimeSpan.FromSeconds(120));
        while (!_process.IsServing(dataFolder))
        {
            if (_process.HasExited)
            {
                Deaths++;
                return false;
            }

            await deadline.WaitAsync($"the instance serves\n{_process.Errors}");
        }

        _http = new HttpClient { BaseAddress = _process.HttpAddress(dataFolder), Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(dataFolder, "api-key")).Trim());
        return true;
    }

    /// <summary>Posts once. Null where the instance died, or was dead, before it answered.</summary>
    public async Task<HttpStatusCode?> PostAsync(IEnumerable<string> records)
    {
        using StringContent body = new(string.Join('\n', records), Encoding.UTF8, "application/x-ndjson");
        try
        {
            using HttpResponseMessage answer = await _http!.PostAsync(new Uri("/v1/calls", UriKind.Relative), body);
            return answer.StatusCode;
        }
        catch (Exception failure) when (NoAnswer.Is(failure))
        {
            await Process.WaitForExitAsync();
            Deaths++;
            return null;
        }
    }

    /// <summary>Sends a batch until it is taken; <paramref name="revive"/> starts the instance again where it died.</summary>
    public async Task SendAsync(IReadOnlyList<string> records, Func<Task> revive)
    {
        using Deadline deadline = new(TimeSpan.FromMinutes(5));
        while (true)
        {
            HttpStatusCode? status = await PostAsync(records);
            if (status == HttpStatusCode.Accepted)
            {
                return;
            }

            Resent++;
            if (status is null)
            {
                await revive();
            }
            else
            {
                Assert.Contains(status.Value, (HttpStatusCode[])[HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests]);
                await deadline.WaitAsync("the batch is taken");
            }
        }
    }

    /// <summary>Waits until all that was taken has landed. False where it died on the way.</summary>
    public async Task<bool> DrainAsync()
    {
        using Deadline deadline = new(TimeSpan.FromMinutes(5));
        while (true)
        {
            (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync(["status", "--data", dataFolder, "--json"]);
            if (Process.HasExited)
            {
                Deaths++;
                return false;
            }

            if (exitCode == 0 && JsonDocument.Parse(output).RootElement.GetProperty("counts").GetProperty("isIdle").GetBoolean())
            {
                return true;
            }

            await deadline.WaitAsync($"everything has landed\n{output}{errors}\n{Process.Errors}");
        }
    }

    /// <summary>Asks ClickHouse as a reader would: the rows, split into columns.</summary>
    public Task<IReadOnlyList<string[]>> QueryAsync(string sql) => Process.QueryAsync(dataFolder, sql);

    public async Task StopAsync()
    {
        Process.Terminate();
        await Process.WaitForExitAsync();
        Assert.Equal(0, Process.ExitCode);
    }

    public void Dispose()
    {
        _http?.Dispose();
        _process?.Dispose();
    }
}
