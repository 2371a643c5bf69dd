using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perimeter.Domain;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// As much of ClickHouse's HTTP interface as a writer needs: statements, inserts with a body, KILL QUERY. An insert is one part or is refused,
/// whatever settings come with it; one whose body does not come whole inserts nothing.
/// </summary>
internal sealed class WriterEndpoint : IHttpEndpoint
{
    private const int CopyBytes = 256 << 10;

    // No threshold is ever reached: what comes is one block, or more than the engine's memory and so refused.
    private const string OnePart =
        "max_insert_threads = 1, async_insert = 0, min_insert_block_size_rows = 0, min_insert_block_size_bytes = 1000000000000000, max_partitions_per_insert_block = 1, "
        + "throw_on_max_partitions_per_insert_block = 1, implicit_select = 0";

    private readonly EmbeddedClickHouse _engine;
    private readonly ClickHouseHttpOptions _options;
    private readonly WriterOptions _writer;
    private readonly ReaderIdentity _identity;
    private readonly ReaderFunctions _functions;
    private readonly ReaderSlots _slots;
    private readonly WriterQueries _queries = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _version;

    public WriterEndpoint(EmbeddedClickHouse engine, ClickHouseHttpOptions options, WriterOptions writer)
    {
        _engine = engine;
        _options = options;
        _writer = writer;
        _identity = new ReaderIdentity(options.Password, WriterOptions.User);
        _slots = new ReaderSlots(options);
        using ClickHouseConnection connection = engine.Connect();
        _version = connection.QueryText("SELECT version()").TrimEnd('\n');
        _functions = new ReaderFunctions(connection.QueryText("SELECT name FROM system.table_functions").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        if (Directory.Exists(writer.SpoolFolder))
        {
            Directory.Delete(writer.SpoolFolder, recursive: true);
        }

        Directory.CreateDirectory(writer.SpoolFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/ping")
        {
            await TextAnswer.WriteAsync(context, StatusCodes.Status200OK, "Ok.\n");
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            _identity.Check(context.Request);
            await AnswerAsync(context, await WriterRequest.ReadAsync(context, _options, _functions), ended.Token);
        }
        catch (ClickHouseException failure)
        {
            ClickHouseException e = FullDisk.Explained(failure, _writer.SpoolFolder);
            int code = ReaderErrors.CodeOf(e);
            context.Response.Headers["X-ClickHouse-Exception-Code"] = code.ToString(CultureInfo.InvariantCulture);
            await TextAnswer.WriteAsync(context, ReaderErrors.StatusOf(code), ReaderErrors.Text(e, _version));
        }
        catch (Exception e) when ((e is OperationCanceledException && ended.IsCancellationRequested) || e is BadHttpRequestException or IOException)
        {
            // The writer has gone, or did not send all of it, or the server goes.
            context.Abort();
        }
    }

    public void Stop() => _stopping.Cancel();

    public Task EndedAsync() => _slots.TakeAllAsync();

    public void Dispose()
    {
        _slots.Dispose();
        _stopping.Dispose();
        Directory.Delete(_writer.SpoolFolder, recursive: true);
    }

    private async Task AnswerAsync(HttpContext context, WriterRequest request, CancellationToken ended)
    {
        context.Response.Headers["X-ClickHouse-Query-Id"] = request.QueryId;
        if (request.Statement.IsKill)
        {
            await KillAsync(context, request.Statement.KillCondition());
            return;
        }

        using WriterQueries.Running running = _queries.Begin(request.QueryId, ended);
        try
        {
            using ReaderSlots.Slot slot = await _slots.TakeAsync(running.Ended);
            await RunAsync(context, request, running.Ended);
        }
        catch (Exception e) when (running.WasKilled && e is OperationCanceledException or IOException or BadHttpRequestException)
        {
            throw ReaderErrors.Refusal(ReaderErrors.QueryWasCancelled, "Query was cancelled.");
        }
    }

    private async Task RunAsync(HttpContext context, WriterRequest request, CancellationToken ended)
    {
        string mark = Guid.NewGuid().ToString("N");
        var end = new QueryEnd(_engine, mark, ended);
        string sql = request.Statement.Sql;
        string? spooled = null;
        try
        {
            if (request.Statement.HasBody)
            {
                spooled = Path.Combine(_writer.SpoolFolder, mark);
                await SpoolAsync(context, spooled, ended);
                sql = request.Statement.FromFile(spooled);
            }

            using ClickHouseConnection connection = _engine.Connect();
            connection.Execute("USE " + SqlText.QuotedName(request.Database));
            connection.Execute($"SET {string.Concat(request.Settings.Select(setting => $"{setting.Name} = {setting.Value}, "))}{OnePart}, log_comment = '{mark}'");
            byte[] statement = Encoding.UTF8.GetBytes(sql);
            if (request.Streams)
            {
                await StreamAsync(context, connection, statement, request, end, ended);
                return;
            }

            using ClickHouseResult result = await end.RunAsync(() => connection.Query(statement, request.Format, request.Parameters));
            context.Response.ContentLength = result.Bytes.Length;
            await context.Response.Body.WriteAsync(result.Bytes.ToArray(), ended);
        }
        finally
        {
            if (spooled is not null)
            {
                File.Delete(spooled);
            }
        }
    }

    private static async Task StreamAsync(
        HttpContext context, ClickHouseConnection connection, byte[] statement, WriterRequest request, QueryEnd end, CancellationToken ended)
    {
        ClickHouseStream stream = await end.RunAsync(() => connection.Stream(statement, request.Format, request.Parameters));
        try
        {
            while (await end.RunAsync(stream.Next) is { } piece)
            {
                using (piece)
                {
                    await context.Response.Body.WriteAsync(piece.Bytes.ToArray(), ended);
                }
            }
        }
        catch (ClickHouseException) when (context.Response.HasStarted)
        {
            context.Abort();
        }
        finally
        {
            await end.LetGoAsync(stream);
        }
    }

    /// <summary>The body, whole, or an exception.</summary>
    private async Task SpoolAsync(HttpContext context, string path, CancellationToken ended)
    {
        IHttpMaxRequestBodySizeFeature limit = context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();
        limit.MaxRequestBodySize = _writer.MaxInsertBytes;
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            await context.Request.Body.CopyToAsync(file, CopyBytes, ended);
        }
        catch (IOException e) when (DiskErrors.IsFull(e))
        {
            throw ReaderErrors.Refusal(ReaderErrors.NotEnoughSpace, "The rows of the insert could not be put down.");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ReaderErrors.Refusal(ReaderErrors.QueryIsTooLarge, $"The rows of one insert have more than {_writer.MaxInsertBytes} bytes.");
        }
    }

    /// <summary>Ends what the condition is true for; answers when it is gone, whatever the statement said of SYNC.</summary>
    private async Task KillAsync(HttpContext context, string condition)
    {
        IReadOnlyList<string> ids = _queries.Ids();
        if (ids.Count > 0)
        {
            string list = string.Join(", ", ids.Select(SqlText.Quoted));
            string[] found = await Task.Run(() =>
            {
                using ClickHouseConnection connection = _engine.Connect();
                connection.Execute("SET readonly = 1");
                return connection.QueryText($"SELECT query_id FROM (SELECT arrayJoin([{list}]) AS query_id) WHERE {condition}", "TSVRaw").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            });
            await _queries.KillAsync(found);
        }

        await TextAnswer.WriteAsync(context, StatusCodes.Status200OK, "");
    }
}
