using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

public sealed record ApplyRequest(string Folder);

/// <summary>A statement of a command, for the ClickHouse of the instance.</summary>
public sealed record QueryOrder(string Sql, string Format, IReadOnlyList<QueryParameter> Parameters);

/// <summary>The one way by which commands reach the data that a running instance owns: on the loopback address, for its owner alone.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly byte[] _authorization;

    private AdminServer(WebApplication application, string token)
    {
        _application = application;
        Token = token;
        _authorization = Encoding.ASCII.GetBytes("Bearer " + token);
    }

    public string Token { get; }

    public int Port { get; private set; }

    public static async Task<AdminServer> StartAsync(Instance instance, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        AdminServer server = new(builder.Build(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        server.Map(instance);
        await server._application.StartAsync(cancellationToken).ConfigureAwait(false);
        server.Port = new Uri(server._application.Urls.First()).Port;
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private void Map(Instance instance)
    {
        _application.Use(async (context, next) =>
        {
            byte[] given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
            if (!CryptographicOperations.FixedTimeEquals(given, _authorization))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await next(context).ConfigureAwait(false);
        });
        _application.MapGet("/status", () => Results.Json(instance.Status(), AdminJson.Options));
        _application.MapPost("/query", async (HttpContext context) =>
        {
            QueryOrder order = await ReadAsync<QueryOrder>(context).ConfigureAwait(false);
            try
            {
                return Results.Bytes(await WarehouseThread.RunAsync(() => instance.Query(order), context.RequestAborted).ConfigureAwait(false));
            }
            catch (CommandException failure)
            {
                return Results.Text(failure.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        });
        _application.MapPost("/config/apply", (HttpContext context) => AnswerAsync<ApplyRequest>(context, async (request, write) =>
            await write(await instance.ApplyAsync(request.Folder, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false)));
        _application.MapPost("/ingest", (HttpContext context) => AnswerAsync<IngestRequest>(context, (request, write) =>
            instance.TakeFilesAsync(request, write, context.RequestAborted)));
        _application.MapPost("/quarantine/replay", (HttpContext context) => AnswerAsync<ReplayOrder>(context, (request, write) =>
            instance.ReplayAsync(request, write, context.RequestAborted)));
        _application.MapPost("/rerate", (HttpContext context) => AnswerAsync<RerateOrder>(context, (request, write) =>
            instance.RerateAsync(request, write, context.RequestAborted)));
    }

    private static async Task<T> ReadAsync<T>(HttpContext context) =>
        await JsonSerializer.DeserializeAsync<T>(context.Request.Body, AdminJson.Options, context.RequestAborted).ConfigureAwait(false)
        ?? throw new BadHttpRequestException("The request is empty.");

    /// <summary>Reads the request, and writes each object of the answer as a line when it is there; a failure is the last line.</summary>
    private static async Task AnswerAsync<T>(HttpContext context, Func<T, Func<object, Task>, Task> answer)
    {
        T request = await ReadAsync<T>(context).ConfigureAwait(false);
        context.Response.ContentType = "application/x-ndjson";
        try
        {
            await answer(request, WriteAsync).ConfigureAwait(false);
        }
        catch (CommandException failure)
        {
            await WriteAsync(new { failure = failure.Message }).ConfigureAwait(false);
        }

        async Task WriteAsync(object line)
        {
            await context.Response.WriteAsync(JsonSerializer.Serialize(line, AdminJson.Options) + "\n", context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }
}
