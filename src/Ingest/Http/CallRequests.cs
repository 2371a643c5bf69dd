using Microsoft.AspNetCore.Http;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>What the requests of switches need. <paramref name="Stopping"/>: from then on they are told to come again later.</summary>
public sealed record CallRequestOptions(string ApiKey, IngestLimits Limits, TimeProvider Clock, CancellationToken Stopping = default)
{
    /// <summary>Told of what no answer explains to the sender: a bug, or a log that broke.</summary>
    public Action<Exception>? OnFault { get; init; }

    /// <summary>The switches whose requests are taken in their own words, as the configuration has them now.</summary>
    public CurrentSwitches Switches { get; init; } = new();
}

/// <summary>POST /v1/calls, and what switches post in their own words: call records in, 202 once the log has them.</summary>
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
    private readonly RequestSource _records;

    public CallRequests(ILog log, CallRequestOptions options, IngestCounters counters)
    {
        _log = log;
        _options = options with { Limits = options.Limits.Checked() };
        _counters = counters;
        _room = new RequestRoom(options.Limits.MaxRequestsInFlight, options.Limits.MaxBytesInFlight);
        _records = RequestSource.OfRecords(options.ApiKey);
    }

    public Task HandleAsync(HttpContext context) => HandleAsync(context, _ => _records);

    /// <summary>What a switch posts to <c>/v1/switches/{switch}/{kind}</c>.</summary>
    public Task HandleSwitchAsync(HttpContext context) => HandleAsync(context, SourceOf);

    private async Task HandleAsync(HttpContext context, Func<HttpContext, RequestSource> find)
    {
        long began = _options.Clock.GetTimestamp();
        await AnswerAsync(context, find);
        IngestMetrics.Answered(_options.Clock.GetElapsedTime(began), context.Response.StatusCode);
    }

    /// <summary>Who has no key is not told which switches there are.</summary>
    private RequestSource SourceOf(HttpContext context)
    {
        string name = (string)context.Request.RouteValues["switch"]!;
        string kind = (string)context.Request.RouteValues["kind"]!;
        RequestSource? source = _options.Switches.Find(name);
        if (source is not null && source.Kind == kind)
        {
            return source;
        }

        CheckKey(context, _records);
        throw new RefusedRequestException(StatusCodes.Status404NotFound, source is null
            ? $"The configuration has no switch '{name}': add it to switches.csv of the carrier folder, and apply it."
            : source.Kind.Length == 0
                ? $"The switch '{name}' is registered as one whose records come in files only (switches.csv of the carrier folder)."
                : $"The switch '{name}' is registered as {source.Kind}, not as {kind}: post to /v1/switches/{name}/{source.Kind}, or change its type in switches.csv of the carrier folder.");
    }

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, RequestSource> find)
    {
        try
        {
            await TakeAsync(context, find(context));
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

    private static void CheckKey(HttpContext context, RequestSource source)
    {
        if (!RequestKey.IsIn(context.Request, source.KeyHash))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RefusedRequestException(
                StatusCodes.Status401Unauthorized, "The API key is missing or wrong; send it as 'Authorization: Bearer KEY', as 'X-Api-Key: KEY', or as the password of HTTP Basic.");
        }
    }

    private async Task TakeAsync(HttpContext context, RequestSource source)
    {
        CheckKey(context, source);
        if (_options.Stopping.IsCancellationRequested)
        {
            throw new RefusedRequestException(StatusCodes.Status503ServiceUnavailable, "Perimeter is stopping; send this again later.", retry: true);
        }

        BodyFormat? declared = source.FormatOf(context.Request.ContentType);
        using RequestRoom.Place place = _room.TryEnter()
            ?? throw new RefusedRequestException(StatusCodes.Status429TooManyRequests, "Too many requests are being worked on; send this again later.", retry: true);
        using RequestBody body = await RequestBody.ReadAsync(context.Request, place, _options.Limits);
        RequestReader reader = source.Take() ?? source.NewReader(_log.PartitionCount, _options.Limits, _options.Clock);
        CallIntake intake = reader.Intake;

        // 1. Read and check. A crash here: no answer went out, and the sender sends again.
        intake.Begin(source.Name, new FrameSource(FrameSourceKind.Request, context.TraceIdentifier, 0));
        reader.Read(declared, body);
        CheckSize(intake);

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
            source.Keep(reader);
        }
    }

    private void CheckSize(CallIntake intake)
    {
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

    private async Task RefuseAsync(HttpContext context, int status, string message, bool retry)
    {
        _counters.Refused();
        if (!context.Response.HasStarted)
        {
            await IngestAnswers.WriteRefusedAsync(context.Response, status, message, retry ? _options.Limits.RetryAfter : null);
        }
    }
}
