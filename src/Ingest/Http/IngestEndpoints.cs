using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Perimeter.Ingest;

/// <summary>The paths of the switch edge.</summary>
public static class IngestEndpoints
{
    /// <param name="routes">Where the paths are added.</param>
    /// <param name="requests">What answers POST /v1/calls.</param>
    /// <param name="notReady">Why this instance is not ready, for /readyz; nothing where it is.</param>
    public static void MapIngest(this IEndpointRouteBuilder routes, CallRequests requests, Func<IReadOnlyList<string>> notReady)
    {
        routes.MapPost("/v1/calls", requests.HandleAsync);
        routes.MapGet("/healthz", static (HttpContext context) => context.Response.WriteAsync("ok\n"));
        routes.MapGet("/readyz", (HttpContext context) => IngestAnswers.WriteReadinessAsync(context.Response, notReady()));
    }
}
