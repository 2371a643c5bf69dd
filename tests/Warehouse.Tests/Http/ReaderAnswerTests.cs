using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Perimeter.Warehouse.Http;

namespace Perimeter.Warehouse.Tests.Http;

public sealed partial class ReaderAnswerTests(EngineFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Formats { get; } =
    [
        "TabSeparated", "TSVRaw", "TabSeparatedWithNames", "TabSeparatedWithNamesAndTypes", "TSKV", "CSV", "CSVWithNames", "CSVWithNamesAndTypes",
        "JSON", "JSONCompact", "JSONStrings", "JSONColumns", "JSONEachRow", "JSONCompactEachRow", "JSONCompactEachRowWithNames", "JSONCompactEachRowWithNamesAndTypes",
        "JSONCompactStringsEachRowWithNamesAndTypes", "JSONObjectEachRow", "XML", "Pretty", "PrettyCompact", "PrettySpaceNoEscapes", "Vertical", "Values", "Markdown", "SQLInsert",
        "Native", "RowBinary", "RowBinaryWithNames", "RowBinaryWithNamesAndTypes", "MsgPack", "Arrow", "ArrowStream", "Parquet", "ORC", "Null",
    ];

    // Two and more pieces; none; one; totals and extremes; names with ends of lines and quotes in them.
    private static readonly string[] Queries =
    [
        "SELECT number, toString(number) AS \"a name, \"\"quoted\"\"\nof two lines\" FROM numbers(150000)",
        "SELECT number FROM numbers(3) WHERE number > 5",
        "SELECT id, route, charge, at FROM readers_calls ORDER BY id",
        "SELECT route, sum(charge) AS charge FROM readers_calls GROUP BY route WITH TOTALS ORDER BY route",
        "SELECT number FROM numbers(70000) ORDER BY number SETTINGS extremes = 1",
    ];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task The_bytes_are_those_of_the_engine_in_every_format(string format)
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using ClickHouseConnection connection = fixture.Engine.Connect();
        connection.Execute("SET max_threads = 1");
        foreach (string sql in Queries)
        {
            byte[] expected;
            using (ClickHouseResult result = connection.Query(sql, format))
            {
                expected = result.Bytes.ToArray();
            }

            using HttpResponseMessage response = await server.GetAsync(sql, "default_format=" + format);
            byte[] given = await response.Content.ReadAsByteArrayAsync(Cancellation);
            Assert.Equal(format, response.Headers.GetValues("X-ClickHouse-Format").Single());
            if (format == "Native")
            {
                // Blocks may be cut elsewhere; the rows are compared by a client that reads it. Here: nothing is lost.
                Assert.InRange(given.Length, expected.Length, expected.Length + 1000);
            }
            else if (format.StartsWith("JSON", StringComparison.Ordinal) || format == "XML")
            {
                Assert.Equal(Timeless(expected), Timeless(given));
            }
            else
            {
                Assert.True(expected.AsSpan().SequenceEqual(given), $"{sql}: {given.Length} bytes, the engine gives {expected.Length}");
            }
        }
    }

    [Fact]
    public async Task A_large_answer_streams()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        long before = process.WorkingSet64;
        long peak = 0;
        long bytes = 0;
        long lines = 0;
        using HttpResponseMessage response = await server.Client.GetAsync(
            new Uri(server.Root, "?query=" + Uri.EscapeDataString("SELECT number, toString(number) FROM numbers(10000000)")), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        byte[] buffer = new byte[1 << 20];
        while (await body.ReadAsync(buffer, Cancellation) is > 0 and int read)
        {
            bytes += read;
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            if (lines % 500_000 < 10_000)
            {
                process.Refresh();
                peak = Math.Max(peak, process.WorkingSet64);
            }
        }

        Assert.Equal((10_000_000, 157_777_780), (lines, bytes));
        Assert.True(peak - before < 150 << 20, $"{(peak - before) >> 20} MB more in use for an answer of {bytes >> 20} MB");
    }

    [Fact]
    public async Task An_answer_beyond_its_limit_breaks_off_with_the_reason()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture, o => o with { MaxResultBytes = 10 << 20 });
        using HttpResponseMessage response = await server.Client.GetAsync(
            new Uri(server.Root, "?query=" + Uri.EscapeDataString("SELECT number FROM numbers(10000000)")), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
            await body.CopyToAsync(Stream.Null, Cancellation);
        });

        // Small enough to be held back, it has a proper status.
        await using ReaderServer small = await ReaderServer.StartAsync(fixture, o => o with { MaxResultBytes = 1000 });
        using HttpResponseMessage refused = await small.GetAsync("SELECT number FROM numbers(10000000)");
        Assert.Equal("396", refused.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [Fact]
    public async Task A_query_that_fails_before_its_first_megabyte_has_the_status_of_its_failure()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using HttpResponseMessage response = await server.GetAsync("SELECT number, throwIf(number = 100000) FROM numbers(200000)");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("395", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [Fact]
    public async Task With_wait_end_of_query_a_late_failure_has_its_status_too()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using HttpResponseMessage response = await server.GetAsync("SELECT number, throwIf(number = 249000) FROM numbers(249500)", "wait_end_of_query=1");
        Assert.Equal("395", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [Fact]
    public async Task A_limit_of_the_readers_own_may_cut_the_answer()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        string text = await server.TextAsync("SELECT number FROM numbers(1000000)", "max_result_rows=100&result_overflow_mode=break&max_block_size=50");
        Assert.InRange(text.Count(c => c == '\n'), 100, 150);
        using HttpResponseMessage tooFar = await server.GetAsync("SELECT number FROM numbers(1000000) FORMAT JSON", "max_result_rows=900000&result_overflow_mode=break");
        Assert.Equal("396", tooFar.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [Fact]
    public async Task A_reader_who_goes_away_ends_his_query()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture, o => o with { MaxConcurrentQueries = 1 });
        using (var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation))
        {
            Task<HttpResponseMessage> long_ = server.Client.GetAsync(
                new Uri(server.Root, "?query=" + Uri.EscapeDataString("SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 0")), leave.Token);
            await UntilAsync(() => Running("sipHash64(number) = 0") == 1);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => long_);
        }

        await UntilAsync(() => Running("sipHash64(number) = 0") == 0);
        Assert.Equal("1\n", await server.TextAsync("SELECT 1"));
    }

    [Fact]
    public async Task Stopping_ends_the_queries_that_run()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        Task<HttpResponseMessage> running = server.GetAsync("SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 1");
        await UntilAsync(() => Running("sipHash64(number) = 1") == 1);
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.Equal(0, Running("sipHash64(number) = 1"));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => running);
    }

    [Fact]
    public async Task Readers_beyond_the_queue_are_told_to_come_back()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(
            fixture, o => o with { MaxConcurrentQueries = 1, MaxQueuedQueries = 1, MaxQueueWait = TimeSpan.FromMilliseconds(200) });
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<HttpResponseMessage> running = server.Client.GetAsync(
            new Uri(server.Root, "?query=" + Uri.EscapeDataString("SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 2")), leave.Token);
        await UntilAsync(() => Running("sipHash64(number) = 2") == 1);
        HttpResponseMessage[] refused = await Task.WhenAll(server.GetAsync("SELECT 1"), server.GetAsync("SELECT 2"), server.GetAsync("SELECT 3"));
        foreach (HttpResponseMessage response in refused)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("202", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
            Assert.NotNull(response.Headers.RetryAfter);
            response.Dispose();
        }

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilAsync(() => Running("sipHash64(number) = 2") == 0);
        Assert.Equal("1\n", await server.TextAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_with_what_to_do()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        var e = await Assert.ThrowsAsync<IOException>(() => ClickHouseHttp.StartAsync(fixture.Engine, new ClickHouseHttpOptions { Address = server.Address }, Cancellation));
        Assert.Contains("choose another", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_by_hand_over_a_socket_is_answered_as_http()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Address, Cancellation);
        await using NetworkStream stream = socket.GetStream();
        await stream.WriteAsync("GET /?query=SELECT+1%2B1+FORMAT+PrettyCompact&output_format_pretty_color=0 HTTP/1.0\r\n\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string answer = await reader.ReadToEndAsync(Cancellation);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("│          2 │", answer, StringComparison.Ordinal);
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private long Running(string part)
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        return long.Parse(
            connection.QueryText($"SELECT count() FROM system.processes WHERE position(query, '{part}') > 0 AND position(query, 'system.processes') = 0"), CultureInfo.InvariantCulture);
    }

    private static string Timeless(byte[] bytes) => Statistics().Replace(Encoding.UTF8.GetString(bytes), "");

    [GeneratedRegex("\"(?:elapsed|rows_read|bytes_read)\": [\\d.e-]+|<(elapsed|rows_read|bytes_read)>[^<]*")]
    private static partial Regex Statistics();
}
