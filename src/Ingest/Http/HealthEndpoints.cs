using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Perimeter.Ingest;

/// <summary>Where supervisors and load balancers ask how a process is.</summary>
internal static class HealthEndpoints
{
    /// <param name="routes">Where the paths are added.</param>
    /// <param name="notReady">Why the process is not ready, for /readyz; nothing where it is.</param>
    public static void MapHealth(this IEndpointRouteBuilder routes, Func<IReadOnlyList<string>> notReady)
    {
        routes.MapGet("/healthz", static (HttpContext context) => context.Response.WriteAsync("ok\n"));
        routes.MapGet("/readyz", (HttpContext context) => IngestAnswers.WriteReadinessAsync(context.Response, notReady()));
    }
}
