using System.Net;
using System.Net.Sockets;
using System.Text;
using Perimeter.Warehouse.Columns;
using Perimeter.Warehouse.Http;
using Perimeter.Warehouse.Server;

namespace Perimeter.Warehouse.Tests.Http;

public sealed class WriterHttpTests(EngineFixture fixture)
{
    private const string Key = "the key of the writer";

    private readonly string _spool = Path.Combine(Path.GetTempPath(), $"perimeter-inserts-{Guid.NewGuid():N}");

    [Fact]
    public async Task Every_kind_of_column_arrives_by_the_driver_as_it_does_in_process()
    {
        await using ClickHouseHttp http = await StartAsync();
        using ClickHouseServer server = Server(http, Key);
        using IWarehouseConnection connection = server.Connect();
        connection.Execute("DROP TABLE IF EXISTS kinds");
        connection.Execute(
            "CREATE TABLE kinds (k UInt8, i8 Int8, u16 UInt16, u64 UInt64, t DateTime64(3, 'UTC'), d Date, e Enum8('one' = 1, 'two' = 2), m Decimal(18, 9), s Decimal(38, 9), b String) ENGINE = MergeTree ORDER BY tuple()");
        var set = new ColumnSet();
        set.AddNumber<sbyte>("i8").Values[0] = sbyte.MinValue;
        set.AddNumber<ushort>("u16").Values[0] = ushort.MaxValue;
        set.AddNumber<ulong>("u64").Values[0] = ulong.MaxValue;
        set.AddInstant("t").Values[0] = 1_700_000_000_123;
        set.AddNumber<ushort>("d").Values[0] = 19_675;
        set.AddNumber<sbyte>("e").Values[0] = 2;
        set.AddDecimal("m", 9).Values[0] = -1_234_567_890_123;
        set.AddSum("s").Values[0] = (Int128)long.MinValue * 10;
        set.AddBytes("b").Add([(byte)'a', 0, (byte)';', 255]);
        set.Rows = 1;
        connection.Insert("kinds", set, ("k", "toUInt8(1)"));
        using (IWarehouseConnection inProcess = fixture.Engine.Connect())
        {
            inProcess.Insert("kinds", set, ("k", "toUInt8(2)"));
        }

        Assert.Equal("1\t2\t2\n", connection.QueryText("SELECT uniqExact(tuple(* EXCEPT k)), count(), countIf(b = unhex('61003BFF')) FROM kinds"));
        connection.Execute("DROP TABLE kinds");
    }

    [Fact]
    public async Task A_long_result_comes_in_whole_blocks()
    {
        await using ClickHouseHttp http = await StartAsync();
        using ClickHouseServer server = Server(http, Key);
        using IWarehouseConnection connection = server.Connect([new QuerySetting("max_block_size", "4096")]);
        using IWarehouseStream stream = connection.StreamBlocks("SELECT number, repeat('x', number % 50) AS s FROM numbers({n:UInt64})"u8, [new QueryParameter("n", "500000")]);
        var blocks = new NativeBlocks();
        ulong sum = 0;
        long bytes = 0;
        while (stream.Next() is { } piece)
        {
            for (int at = 0; blocks.TryRead(piece.Bytes, ref at, out NativeBlock block);)
            {
                foreach (ulong number in block.Numbers<ulong>(0))
                {
                    sum += number;
                }

                foreach (TextPlace text in block.Texts(1))
                {
                    bytes += text.Length;
                }
            }
        }

        Assert.Equal(499_999UL * 250_000, sum);
        Assert.Equal(10_000L * (49 * 50 / 2), bytes);
    }

