using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>What the proxy does to the next insert.</summary>
internal enum ProxyFault
{
    /// <summary>Passed on as it is.</summary>
    None,

    /// <summary>An error in place of passing it on.</summary>
    Refuse,

    /// <summary>Passed on and done, and the answer is never given.</summary>
    LoseAnswer,

    /// <summary>Passed on late.</summary>
    Delay,
}

/// <summary>Stands between aggregators and the warehouse and passes requests on, but for what it is told to do to inserts.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);
    private static readonly string[] OfHop = ["Transfer-Encoding", "Connection", "Keep-Alive", "Host"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Uri _target;
    private readonly WebApplication _server;
    private readonly Lock _lock = new();
    private ProxyFault _fault;
    private TaskCompletionSource _struck = new();

    private FaultProxy(Uri target)
    {
        _target = target;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestLineSize = 64 << 10;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    public Uri Address => new(_server.Urls.First());

    public static async Task<FaultProxy> StartAsync(Uri target)
    {
        FaultProxy proxy = new(target);
        await proxy._server.StartAsync();
        return proxy;
    }

    /// <summary>Does it to the next insert into a table of rows; complete when that has happened.</summary>
    public Task StrikeAsync(ProxyFault fault)
    {
        lock (_lock)
        {
            _fault = fault;
            _struck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _struck.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        ProxyFault fault = TakeFault(context.Request);
        if (fault == ProxyFault.Refuse)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync("Code: 241. DB::Exception: Memory limit (total) exceeded. (MEMORY_LIMIT_EXCEEDED)");
            return;
        }

        if (fault == ProxyFault.Delay)
        {
            await Task.Delay(Late, context.RequestAborted);
        }

        try
        {
            await PassAsync(context, fault == ProxyFault.LoseAnswer);
        }
        catch (Exception failure) when (NoAnswer.Is(failure) || failure is OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task PassAsync(HttpContext context, bool loseAnswer)
    {
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), new Uri(_target, context.Request.Path + context.Request.QueryString));
        request.Content = new StreamContent(context.Request.Body);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            if (!OfHop.Contains(name, StringComparer.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (loseAnswer)
        {
            await answer.Content.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!OfHop.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private ProxyFault TakeFault(HttpRequest request)
    {
        // The statement of an insert with rows is in the address, its rows are the body.
        if (!Uri.UnescapeDataString(request.QueryString.Value ?? "").Replace('+', ' ').Contains("INSERT INTO rated_calls", StringComparison.Ordinal))
        {
            return ProxyFault.None;
        }

        lock (_lock)
        {
            ProxyFault fault = _fault;
            _fault = ProxyFault.None;
            _struck.TrySetResult();
            return fault;
        }
    }
}
