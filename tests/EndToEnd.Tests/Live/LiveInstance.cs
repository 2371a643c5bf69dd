using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>A running instance over a folder of its own, and what people do with it: post, ask, run commands.</summary>
internal sealed class LiveInstance : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ScratchFolder _scratch;
    private readonly HttpClient _http;

    private LiveInstance(ScratchFolder scratch, PerimeterProcess process)
    {
        _scratch = scratch;
        Process = process;
        _http = PerimeterProcess.IngestClient(process.HttpAddress(DataFolder), DataFolder);
    }

    public PerimeterProcess Process { get; }

    public string DataFolder => _scratch["data"];

    /// <summary>Starts an instance; <paramref name="scratch"/> keeps its data folder, so that a later one goes on with it.</summary>
    public static async Task<LiveInstance> StartAsync(ScratchFolder scratch, string? carrier = null, int httpPort = 0)
    {
        if (carrier is not null)
        {
            await SucceedAsync(["config", "apply", carrier, "--data", scratch["data"]]);
        }

        return new LiveInstance(scratch, await PerimeterProcess.UpAsync(scratch["data"], httpPort: httpPort));
    }

    /// <summary>Runs a command that must end well and returns what it printed.</summary>
    public static async Task<string> SucceedAsync(IEnumerable<string> arguments)
    {
        (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync(arguments);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {exitCode}\n{output}\n{errors}");
        return output;
    }

    /// <summary>As <see cref="SucceedAsync"/>, on this instance's data folder.</summary>
    public Task<string> CommandAsync(params string[] arguments) => SucceedAsync([.. arguments, "--data", DataFolder]);

    public Task<HttpResponseMessage> SendAsync(string contentType, byte[] body, string? encoding = null)
    {
        ByteArrayContent content = new(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return _http.PostAsync(new Uri("/v1/calls", UriKind.Relative), content);
    }

    /// <summary>Posts a body that must be taken, and returns the answer.</summary>
    public async Task<JsonElement> PostAsync(string contentType, string body)
    {
        using HttpResponseMessage answer = await SendAsync(contentType, Encoding.UTF8.GetBytes(body));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Rows of a query, cut into columns.</summary>
    public Task<IReadOnlyList<string[]>> QueryAsync(string sql) => Process.QueryAsync(DataFolder, sql);

    public async Task<string> OneAsync(string sql) => Assert.Single(Assert.Single(await QueryAsync(sql)));

    /// <summary>Waits until a query gives so much.</summary>
    public async Task WaitForAsync(string sql, string wanted)
    {
        using Deadline deadline = new(Patience);
        string found;
        while ((found = await OneAsync(sql)) != wanted)
        {
            await deadline.WaitAsync($"{sql} gives {wanted}; it gives {found}\n{Process.Errors}");
        }
    }

    public async Task StopAsync()
    {
        Process.Terminate();
        await Process.WaitForExitAsync();
        Assert.True(Process.ExitCode == 0, Process.Errors);
    }

    public void Dispose()
    {
        _http.Dispose();
        Process.Dispose();
    }
}
