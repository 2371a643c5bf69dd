using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>The whole of Ingest for one switch: a real server and real files over a real log.</summary>
internal sealed class SwitchEdge : IAsyncDisposable
{
    public const string Key = "a-key-that-only-tests-know";

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly SwitchConfig _config;
    private IngestServer? _server;

    private SwitchEdge(SwitchConfig config) => _config = config;

    public FakeTimeProvider Clock { get; } = new(Reading.Now);

    public ScratchLog Scratch { get; private set; } = null!;

    public IngestCounters Counters { get; } = new();

    public static async Task<SwitchEdge> OpenAsync(SwitchConfig config)
    {
        var edge = new SwitchEdge(config);
        edge.Scratch = await ScratchLog.OpenAsync();
        await edge.ServeAsync();
        return edge;
    }

    /// <summary>Takes requests over the log as it is open now.</summary>
    public async Task ServeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        var switches = new CurrentSwitches();
        switches.Use([_config], "the key of the process, which is another");
        var options = new CallRequestOptions("the key of the process, which is another", new IngestLimits(), Clock) { Switches = switches };
        _server = await IngestServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new CallRequests(Scratch.Log, options, Counters), () => [], null, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts as the switch does, with HTTP Basic. Returns the status and the answer.</summary>
    public async Task<(HttpStatusCode Status, string Answer)> PostAsync(byte[] body, string? contentType, string query = "")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        string kind = SwitchKind.Of(_config.Type)!.Name;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_server!.Port}/v1/switches/{_config.Name}/{kind}{query}") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"perimeter:{_config.Key}")));
        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Takes a file of the scratch folder.</summary>
    public async Task<FileIngestResult> TakeAsync(string path)
    {
        await using FileIngest ingest = await FileIngest.OpenAsync(Scratch.Log, new IngestLimits(), Clock, Counters, "", TestContext.Current.CancellationToken);
        var options = new FileIngestOptions { Switch = SwitchKind.Of(_config.Type)!.Files!(_config) };
        return await ingest.TakeAsync(path, options, null, TestContext.Current.CancellationToken);
    }

    /// <summary>A file of the scratch folder that nobody has written to for so long.</summary>
    public string Write(string name, byte[] content, TimeSpan age)
    {
        string path = Path.Combine(Scratch.Folder, name);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, (Clock.GetUtcNow() - age).UtcDateTime);
        return path;
    }

    /// <summary>What the rating engine tells repeats and conflicts by: the key and the content of every event on the log.</summary>
    public async Task<List<(UInt128 Key, UInt128 Content)>> EventsAsync()
    {
        var events = new List<(UInt128, UInt128)>();
        var batch = new CallEventBatch();
        foreach ((_, byte[] frame) in await Scratch.FramesAsync(Topics.CallEvents))
        {
            CallEventFrame.Read(frame, batch);
            foreach (CallEvent one in batch.Events)
            {
                events.Add((CallKey.Hash(batch.Texts[one.SwitchId], batch.Texts[one.CallId], one.Attempt), CallKey.ContentHash(one, batch.Texts)));
            }
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _client.Dispose();
        await Scratch.DisposeAsync();
    }
}
