using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Perimeter.Warehouse.Http;

/// <summary>Answers one request: health checks, queries, and everything else with what can be asked here.</summary>
internal sealed class ReaderEndpoint : IHttpEndpoint
{
    private readonly EmbeddedClickHouse _engine;
    private readonly ClickHouseHttpOptions _options;
    private readonly ReaderSlots _slots;
    private readonly ReaderFunctions _functions;
    private readonly ReaderSettings _settings;
    private readonly ReaderIdentity _identity;
    private readonly string _version;
    private readonly string _timezone;
    private readonly CancellationTokenSource _stopping = new();

    public ReaderEndpoint(EmbeddedClickHouse engine, ClickHouseHttpOptions options)
    {
        _engine = engine;
        _options = options;
        _slots = new ReaderSlots(options);
        _identity = new ReaderIdentity(options.Password);
        using ClickHouseConnection connection = engine.Connect();
        _version = connection.QueryText("SELECT version()").TrimEnd('\n');
        _timezone = connection.QueryText("SELECT timezone()").TrimEnd('\n');
        _functions = new ReaderFunctions(Names(connection, "SELECT name FROM system.table_functions"));
        _settings = new ReaderSettings(options, Names(connection, "SELECT name FROM system.settings"));
    }

    public async Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        context.Response.Headers["X-ClickHouse-Server-Display-Name"] = _options.ServerDisplayName;
        bool reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        switch (request.Path.Value)
        {
            case "/ping" or "/replicas_status" when reads:
            case "/" when reads && !request.Query.ContainsKey("query"):
                await TextAnswer.WriteAsync(context, StatusCodes.Status200OK, "Ok.\n");
                break;
            case "/" or "/query" when reads || HttpMethods.IsPost(request.Method):
                await QueryAsync(context);
                break;
            default:
                await TextAnswer.WriteAsync(
                    context, StatusCodes.Status404NotFound,
                    $"There is no handle {request.Method} {request.Path}\n\nUse / or /ping for health checks.\nSend queries by GET /?query=... or POST /.\n");
                break;
        }
    }

    public void Stop() => _stopping.Cancel();

    public Task EndedAsync() => _slots.TakeAllAsync();

    public void Dispose()
    {
        _slots.Dispose();
        _stopping.Dispose();
    }

    private static string[] Names(ClickHouseConnection connection, string sql) =>
        connection.QueryText(sql).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task QueryAsync(HttpContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            context.Response.Headers["X-ClickHouse-Query-Id"] = QueryId(context.Request);
            context.Response.Headers["X-ClickHouse-Timezone"] = _timezone;
            _identity.Check(context.Request);
            ReaderRequest request = await ReaderRequest.ReadAsync(context, _options, _functions);
            string mark = Guid.NewGuid().ToString("N");
            string lockSql = _settings.Lock(request.Settings, request.Whole, mark);
            using ReaderSlots.Slot slot = await _slots.TakeAsync(ended.Token);
            await AnswerAsync(context, request, lockSql, new QueryEnd(_engine, mark, ended.Token));
        }
        catch (ClickHouseException e)
        {
            await FailAsync(context, e);
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(context, ReaderErrors.Refusal(e.StatusCode == 413 ? ReaderErrors.QueryIsTooLarge : ReaderErrors.BadArguments, e.Message));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader has gone, or the server goes.
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, ReaderRequest request, string lockSql, QueryEnd end)
    {
        long began = Stopwatch.GetTimestamp();
        ReaderQuery query = await end.RunAsync(() => ReaderQuery.Start(_engine, request, lockSql));
        try
        {
            await AnswerAsync(context, request, query, end, began);
        }
        finally
        {
            await end.LetGoAsync(query);
        }
    }

    private async Task AnswerAsync(HttpContext context, ReaderRequest request, ReaderQuery query, QueryEnd end, long began)
    {
        await using var body = new AnswerBody(context.Response, request, _options.HeldBackBytes, () => query.Statistics.Summary(Stopwatch.GetElapsedTime(began)));
        try
        {
            long bytes = 0;
            while (await end.RunAsync(query.Next) is { } piece)
            {
                using (piece)
                {
                    bytes += piece.Length;
                    if (bytes > _options.MaxResultBytes)
                    {
                        throw ReaderErrors.Refusal(
                            ReaderErrors.TooManyRowsOrBytes, $"Limit for result exceeded, max bytes: {_options.MaxResultBytes}, current bytes: {bytes}.");
                    }

                    await body.WriteAsync(piece, context.RequestAborted);
                }
            }

            await body.EndAsync(context.RequestAborted);
        }
        catch (ClickHouseException e) when (body.HasStarted)
        {
            // As ClickHouse does: its words at the end of what came, and no proper end of the answer.
            await body.FailAsync(ReaderErrors.Text(e, _version), context.RequestAborted);
            context.Abort();
        }
    }

    private async Task FailAsync(HttpContext context, ClickHouseException error)
    {
        int code = ReaderErrors.CodeOf(error);
        HttpResponse response = context.Response;
        response.Headers["X-ClickHouse-Exception-Code"] = code.ToString(CultureInfo.InvariantCulture);
        if (code == ReaderErrors.TooManySimultaneousQueries)
        {
            response.Headers.RetryAfter = "1";
        }
        else if (code == ReaderErrors.AuthenticationFailed)
        {
            response.Headers[HeaderNames.WWWAuthenticate] = "Basic realm=\"ClickHouse server HTTP API\"";
        }

        await TextAnswer.WriteAsync(context, ReaderErrors.StatusOf(code), ReaderErrors.Text(error, _version));
    }

    private static string QueryId(HttpRequest request)
    {
        string id = request.Query["query_id"].ToString();
        if (id.Length == 0)
        {
            id = request.Headers["X-ClickHouse-Query-Id"].ToString();
        }

        if (id.Length == 0)
        {
            return Guid.NewGuid().ToString();
        }

        return id.All(c => c is > ' ' and < (char)0x7F)
            ? id
            : throw ReaderErrors.Refusal(ReaderErrors.BadArguments, "query_id has visible ASCII characters only.");
    }
}
