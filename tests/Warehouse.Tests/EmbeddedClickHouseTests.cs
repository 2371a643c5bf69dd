using System.Text;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Http;

namespace Perimeter.Warehouse.Tests;

public sealed class EmbeddedClickHouseTests(EngineFixture fixture)
{
    [Fact]
    public void A_query_gives_its_rows_in_the_format_asked_for()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        using ClickHouseResult result = connection.Query("SELECT number, number * 2 AS twice FROM numbers(3)", "CSVWithNames");
        Assert.Equal("\"number\",\"twice\"\n0,0\n1,2\n2,4\n", Encoding.UTF8.GetString(result.Bytes));
        Assert.Equal(3, result.Rows);
        Assert.True(result.Elapsed > TimeSpan.Zero);
    }

    [Fact]
    public void A_statement_without_a_result_gives_no_bytes()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        using ClickHouseResult result = connection.Query("SELECT 1 WHERE 0", "TabSeparated");
        Assert.True(result.Bytes.IsEmpty);
    }

    [Fact]
    public void A_refused_statement_carries_the_engines_code_and_words()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        var unknownTable = Assert.Throws<ClickHouseException>(() => connection.Execute("SELECT * FROM no_such_table"));
        Assert.Equal(60, unknownTable.Code);
        Assert.Contains("no_such_table", unknownTable.Message, StringComparison.Ordinal);
        var syntax = Assert.Throws<ClickHouseException>(() => connection.Execute("SELEKT 1"));
        Assert.Equal(62, syntax.Code);
    }

    [Fact]
    public void A_message_without_a_code_is_kept_whole()
    {
        var e = ClickHouseException.Parse("the engine has gone");
        Assert.Equal(ClickHouseException.NoCode, e.Code);
        Assert.Equal("the engine has gone", e.Message);
    }

    [Fact]
    public void Parameters_are_values_and_never_part_of_the_statement()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        using ClickHouseResult result = connection.Query(
            "SELECT {n:UInt64} + 1, {s:String}", "TabSeparated", [new("n", "41"), new("s", "'; DROP TABLE x; --")]);
        Assert.Equal("42\t\\'; DROP TABLE x; --\n", Encoding.UTF8.GetString(result.Bytes));
    }

    [Fact]
    public void Connections_have_settings_of_their_own_and_share_the_tables()
    {
        using ClickHouseConnection one = fixture.Engine.Connect();
        using ClickHouseConnection two = fixture.Engine.Connect();
        one.Execute("CREATE TABLE shared (a UInt8) ENGINE = MergeTree ORDER BY a");
        one.Execute("SET max_threads = 1");
        two.Execute("SET max_threads = 2");
        one.Execute("INSERT INTO shared SELECT 7");
        Assert.Equal("7\t1\n", one.QueryText("SELECT a, getSetting('max_threads') FROM shared"));
        Assert.Equal("7\t2\n", two.QueryText("SELECT a, getSetting('max_threads') FROM shared"));
        one.Execute("DROP TABLE shared");
    }

    [Fact]
    public void A_stream_gives_a_large_result_in_pieces_that_add_up_to_the_whole()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        long bytes = 0;
        int pieces = 0;
        using (ClickHouseStream stream = connection.Stream("SELECT number FROM numbers(1000000)"u8, "TabSeparated", []))
        {
            while (stream.Next() is { } piece)
            {
                using (piece)
                {
                    bytes += piece.Bytes.Length;
                    pieces++;
                }
            }
        }

        Assert.Equal(6_888_890, bytes);
        Assert.True(pieces > 1);
    }

    [Fact]
    public void A_stream_that_is_left_early_frees_its_connection()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        using (ClickHouseStream stream = connection.Stream("SELECT number FROM system.numbers"u8, "TabSeparated", []))
        {
            stream.Next()!.Dispose();
        }

        Assert.Equal("1\n", connection.QueryText("SELECT 1"));
    }

    [Fact]
    public async Task A_stream_of_which_nothing_was_read_ends_when_it_is_let_go()
    {
        const string Mark = "let go unread";
        using ClickHouseConnection connection = fixture.Engine.Connect();
        connection.Execute($"SET log_comment = '{Mark}', max_block_size = 1, function_sleep_max_microseconds_per_block = 0");
        ClickHouseStream stream = connection.Stream("SELECT sum(sleepEachRow(0.1)) FROM numbers(3000)"u8, "TabSeparated", []);
        var end = new QueryEnd(fixture.Engine, Mark, CancellationToken.None);
        await end.LetGoAsync(stream).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("1\n", connection.QueryText("SELECT 1"));
    }

    [Fact]
    public void A_stream_that_fails_on_the_way_says_so()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        var e = Assert.Throws<ClickHouseException>(() =>
        {
            using ClickHouseStream stream = connection.Stream("SELECT throwIf(number = 900000) FROM numbers(1000000)"u8, "TabSeparated", []);
            while (stream.Next() is { } piece)
            {
                piece.Dispose();
            }
        });
        Assert.Equal(395, e.Code);
    }

    [Fact]
    public void The_engine_keeps_to_the_limits_it_was_opened_with()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        Assert.Equal(
            "background_pool_size\t2\nmark_cache_size\t67108864\nmax_server_memory_usage\t2147483648\nuncompressed_cache_size\t0\n",
            connection.QueryText(
                """
                SELECT name, value FROM system.server_settings
                WHERE name IN ('max_server_memory_usage', 'mark_cache_size', 'uncompressed_cache_size', 'background_pool_size') ORDER BY name
                """));
    }

    [Fact]
    public void A_second_engine_in_the_process_is_refused()
    {
        _ = fixture.Engine;
        string other = Path.Combine(Path.GetTempPath(), $"perimeter-warehouse-{Guid.NewGuid():N}");
        var e = Assert.Throws<WarehouseUnavailableException>(() => EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = other }));
        Assert.Contains(other, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_written_is_there_after_the_engine_is_opened_again()
    {
        EngineFixture.RequireLibrary();
        using (ClickHouseConnection connection = fixture.Engine.Connect())
        {
            connection.Execute("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a");
            connection.Execute("INSERT INTO kept SELECT number + 1 FROM numbers(2)");
        }

        fixture.Close();
        using ClickHouseConnection again = fixture.Engine.Connect();
        Assert.Equal("2\n", again.QueryText("SELECT count() FROM kept"));
        again.Execute("DROP TABLE kept");
    }
}
