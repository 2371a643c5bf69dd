using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Perimeter.Warehouse.Tests.Http;

public sealed class ReaderHttpTests(EngineFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/ping")]
    [InlineData("/")]
    [InlineData("/replicas_status")]
    public async Task Health_checks_say_ok(string path)
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        Assert.Equal("Ok.\n", await server.Client.GetStringAsync(new Uri(server.Root, path), Cancellation));
    }

    [Fact]
    public async Task An_unknown_path_is_404_and_says_what_there_is()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri(server.Root, "/play"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("There is no handle GET /play", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_carries_the_headers_of_ClickHouse()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using HttpResponseMessage response = await server.GetAsync("SELECT count() FROM readers_calls WHERE id < 7", "query_id=mine-1");
        Assert.Equal("7\n", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("text/tab-separated-values; charset=UTF-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("mine-1", response.Headers.GetValues("X-ClickHouse-Query-Id").Single());
        Assert.Equal("TabSeparated", response.Headers.GetValues("X-ClickHouse-Format").Single());
        Assert.Equal("perimeter", response.Headers.GetValues("X-ClickHouse-Server-Display-Name").Single());
        Assert.NotEmpty(response.Headers.GetValues("X-ClickHouse-Timezone").Single());
        using JsonDocument summary = JsonDocument.Parse(response.Headers.GetValues("X-ClickHouse-Summary").Single());
        Assert.NotEqual("0", summary.RootElement.GetProperty("read_rows").GetString());
        Assert.Equal("1", summary.RootElement.GetProperty("result_rows").GetString());
        Assert.True(long.Parse(summary.RootElement.GetProperty("elapsed_ns").GetString()!, CultureInfo.InvariantCulture) > 0);
    }

    [Theory]
    [InlineData("SELECT * FROM no_such_table", 404, 60, "UNKNOWN_TABLE")]
    [InlineData("SELECT no_such_column FROM readers_calls", 404, 47, "UNKNOWN_IDENTIFIER")]
    [InlineData("SELECT no_such_function(1)", 404, 46, "UNKNOWN_FUNCTION")]
    [InlineData("SELECT 1 FORMAT NoSuchFormat", 404, 73, "UNKNOWN_FORMAT")]
    [InlineData("SELECT FROM WHERE", 400, 62, "SYNTAX_ERROR")]
    [InlineData("SELEC 1", 400, 62, "SYNTAX_ERROR")]
    [InlineData("SELECT throwIf(1)", 500, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO")]
    [InlineData("SELECT {absent:UInt8}", 500, 456, "UNKNOWN_QUERY_PARAMETER")]
    [InlineData("DROP TABLE readers_calls", 403, 164, "READONLY")]
    [InlineData("SELECT file('x')", 403, 446, "FUNCTION_NOT_ALLOWED")]
    [InlineData("SELECT sum(number) FROM numbers(1e12) SETTINGS max_execution_time = 1", 408, 159, "TIMEOUT_EXCEEDED")]
    [InlineData("SELECT groupArray(number) FROM numbers(1e9) SETTINGS max_memory_usage = 20000000", 500, 241, "MEMORY_LIMIT_EXCEEDED")]
    [InlineData("SELECT number FROM numbers(1e7) FORMAT JSON", 500, 396, "TOO_MANY_ROWS_OR_BYTES")]
    [InlineData("SELECT number FROM numbers(100) SETTINGS max_result_rows = 10", 500, 396, "TOO_MANY_ROWS_OR_BYTES")]
    public async Task An_error_has_the_status_the_code_and_the_words_of_ClickHouse(string sql, int status, int code, string name)
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using HttpResponseMessage response = await server.GetAsync(sql);
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal((status, code.ToString(CultureInfo.InvariantCulture)), ((int)response.StatusCode, response.Headers.GetValues("X-ClickHouse-Exception-Code").Single()));
        Assert.StartsWith($"Code: {code}. DB::Exception: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DB::Exception: Code:", text, StringComparison.Ordinal);
        Assert.Matches($@" \({name}\) \(version [\d.]+\)\n\z", text);
        Assert.Equal("text/plain; charset=UTF-8", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("session_id=a", 501, 344)]
    [InlineData("compress=1", 501, 48)]
    [InlineData("role=admin", 501, 344)]
    [InlineData("no_such_setting=1", 404, 115)]
    [InlineData("allow_ddl=1", 403, 164)]
    [InlineData("max_execution_time=soon", 400, 36)]
    [InlineData("default_format=../x", 400, 36)]
    [InlineData("database=no_such_database", 404, 81)]
    [InlineData("user=someone", 403, 516)]
    [InlineData("password=wrong", 403, 516)]
    [InlineData("query_id=a%0Ab", 400, 36)]
    [InlineData("default_format=Native&client_protocol_version=54460", 501, 48)]
    public async Task An_argument_that_cannot_be_honoured_is_refused(string argument, int status, int code)
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using HttpResponseMessage response = await server.GetAsync("SELECT 1", argument);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code.ToString(CultureInfo.InvariantCulture), response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [Theory]
    [InlineData("user=default&password=")]
    [InlineData("max_threads=8&readonly=2&send_progress_in_http_headers=1&log_queries=0&cancel_http_readonly_queries_on_client_close=1&wait_end_of_query=1&buffer_size=1")]
    [InlineData("max_execution_time=1000000&max_memory_usage=0&max_result_rows=0")]
    [InlineData("quota_key=a&database=system")]
    public async Task What_clients_send_by_habit_does_no_harm(string arguments)
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        Assert.Equal("1\n", await server.TextAsync("SELECT 1", arguments));
    }

    [Fact]
    public async Task Limits_cannot_be_raised_and_the_lock_is_on()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        const string Sql = "SELECT getSetting('readonly'), getSetting('max_threads'), getSetting('max_execution_time'), getSetting('max_memory_usage')";
        Assert.Equal("1\t1\t60\t536870912\n", await server.TextAsync(Sql, "max_threads=8&max_execution_time=61&max_memory_usage=99999999999"));
        Assert.Equal("1\t1\t5\t1000000\n", await server.TextAsync(Sql + " SETTINGS max_execution_time = 5", "max_execution_time=7&max_memory_usage=1000000"));
        Assert.Equal("1\t1\t60\t536870912\n", await server.TextAsync(Sql));
    }

    [Fact]
    public async Task A_query_may_stand_in_the_URL_in_the_body_or_in_both()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        Assert.Equal("1\n", await server.TextAsync("SELECT 1"));
        foreach ((string url, string body) in new[] { ("", "SELECT 1"), ("SELECT 1", ""), ("SELECT -- the rest follows", "1") })
        {
            using HttpResponseMessage response = await server.PostAsync(body, "query=" + Uri.EscapeDataString(url));
            Assert.Equal("1\n", await response.Content.ReadAsStringAsync(Cancellation));
        }
    }

    [Fact]
    public async Task A_query_may_come_as_a_form()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        using var form = new MultipartFormDataContent { { new StringContent("SELECT {a:UInt8} + 1"), "query" }, { new StringContent("41"), "param_a" } };
        using HttpResponseMessage response = await server.Client.PostAsync(server.Root, form, Cancellation);
        Assert.Equal("42\n", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task The_format_of_the_query_goes_before_that_of_the_URL_and_that_before_the_header()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        server.Client.DefaultRequestHeaders.Add("X-ClickHouse-Format", "CSV");
        Assert.Equal("\"a\"\n", await server.TextAsync("SELECT 'a' AS x"));
        Assert.Equal("{\"x\":\"a\"}\n", await server.TextAsync("SELECT 'a' AS x", "default_format=JSONEachRow"));
        Assert.Equal("<x>", (await server.TextAsync("SELECT 'a' AS x FORMAT XML; ", "default_format=JSONEachRow")).Split('\n').Select(l => l.Trim()).First(l => l.StartsWith("<x>", StringComparison.Ordinal))[..3]);
    }

    [Fact]
    public async Task Parameters_are_values_not_text()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        Assert.Equal("5\t\\'; DROP TABLE x --\t['a','b']\t2024-01-02\t\\N\n", await server.TextAsync(
            "SELECT {n:UInt32}, {s:String}, {a:Array(String)}, {d:Date}, {z:Nullable(String)}",
            "param_n=5&param_s=" + Uri.EscapeDataString("'; DROP TABLE x --") + "&param_a=" + Uri.EscapeDataString("['a','b']") + "&param_d=2024-01-02&param_z=%5CN"));
        Assert.Equal("1000\n", await server.TextAsync("SELECT count() FROM {db:Identifier}.{t:Identifier}", "param_db=default&param_t=readers_calls"));
    }

    [Fact]
    public async Task Settings_of_one_query_do_not_reach_the_next()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture, o => o with { MaxConcurrentQueries = 1 });
        const string Sql = "SELECT toUInt64(1) AS a FORMAT JSONEachRow";
        Assert.Equal("{\"a\":\"1\"}\n", await server.TextAsync(Sql, "output_format_json_quote_64bit_integers=1"));
        Assert.Equal("{\"a\":1}\n", await server.TextAsync(Sql));
        Assert.Equal("{\"a\":\"1\"}\n", await server.TextAsync("SELECT toUInt64(1) AS a SETTINGS output_format_json_quote_64bit_integers = 1 FORMAT JSONEachRow"));
    }

    [Fact]
    public async Task An_answer_is_compressed_where_both_header_and_setting_ask_for_it()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        server.Client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using HttpResponseMessage plain = await server.GetAsync("SELECT number FROM numbers(100000)");
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using HttpResponseMessage packed = await server.GetAsync("SELECT number FROM numbers(100000)", "enable_http_compression=1");
        Assert.Equal("gzip", packed.Content.Headers.ContentEncoding.Single());
        await using var unpacked = new GZipStream(await packed.Content.ReadAsStreamAsync(Cancellation), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        Assert.Equal(await plain.Content.ReadAsStringAsync(Cancellation), await reader.ReadToEndAsync(Cancellation));
    }

    [Fact]
    public async Task A_body_may_be_compressed()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        var bytes = new MemoryStream();
        await using (var gzip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("SELECT 'packed'"), Cancellation);
        }

        foreach ((byte[] body, string encoding, int status, string text) in new[]
        {
            (bytes.ToArray(), "gzip", 200, "packed\n"),
            ("SELECT 1"u8.ToArray(), "gzip", 400, "Code: 271."),
            ("SELECT 1"u8.ToArray(), "snappy", 501, "Code: 89."),
        })
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentEncoding.Add(encoding);
            using HttpResponseMessage response = await server.Client.PostAsync(server.Root, content, Cancellation);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.StartsWith(text, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_query_that_is_too_long_is_413()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture, o => o with { MaxQueryBytes = 1000 });
        using HttpResponseMessage response = await server.PostAsync("SELECT '" + new string('x', 1000) + "'");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("990\n", await server.TextAsync("SELECT length('" + new string('x', 900) + "') + 90"));
    }

    [Fact]
    public async Task The_one_user_may_have_a_password()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture, o => o with { Password = "sesame" });
        using HttpResponseMessage none = await server.GetAsync("SELECT 1");
        Assert.Equal(HttpStatusCode.Forbidden, none.StatusCode);
        Assert.Equal("1\n", await server.TextAsync("SELECT 1", "user=default&password=sesame"));
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("default:sesame"u8));
        Assert.Equal("1\n", await server.TextAsync("SELECT 1"));
        server.Client.DefaultRequestHeaders.Authorization = null;
        server.Client.DefaultRequestHeaders.Add("X-ClickHouse-User", "default");
        server.Client.DefaultRequestHeaders.Add("X-ClickHouse-Key", "sesame");
        Assert.Equal("1\n", await server.TextAsync("SELECT 1"));
    }

    [Theory]
    [InlineData("SHOW TABLES LIKE 'readers_calls'", "readers_calls\n")]
    [InlineData("EXISTS TABLE readers_calls", "1\n")]
    [InlineData("EXPLAIN SYNTAX SELECT 1", "SELECT 1\nFROM system.one\n")]
    [InlineData("(SELECT 1) UNION ALL (SELECT 2)", "1\n2\n")]
    [InlineData("WITH x AS (SELECT 3 AS a) SELECT a FROM x", "3\n")]
    [InlineData("FROM readers_calls SELECT max(id)", "999\n")]
    [InlineData("SELECT count() FROM merge('default', '^readers_calls$')", "1000\n")]
    [InlineData("SELECT trim(BOTH 'x' FROM 'xax'), extract(YEAR FROM toDate('2024-05-01')), 'a' IN ('a', 'b')", "a\t2024\t1\n")]
    [InlineData("SELECT 1 AS `USD/min`, x.file FROM (SELECT 2 AS file) AS x; -- a comment", "1\t2\n")]
    [InlineData("SELECT name FROM system.settings WHERE name = 'max_threads'", "max_threads\n")]
    [InlineData("SELECT x'41', b'01000010', 0x1F, 1.5e-1, -.5, [1, 2][1], (1, 2).1, 'it''s', 'a\\'b', '\u00e9'", "A\tB\t31\t0.15\t-0.5\t1\t1\tit\\'s\ta\\'b\t\u00e9\n")]
    public async Task Reading_in_all_its_forms_is_allowed(string sql, string expected)
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        Assert.Equal(expected, await server.TextAsync(sql));
    }
}
