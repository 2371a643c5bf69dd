using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Perimeter.Csv;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>What the requests of switches need. <paramref name="Stopping"/>: from then on they are told to come again later.</summary>
public sealed record CallRequestOptions(string ApiKey, IngestLimits Limits, TimeProvider Clock, CancellationToken Stopping = default)
{
    /// <summary>Told of what no answer explains to the sender: a bug, or a log that broke.</summary>
    public Action<Exception>? OnFault { get; init; }
}

/// <summary>POST /v1/calls: call records in, 202 once the log has them.</summary>
public sealed class CallRequests
{
    public const string CrashSiteName = "appended-not-acknowledged";

    /// <summary>What was used for a request with more bytes than this is not kept for the next.</summary>
    private const long MaxKeptBytes = 4 << 20;

    /// <summary>Nor what was used for more records than these, at 400 bytes each.</summary>
    private const int MaxKeptRecords = 10_000;

    private readonly ILog _log;
    private readonly CallRequestOptions _options;
    private readonly IngestCounters _counters;
    private readonly RequestRoom _room;
    private readonly byte[] _keyHash;

    // At most as many as requests are ever worked on side by side.
    private readonly ConcurrentBag<(CallIntake Intake, JsonCallRecords Json)> _idle = [];

    public CallRequests(ILog log, CallRequestOptions options, IngestCounters counters)
    {
        _log = log;
        _options = options with { Limits = options.Limits.Checked() };
        _counters = counters;
        _room = new RequestRoom(options.Limits.MaxRequestsInFlight, options.Limits.MaxBytesInFlight);
        _keyHash = SHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKey));
    }

    public async Task HandleAsync(HttpContext context)
    {
        long began = _options.Clock.GetTimestamp();
        await AnswerAsync(context);
        IngestMetrics.Answered(_options.Clock.GetElapsedTime(began), context.Response.StatusCode);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await TakeAsync(context);
        }
        catch (RefusedRequestException e)
        {
            await RefuseAsync(context, e.Status, e.Message, e.Retry);
        }
        catch (LogFullException e)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"The log is full, and nothing of this request was kept: {e.Message}", retry: true);
        }
        catch (LogFailedException e)
        {
            // Whether the records are on the log is open: sent again they are repeats, and counted once.
            _options.OnFault?.Invoke(e);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"The log failed: {e.Message}", retry: true);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.Message, retry: false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The sender is gone, and nothing was appended.
            _counters.Refused();
        }
        catch (Exception e) when (!context.Response.HasStarted && _options.OnFault is not null)
        {
            _options.OnFault(e);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "The request could not be taken; the fault is reported where Perimeter runs. Nothing says that its records were kept: send them again.", retry: true);
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (!HasKey(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RefusedRequestException(
                StatusCodes.Status401Unauthorized, "The API key is missing or wrong; send it as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.");
        }

        if (_options.Stopping.IsCancellationRequested)
        {
            throw new RefusedRequestException(StatusCodes.Status503ServiceUnavailable, "Perimeter is stopping; send this again later.", retry: true);
        }

        BodyFormat? declared = BodyFormats.FromContentType(context.Request.ContentType);
        using RequestRoom.Place place = _room.TryEnter()
            ?? throw new RefusedRequestException(StatusCodes.Status429TooManyRequests, "Too many requests are being worked on; send this again later.", retry: true);
        using RequestBody body = await RequestBody.ReadAsync(context.Request, place, _options.Limits);
        (CallIntake intake, JsonCallRecords json) = _idle.TryTake(out var idle)
            ? idle
            : (new CallIntake(_log.PartitionCount, _options.Limits, _options.Clock), new JsonCallRecords());

        // 1. Read and check. A crash here: no answer went out, and the sender sends again.
        intake.Begin("http", new FrameSource(FrameSourceKind.Request, context.TraceIdentifier, 0));
        Read(declared, body, json, intake);

        // 2. Append good and bad records, all or none. It is not cancelled when the sender goes away: the frames are in use until it ends.
        List<LogOutput> frames = intake.ToFrames();
        if (frames.Count > 0)
        {
            await _log.AppendAsync(frames, CancellationToken.None);
        }

        // 3. Durable. A crash here: no answer went out, the sender sends again, and the rating engine finds repeats.
        CrashSite.Pass(CrashSiteName);
        _counters.Taken(intake);

        // 4. Answer.
        await IngestAnswers.WriteTakenAsync(context.Response, intake);
        if (intake.HeldBytes <= MaxKeptBytes && intake.Records <= MaxKeptRecords)
        {
            _idle.Add((intake, json));
        }
    }

    private void Read(BodyFormat? declared, RequestBody body, JsonCallRecords json, CallIntake intake)
    {
        ReadOnlySpan<byte> bytes = body.Span;
        switch (BodyFormats.Tell(declared, ref bytes))
        {
            case BodyFormat.Json:
                json.ReadBody(bytes, intake);
                break;
            case BodyFormat.Ndjson:
                NdjsonCallRecords.ReadBody(bytes, json, intake);
                break;
            default:
                ReadCsv(body, intake);
                break;
        }

        if (intake.IsFull)
        {
            throw new RefusedRequestException(
                StatusCodes.Status413PayloadTooLarge,
                $"The bad records of the body would take more than {_options.Limits.MaxPutAsideBytes} bytes of the quarantine (each row of a CSV with the header); send fewer at once. None was taken.");
        }

        if (intake.Records > _options.Limits.MaxRecordsPerRequest)
        {
            throw new RefusedRequestException(
                StatusCodes.Status413PayloadTooLarge, $"The body has more than {_options.Limits.MaxRecordsPerRequest} records; send fewer at once. None was taken.");
        }
    }

    private static void ReadCsv(RequestBody body, CallIntake intake)
    {
        try
        {
            using MemoryStream stream = body.AsStream();
            CsvCallRecords.ReadBody(stream, intake);
        }
        catch (FormatException e) when (e is CsvHeaderException or CsvFormatException)
        {
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, $"The body is no CSV of call records (and no JSON): {e.Message}.");
        }
    }

    /// <summary>The hashes are compared, in the same time whatever was sent, so that the time tells nothing of the key.</summary>
    private bool HasKey(HttpRequest request)
    {
        const string bearer = "Bearer ";
        string authorization = request.Headers.Authorization.ToString();
        string key = authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[bearer.Length..].Trim()
            : request.Headers["X-Api-Key"].ToString();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _keyHash);
    }

    private async Task RefuseAsync(HttpContext context, int status, string message, bool retry)
    {
        _counters.Refused();
        if (!context.Response.HasStarted)
        {
            await IngestAnswers.WriteRefusedAsync(context.Response, status, message, retry ? _options.Limits.RetryAfter : null);
        }
    }
}
