using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>A real server over a real log.</summary>
public sealed partial class HttpTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Key = "a-key-that-only-tests-know";

    private readonly IngestCounters _counters = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Exception> _faults = [];
    private readonly List<IngestServer> _servers = [];
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private ScratchLog _scratch = null!;
    private Uri _address = null!;
    private IReadOnlyList<string> _notReady = [];

    public async ValueTask InitializeAsync()
    {
        _scratch = await ScratchLog.OpenAsync();
        await ServeAsync(_scratch.Log, new IngestLimits());
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IngestServer server in _servers)
        {
            await server.DisposeAsync();
        }

        _client.Dispose();
        _stopping.Dispose();
        await _scratch.DisposeAsync();
    }

    [Fact]
    public async Task Accepted_is_durable_and_bad_records_are_in_the_quarantine_byte_for_byte()
    {
        string bad = Record("c2").Replace("1749985200000", "\"yesterday\"", StringComparison.Ordinal);
        JsonElement answer = await TakenAsync($"[{Record("c1")},{bad},{Record("c1")},{Record("c3")[..^1]},\"note\":1}}]", "application/json");
        Assert.Equal((3, 1, 1, 1), Counts(answer));
        JsonElement error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Equal(
            (1, "setup_time", "must be a time such as 2025-01-31T23:59:59.123Z or whole epoch milliseconds; it is 'yesterday'"),
            (error.GetProperty("index").GetInt32(), error.GetProperty("field").GetString(), error.GetProperty("reason").GetString()));
        Assert.Equal(0, answer.GetProperty("errors_not_listed").GetInt32());
        Assert.Equal((3, 1, 1, 1), (_counters.Accepted, _counters.Quarantined, _counters.Repeats, _counters.UnknownFields));

        await _scratch.ReopenAsync();
        Assert.Equal(new SortedDictionary<string, int> { ["s1/c1/1"] = 2, ["s1/c3/1"] = 1 }, await _scratch.CallsAsync());
        QuarantinedEvent aside = Assert.Single(await _scratch.QuarantineAsync());
        Assert.Equal(
            (QuarantineReason.Invalid, "setup_time", "http", 1, "s1", "c2", 1, Reading.Now.ToUnixTimeMilliseconds(), bad),
            (aside.Reason, aside.Field, aside.Source, aside.Place, aside.SwitchId, aside.CallId, aside.Attempt, aside.ReceivedMs, Reading.Content(aside)));
    }

    [Theory]
    [InlineData("application/json", "JSON")]
    [InlineData("application/json; charset=utf-8", "JSON")]
    [InlineData("application/x-ndjson", "NDJSON")]
    [InlineData("text/csv", "CSV")]
    [InlineData("application/x-www-form-urlencoded", "JSON")]
    [InlineData("text/plain", "NDJSON")]
    [InlineData(null, "JSON")]
    [InlineData(null, "NDJSON")]
    [InlineData(null, "CSV")]
    [InlineData(null, "pretty")]
    public async Task Every_format_is_taken_plain_and_as_gzip_by_its_type_or_by_its_looks(string? contentType, string format)
    {
        string body = format switch
        {
            "JSON" => $"[{Record("c1")},{Record("c2")}]",
            "NDJSON" => $"{Record("c1")}\n{Record("c2")}\n",
            "pretty" => $"{Record("c1").Replace(",", ",\n  ", StringComparison.Ordinal).Replace("{", "{\n", StringComparison.Ordinal)}\n{Record("c2")}",
            _ => "switch_id,call_id,setup_time\ns1,c1,1749985200000\ns1,c2,1749985200000\n",
        };
        Assert.Equal((2, 0, 0, 0), Counts(await TakenAsync(body, contentType)));
        foreach (bool isDeclared in new[] { true, false })
        {
            using var content = new ByteArrayContent(Gzip(body));
            content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
            if (isDeclared)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }

            using HttpResponseMessage response = await PostAsync(content);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        Assert.Equal(new SortedDictionary<string, int> { ["s1/c1/1"] = 3, ["s1/c2/1"] = 3 }, await _scratch.CallsAsync());
    }

    [Theory]
    [InlineData("", "application/json", "The body is empty.")]
    [InlineData(" \r\n\t", null, "The body is empty.")]
    [InlineData("hello", "application/json", "The body is no JSON object and no array of them.")]
    [InlineData("\u00FF\u00FEx", "latin1", "The body is UTF-16; send UTF-8.")]
    [InlineData("hello", null, "The body is no CSV of call records (and no JSON): no column is switch_id or call_id or setup_time; the columns are hello.")]
    [InlineData("a,\"b", "text/csv", "The body is no CSV of call records (and no JSON): line 1: a quoted column is not closed.")]
    public async Task A_body_that_cannot_be_read_at_all_is_refused_with_400(string body, string? contentType, string error)
    {
        byte[] bytes = contentType == "latin1" ? Encoding.Latin1.GetBytes(body) : Encoding.UTF8.GetBytes(body);
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = contentType is null or "latin1" ? null : MediaTypeHeaderValue.Parse(contentType);
        await AssertRefusedAsync(HttpStatusCode.BadRequest, error, content);
        Assert.Empty(await _scratch.CallsAsync());
        Assert.Empty(await _scratch.QuarantineAsync());
    }

    [Theory]
    [InlineData(20, "broken")]
    [InlineData(0, "cut")]
    [InlineData(0, "none")]
    public async Task Broken_gzip_is_refused_with_400(int flipped, string how)
    {
        byte[] bytes = Gzip($"[{string.Join(',', Enumerable.Range(0, 50).Select(i => Record($"c{i}")))}]");
        bytes[flipped] ^= how == "broken" ? (byte)0xFF : (byte)0;
        using var content = new ByteArrayContent(how == "none" ? Encoding.UTF8.GetBytes(Record("c1")) : how == "cut" ? bytes[..^30] : bytes);
        content.Headers.ContentEncoding.Add("gzip");
        await AssertRefusedAsync(
            HttpStatusCode.BadRequest,
            how == "none" ? "The body is not gzip, though Content-Encoding says so." : "The body is broken gzip: it does not decompress to its end.",
            content);
        Assert.Empty(await _scratch.CallsAsync());
    }

    [Theory]
    [InlineData("application/xml", null, "Content-Type 'application/xml' is not understood; send application/json, application/x-ndjson or text/csv.")]
    [InlineData("application/json; charset=iso-8859-1", null, "The character set 'iso-8859-1' is not understood; send UTF-8.")]
    [InlineData("application/json", "br", "Content-Encoding 'br' is not understood; send gzip, or no encoding.")]
    public async Task A_type_or_encoding_that_is_not_understood_is_refused_with_415(string contentType, string? encoding, string error)
    {
        var content = new StringContent(Record("c1"));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        await AssertRefusedAsync(HttpStatusCode.UnsupportedMediaType, error, content);
    }

    [Fact]
    public async Task A_body_over_the_limits_is_refused_with_413_however_it_comes()
    {
        var limits = new IngestLimits { MaxBodyBytes = 2048, MaxDecompressedBytes = 4096, MaxRecordsPerRequest = 20, MaxRecordBytes = 1024, MaxQuarantinedBytes = 1024, MaxPutAsideBytes = 2048 };
        await ServeAsync(_scratch.Log, limits);
        string small = Record("c");
        await TakenAsync(small + new string(' ', 2048 - small.Length), "application/json");
        await AssertRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "The body is longer than 2048 bytes; send fewer records at once.", new StringContent(small + new string(' ', 2049 - small.Length)));

        // Without a Content-Length the bytes themselves are counted.
        using var endless = new StreamContent(new BlankStream(50_000));
        await AssertRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "The body is longer than 2048 bytes; send fewer records at once.", endless);
        await AssertRefusedAsync(
            HttpStatusCode.RequestEntityTooLarge, "The body is longer than 4096 bytes after decompression; send fewer records at once.", new ByteArrayContent(Gzip(new string(' ', 100_000))));
        await AssertRefusedAsync(
            HttpStatusCode.RequestEntityTooLarge, "The body has more than 20 records; send fewer at once. None was taken.", new StringContent($"[{string.Join(',', Enumerable.Repeat("{}", 21))}]"));

        // Each row of a CSV is put aside with its header, so that a short body may come to much.
        string wide = $"switch_id,call_id,setup_time,{new string('x', 500)}\n" + string.Concat(Enumerable.Repeat("s1,c,never,\n", 10));
        await AssertRefusedAsync(HttpStatusCode.RequestEntityTooLarge,
            "The bad records of the body would take more than 2048 bytes of the quarantine (each row of a CSV with the header); send fewer at once. None was taken.", new StringContent(wide));
        Assert.Equal(["s1/c/1"], (await _scratch.CallsAsync()).Keys);
        Assert.Empty(await _scratch.QuarantineAsync());
    }

    [Fact]
    public async Task Over_the_limit_of_requests_in_flight_others_are_told_to_come_again()
    {
        var log = new FaultyLog(_scratch.Log, _ => AppendFate.Done) { LetAppendsGo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await ServeAsync(log, new IngestLimits { MaxRequestsInFlight = 1, RetryAfter = TimeSpan.FromSeconds(7) });
        Task<JsonElement> first = TakenAsync(Record("c1"), "application/json");
        await log.AppendBegan.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        HttpResponseMessage refused = await AssertRefusedAsync(
            HttpStatusCode.TooManyRequests, "Too many requests are being worked on; send this again later.", new StringContent(Record("c2")));
        Assert.Equal(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter?.Delta);
        log.LetAppendsGo.SetResult();
        await first;
        await TakenAsync(Record("c2"), "application/json");
        Assert.Equal(["s1/c1/1", "s1/c2/1"], (await _scratch.CallsAsync()).Keys);
    }

    [Fact]
    public async Task Without_room_for_the_bytes_others_are_told_to_come_again()
    {
        var log = new FaultyLog(_scratch.Log, _ => AppendFate.Done) { LetAppendsGo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await ServeAsync(log, new IngestLimits { MaxBodyBytes = 64 << 10, MaxDecompressedBytes = 64 << 10, MaxBytesInFlight = 256 << 10 });
        string body = Record("c1") + new string(' ', 60_000);
        List<Task<HttpResponseMessage>> sent = [.. Enumerable.Range(0, 8).Select(_ => PostAsync(new StringContent(body)))];
        await log.AppendBegan.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Task<HttpResponseMessage> refused = await Task.WhenAny(sent);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await refused).StatusCode);
        log.LetAppendsGo.SetResult();
        HttpResponseMessage[] answers = await Task.WhenAll(sent);
        Assert.Equal(answers.Count(a => a.StatusCode == HttpStatusCode.Accepted), Assert.Single(await _scratch.CallsAsync()).Value);
    }

    [Fact]
    public async Task A_full_log_stops_intake_with_503_and_keeps_nothing_of_the_request()
    {
        await ServeAsync(new FaultyLog(_scratch.Log, n => n == 1 ? AppendFate.Full : AppendFate.Done), new IngestLimits());
        HttpResponseMessage refused = await AssertRefusedAsync(
            HttpStatusCode.ServiceUnavailable, "The log is full, and nothing of this request was kept: no room", new StringContent($"[{Record("c1")},{{}}]"));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal((0, 0, 1), (_counters.Accepted, _counters.Quarantined, _counters.RefusedRequests));
        Assert.Empty(await _scratch.QuarantineAsync());
        await TakenAsync(Record("c1"), "application/json");
        Assert.Equal(["s1/c1/1"], (await _scratch.CallsAsync()).Keys);
    }

    [Fact]
    public async Task A_disk_without_room_is_answered_with_503()
    {
        await _scratch.ReopenAsync(minFreeBytes: long.MaxValue / 2);
        await ServeAsync(_scratch.Log, new IngestLimits());
        using HttpResponseMessage response = await PostAsync(new StringContent(Record("c1")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Empty(await _scratch.CallsAsync());
    }

    [Fact]
    public async Task A_stopping_instance_answers_503()
    {
        await _stopping.CancelAsync();
        await AssertRefusedAsync(HttpStatusCode.ServiceUnavailable, "Perimeter is stopping; send this again later.", new StringContent(Record("c1")));
    }

    [Fact]
    public async Task A_fault_is_answered_with_500_and_reported()
    {
        await ServeAsync(new FaultyLog(_scratch.Log, _ => AppendFate.DiesBefore), new IngestLimits());
        using HttpResponseMessage response = await PostAsync(new StringContent(Record("c1")));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.IsType<KilledException>(Assert.Single(_faults));
    }

    [Fact]
    public async Task An_empty_array_is_taken_and_writes_nothing()
    {
        Assert.Equal((0, 0, 0, 0), Counts(await TakenAsync("[]", "application/json")));
        Assert.Empty(await _scratch.FramesAsync(Topics.CallEvents));
    }

    [Fact]
    public async Task Many_requests_side_by_side_are_all_durable()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(request =>
            TakenAsync(string.Join('\n', Enumerable.Range(0, 50).Select(i => Record($"r{request}-{i}"))), "application/x-ndjson")));
        SortedDictionary<string, int> calls = await _scratch.CallsAsync();
        Assert.Equal(2000, calls.Count);
        Assert.All(calls.Values, count => Assert.Equal(1, count));
    }

    /// <summary>How many records a second are taken, durable, over loopback; see <see cref="ParseRates"/> for how to run it.</summary>
    [Fact(Explicit = true)]
    public async Task Batches_of_a_thousand_are_taken_at_a_rate_worth_telling()
    {
        const int senders = 8;
        TimeSpan measured = TimeSpan.FromSeconds(4);
        byte[][] bodies = [.. Enumerable.Range(0, senders).Select(s => Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 1000).Select(i => ParseRates.Json((s * 1000) + i)))))];
        long start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(bodies.Select(async body =>
        {
            while (TimeProvider.System.GetElapsedTime(start) < measured)
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                using HttpResponseMessage response = await PostAsync(content);
                Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            }
        }));
        output.WriteLine($"HTTP: {(long)(_counters.Accepted / TimeProvider.System.GetElapsedTime(start).TotalSeconds)} records/s durable, {senders} senders in this process, 1,000 records a request");
        Assert.Equal(0, _counters.Quarantined);
    }

    [Fact]
    public async Task Health_and_readiness_tell_the_truth_without_a_key()
    {
        _client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal("ok\n", await _client.GetStringAsync(new Uri(_address, "/healthz"), TestContext.Current.CancellationToken));
        Assert.Equal("""{"ready":true,"reasons":[]}""", await _client.GetStringAsync(new Uri(_address, "/readyz"), TestContext.Current.CancellationToken));
        _notReady = ["no configuration is published"];
        using HttpResponseMessage response = await _client.GetAsync(new Uri(_address, "/readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("""{"ready":false,"reasons":["no configuration is published"]}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string Record(string callId) => $$"""{"switch_id":"s1","call_id":"{{callId}}","setup_time":1749985200000}""";

    private static (int, int, int, int) Counts(JsonElement answer) => (
        answer.GetProperty("accepted").GetInt32(), answer.GetProperty("quarantined").GetInt32(), answer.GetProperty("repeats").GetInt32(), answer.GetProperty("unknown_fields").GetInt32());

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }

    private async Task ServeAsync(ILog log, IngestLimits limits)
    {
        var options = new CallRequestOptions(Key, limits, new FakeTimeProvider(Reading.Now), _stopping.Token) { OnFault = _faults.Add };
        IngestServer server = await IngestServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new CallRequests(log, options, _counters), () => _notReady, null, TestContext.Current.CancellationToken);
        _servers.Add(server);
        _address = new Uri($"http://127.0.0.1:{server.Port}");
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent content)
    {
        if (content is StringContent && content.Headers.ContentType?.MediaType == "text/plain")
        {
            content.Headers.ContentType = null;
        }

        return _client.PostAsync(new Uri(_address, "/v1/calls"), content, TestContext.Current.CancellationToken);
    }

    private async Task<JsonElement> TakenAsync(string body, string? contentType)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        using HttpResponseMessage response = await PostAsync(content);
        string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{response.StatusCode}: {answer}");
        return JsonDocument.Parse(answer).RootElement;
    }

    private async Task<HttpResponseMessage> AssertRefusedAsync(HttpStatusCode status, string error, HttpContent content)
    {
        HttpResponseMessage response = await PostAsync(content);
        string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((status, error), (response.StatusCode, JsonDocument.Parse(answer).RootElement.GetProperty("error").GetString()));
        return response;
    }

    /// <summary>Blanks, and no saying beforehand how many.</summary>
    private sealed class BlankStream(int length) : Stream
    {
        private int _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = Math.Min(count, _left);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            _left -= read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
