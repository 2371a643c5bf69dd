using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Perimeter.Ingest;

/// <summary>The HTTP server of a process on one address: the switch edge where the process takes calls, and how it is.</summary>
public sealed class IngestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private IngestServer(WebApplication app) => _app = app;

    /// <summary>The port it listens on, where 0 was asked for.</summary>
    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <param name="address">Where it listens.</param>
    /// <param name="requests">What takes calls; null where the process takes none.</param>
    /// <param name="notReady">Why the process is not ready; nothing where it is.</param>
    /// <param name="more">What else is to be had there.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The address is in use, or is none of this machine's.</exception>
    public static async Task<IngestServer> StartAsync(
        IPEndPoint address, CallRequests? requests, Func<IReadOnlyList<string>> notReady, Action<WebApplication>? more = null, CancellationToken cancellationToken = default)
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
        app.MapHealth(notReady);
        if (requests is not null)
        {
            app.MapPost("/v1/calls", requests.HandleAsync);
            app.MapPost("/v1/switches/{switch}/{kind}", requests.HandleSwitchAsync);
        }

        more?.Invoke(app);
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
