using System.Net;
using System.Text;
using Perimeter.Warehouse.Http;

namespace Perimeter.Warehouse.Tests.Http;

/// <summary>A server over the shared engine, with a table of a thousand rows, and what curl would do with it.</summary>
internal sealed class ReaderServer : IAsyncDisposable
{
    public const string Table = "readers_calls";

    private readonly EmbeddedClickHouse _engine;
    private readonly ClickHouseHttp _http;

    private ReaderServer(EmbeddedClickHouse engine, ClickHouseHttp http)
    {
        _engine = engine;
        _http = http;
        Client = new HttpClient { BaseAddress = Root };
    }

    public Uri Root => new($"http://{_http.Address}/");

    public IPEndPoint Address => _http.Address;

    public HttpClient Client { get; }

    public static async Task<ReaderServer> StartAsync(EngineFixture fixture, Func<ClickHouseHttpOptions, ClickHouseHttpOptions>? change = null)
    {
        using (ClickHouseConnection writer = fixture.Engine.Connect())
        {
            writer.Execute($"DROP TABLE IF EXISTS {Table}");
            writer.Execute($"CREATE TABLE {Table} (id UInt32, route String, charge Decimal(18, 9), at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY id");
            writer.Execute($"INSERT INTO {Table} SELECT number, concat('route ', toString(number % 10)), number / 1000, toDateTime64(1700000000 + number, 3, 'UTC') FROM numbers(1000)");
        }

        var options = new ClickHouseHttpOptions { Address = new IPEndPoint(IPAddress.Loopback, 0) };
        return new ReaderServer(fixture.Engine, await ClickHouseHttp.StartAsync(fixture.Engine, change?.Invoke(options) ?? options));
    }

    /// <summary>GET /?query=...</summary>
    /// <param name="sql">Encoded here.</param>
    /// <param name="arguments">As in a URL: <c>a=1&amp;b=2</c>.</param>
    public Task<HttpResponseMessage> GetAsync(string sql, string arguments = "") =>
        Client.GetAsync(new Uri(Root, $"?query={Uri.EscapeDataString(sql)}&{arguments}"), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PostAsync(string sql, string arguments = "") =>
        Client.PostAsync(new Uri(Root, "?" + arguments), new StringContent(sql, Encoding.UTF8, "application/x-www-form-urlencoded"), TestContext.Current.CancellationToken);

    public async Task<string> TextAsync(string sql, string arguments = "")
    {
        using HttpResponseMessage response = await GetAsync(sql, arguments);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        return text;
    }

    public Task StopAsync() => _http.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _http.DisposeAsync();
        using ClickHouseConnection writer = _engine.Connect();
        writer.Execute($"DROP TABLE IF EXISTS {Table}");
    }
}