    [Fact]
    public async Task An_insert_is_one_part_whatever_its_settings_say()
    {
        await using ClickHouseHttp http = await StartAsync();
        using ClickHouseServer server = Server(http, Key);
        using IWarehouseConnection connection = server.Connect(
            [new QuerySetting("min_insert_block_size_rows", "1000"), new QuerySetting("max_block_size", "1000"), new QuerySetting("max_partitions_per_insert_block", "100")]);
        connection.Execute("DROP TABLE IF EXISTS one_part");
        connection.Execute("CREATE TABLE one_part (n UInt64) ENGINE = MergeTree PARTITION BY intDiv(n, 1000000) ORDER BY n");
        connection.InsertSelect("INSERT INTO one_part (n) SELECT number FROM numbers(100000)", []);
        Assert.Equal("100000\t1\n", connection.QueryText("SELECT count(), uniqExact(_part) FROM one_part"));
        Assert.Equal(252, Assert.Throws<ClickHouseException>(() => connection.InsertSelect("INSERT INTO one_part (n) SELECT number * 1000 FROM numbers(2000)", [])).Code);
        Assert.Equal("100000\n", connection.QueryText("SELECT count() FROM one_part"));
        connection.Execute("DROP TABLE one_part");
    }

    [Fact]
    public async Task A_body_that_is_cut_short_inserts_nothing_and_leaves_nothing()
    {
        await using ClickHouseHttp http = await StartAsync();
        using ClickHouseServer server = Server(http, Key);
        using IWarehouseConnection connection = server.Connect();
        connection.Execute("DROP TABLE IF EXISTS cut_short");
        connection.Execute("CREATE TABLE cut_short (n UInt64) ENGINE = MergeTree ORDER BY n");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(http.Address, TestContext.Current.CancellationToken);
            string head = $"POST /?query=INSERT%20INTO%20cut_short%20FORMAT%20TSV&user=writer&password={Uri.EscapeDataString(Key)} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n1\n2\n3\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            while (!Directory.EnumerateFiles(_spool).Any())
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }

        while (Directory.EnumerateFiles(_spool).Any())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal("0\n", connection.QueryText("SELECT count() FROM cut_short"));
        connection.Execute("DROP TABLE cut_short");
    }

    [Fact]
    public async Task A_query_that_is_killed_ends_and_says_so()
    {
        await using ClickHouseHttp http = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{http.Address}/") };
        Task<HttpResponseMessage> running = client.PostAsync(Url("query_id=a/1"), new StringContent("SELECT sum(sleepEachRow(0.1)) FROM numbers(3000) SETTINGS max_block_size = 1 FORMAT TSV"), TestContext.Current.CancellationToken);
        while (await PostAsync(client, "KILL QUERY WHERE startsWith(query_id, 'a/') SYNC") is var killed && !running.IsCompleted)
        {
            Assert.Equal(HttpStatusCode.OK, killed.StatusCode);
            await Task.WhenAny(running, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        using HttpResponseMessage answer = await running;
        Assert.Equal("394", answer.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [Theory]
    [InlineData("SELECT * FROM file('/etc/hosts', LineAsString)", 446)]
    [InlineData("CREATE TABLE outside (n UInt8) ENGINE = Memory", 344)]
    [InlineData("SELECT 1; SELECT 2", 62)]
    [InlineData("GRANT ALL ON *.* TO x", 62)]
    public async Task The_writer_reaches_no_further_than_the_tables(string sql, int code)
    {
        await using ClickHouseHttp http = await StartAsync();
        using ClickHouseServer server = Server(http, Key);
        using IWarehouseConnection connection = server.Connect();
        Assert.Equal(code, Assert.Throws<ClickHouseException>(() => connection.Execute(sql)).Code);
    }

    [Fact]
    public async Task Another_key_is_refused()
    {
        await using ClickHouseHttp http = await StartAsync();
        using ClickHouseServer server = Server(http, "not the key");
        using IWarehouseConnection connection = server.Connect();
        Assert.Equal(516, Assert.Throws<ClickHouseException>(() => connection.Execute("SELECT 1")).Code);
    }

    private static string Url(string arguments) => $"?user=writer&password={Uri.EscapeDataString(Key)}&{arguments}";

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string sql) => client.PostAsync(Url(""), new StringContent(sql), TestContext.Current.CancellationToken);

    private static ClickHouseServer Server(ClickHouseHttp http, string key) =>
        new(new ClickHouseServerOptions { Address = new Uri($"http://{http.Address}"), User = WriterOptions.User, Password = key });

    private Task<ClickHouseHttp> StartAsync() => ClickHouseHttp.StartWriterAsync(
        fixture.Engine, new ClickHouseHttpOptions { Address = new IPEndPoint(IPAddress.Loopback, 0), Password = Key }, new WriterOptions { SpoolFolder = _spool });
}
