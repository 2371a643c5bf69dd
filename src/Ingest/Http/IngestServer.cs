using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Perimeter.Ingest;

/// <summary>The HTTP server of the switch edge on one address.</summary>
public sealed class IngestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private IngestServer(WebApplication app) => _app = app;

    /// <summary>The port it listens on, where 0 was asked for.</summary>
    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <exception cref="IOException">The address is in use, or is none of this machine's.</exception>
    public static async Task<IngestServer> StartAsync(
        IPEndPoint address, CallRequests requests, Func<IReadOnlyList<string>> notReady, CancellationToken cancellationToken = default)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // CallRequests holds bodies to its own limits, with its own words.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(address);
        });
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        app.MapIngest(requests, notReady);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new IngestServer(app);
    }

    /// <summary>Takes no new connections, and gives requests under way until <paramref name="cancellationToken"/> to end.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
