using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Perimeter.Aggregator.Tests;

/// <summary>What becomes of one insert on its way to ClickHouse.</summary>
internal enum Fault
{
    None,

    /// <summary>Not done, and said so.</summary>
    Refused,

    /// <summary>Done, and nobody hears of it: timed out, yet inserted.</summary>
    AnswerLost,

    /// <summary>Given up by its sender, and under way all the same: it comes to ClickHouse later, when others have come before it.</summary>
    Late,

    /// <summary>Half of the body comes, then the connection is gone.</summary>
    CutShort,

    Slow,

    /// <summary>ClickHouse is gone just as the connection is made.</summary>
    Unreached,
}

/// <summary>A way to ClickHouse on which a test decides what becomes of each insert.</summary>
internal sealed class FaultyTransport(Func<string, Fault> decide) : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(30);

    private readonly ConcurrentQueue<HttpRequestMessage> _late = [];
    private readonly Lock _lock = new();

    public Dictionary<Fault, int> Hits { get; } = [];

    /// <summary>Waited for within the body of an insert, after half of it was sent; null where nothing is held.</summary>
    public Func<Task>? HoldInBody { get; set; }

    /// <summary>Sends what is under way yet, whatever it comes to.</summary>
    public async Task DeliverAsync()
    {
        while (_late.TryDequeue(out HttpRequestMessage? request))
        {
            using HttpResponseMessage answer = await base.SendAsync(request, CancellationToken.None);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string sql = await StatementAsync(request);
        if (!sql.StartsWith("INSERT", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        Fault fault;
        lock (_lock)
        {
            fault = decide(sql);
            Hits[fault] = Hits.GetValueOrDefault(fault) + 1;
        }

        switch (fault)
        {
            case Fault.Refused:
                var refusal = new HttpResponseMessage(HttpStatusCode.InternalServerError) { RequestMessage = request, Content = new StringContent("Code: 241. DB::Exception: Memory limit exceeded.") };
                refusal.Headers.Add("X-ClickHouse-Exception-Code", "241");
                return refusal;
            case Fault.AnswerLost:
                (await base.SendAsync(request, cancellationToken)).Dispose();
                throw new HttpRequestException("The answer was lost.");
            case Fault.Unreached:
                throw new SocketException((int)SocketError.NotConnected);
            case Fault.Late:
                _late.Enqueue(await CopyAsync(request));
                throw new HttpRequestException("Given up.");
            case Fault.CutShort when request.Content is { } whole:
                request.Content = new HalfContent(await whole.ReadAsByteArrayAsync(cancellationToken), static () => throw new IOException("The connection is gone."));
                return await base.SendAsync(request, cancellationToken);
            case Fault.Slow:
                await Task.Delay(SlowBy, cancellationToken);
                break;
        }

        await DeliverAsync();
        if (HoldInBody is { } hold && sql.Contains("INTO rated_calls", StringComparison.Ordinal))
        {
            request.Content = new HalfContent(await request.Content!.ReadAsByteArrayAsync(cancellationToken), hold);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private static async Task<string> StatementAsync(HttpRequestMessage request)
    {
        string query = WebUtility.UrlDecode(request.RequestUri!.Query);
        int at = query.IndexOf("query=INSERT", StringComparison.Ordinal);
        if (at >= 0)
        {
            return query[(at + "query=".Length)..];
        }

        await request.Content!.LoadIntoBufferAsync();
        return await request.Content.ReadAsStringAsync();
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(await request.Content!.ReadAsByteArrayAsync()) };
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        copy.Content.Headers.ContentType = request.Content.Headers.ContentType;
        return copy;
    }

    /// <summary>Half of the bytes, then what the test wants, then the rest.</summary>
    private sealed class HalfContent(byte[] bytes, Func<Task> between) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            await between();
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
