using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// ClickHouse's HTTP interface over the embedded engine, for readers: curl, dashboards and ClickHouse's own clients see a server,
/// one that only reads. It owns its connections; the engine must outlive it.
/// </summary>
public sealed class ClickHouseHttp : IAsyncDisposable
{
    // A query that does not stop within this is left to the engine's own limit of time.
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(5);

    // Kestrel's own, which its other limits are checked against.
    private const int MinRequestLineBytes = 32 << 10;

    private readonly WebApplication _server;
    private readonly IHttpEndpoint _endpoint;
    private bool _stopped;

    private ClickHouseHttp(WebApplication server, IHttpEndpoint endpoint)
    {
        _server = server;
        _endpoint = endpoint;
        string address = server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Address = IPEndPoint.Parse(new Uri(address).Authority);
    }

    /// <summary>With the port that was taken.</summary>
    public IPEndPoint Address { get; }

    /// <exception cref="IOException">The address or port cannot be had; the message says what to do.</exception>
    public static Task<ClickHouseHttp> StartAsync(EmbeddedClickHouse engine, ClickHouseHttpOptions options, CancellationToken cancellation = default) =>
        StartAsync(new ReaderEndpoint(engine, options), options, cancellation);

    /// <summary>For one who writes, with the options' password as his key.</summary>
    /// <exception cref="IOException">As above.</exception>
    public static Task<ClickHouseHttp> StartWriterAsync(
        EmbeddedClickHouse engine, ClickHouseHttpOptions options, WriterOptions writer, CancellationToken cancellation = default) =>
        StartAsync(new WriterEndpoint(engine, options, writer), options, cancellation);

    private static async Task<ClickHouseHttp> StartAsync(IHttpEndpoint endpoint, ClickHouseHttpOptions options, CancellationToken cancellation)
    {
        // A query in a URL may be percent-encoded throughout.
        int requestLineBytes = Math.Max(3 * options.MaxQueryBytes, MinRequestLineBytes);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxQueryBytes + 1L;
            kestrel.Limits.MaxRequestLineSize = requestLineBytes;
            kestrel.Limits.MaxRequestBufferSize = 2L * requestLineBytes;
            kestrel.Listen(options.Address);
        });
        WebApplication server = builder.Build();
        server.Run(endpoint.HandleAsync);
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            endpoint.Dispose();
            await server.DisposeAsync();
            throw new IOException($"The ClickHouse HTTP interface cannot listen on {options.Address}: {e.Message} End what uses that port, or choose another.", e);
        }

        return new ClickHouseHttp(server, endpoint);
    }

    /// <summary>Ends the queries that run, then the server.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _endpoint.Stop();
        using var wait = new CancellationTokenSource(StopWait);
        await _server.StopAsync(wait.Token);
        await _endpoint.EndedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _server.DisposeAsync();
        _endpoint.Dispose();
    }

    /// <summary>Signals and the console are the program's business.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
