using Microsoft.AspNetCore.Http;

namespace Perimeter.Warehouse.Http;

/// <summary>What answers the requests of one port.</summary>
internal interface IHttpEndpoint : IDisposable
{
    Task HandleAsync(HttpContext context);

    /// <summary>Queries that run are ended, those that wait and those that come are refused.</summary>
    void Stop();

    /// <summary>After <see cref="Stop"/>: no query uses the engine any more.</summary>
    Task EndedAsync();
}
