using System.Data;
using System.Data.Common;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.Utility;
using DriverConnection = ClickHouse.Driver.ADO.ClickHouseConnection;

namespace Perimeter.Warehouse.Tests.Http;

/// <summary>ClickHouse's own driver for .NET, as a reader.</summary>
public sealed class ReaderClientTests(EngineFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(";Compression=false")]
    [InlineData(";set_max_execution_time=5;set_join_use_nulls=1")]
    public async Task The_driver_connects_and_reads_rows_with_parameters_of_several_types(string options)
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        await using DriverConnection connection = Connect(server, options);
        await connection.OpenAsync(Cancellation);
        Assert.StartsWith("26.", (string)(await connection.ExecuteScalarAsync("SELECT version()"))!, StringComparison.Ordinal);
        await using ClickHouseCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, route, charge, at, {flag:Bool} AS flag, {list:Array(UInt32)} AS list, {none:Nullable(String)} AS none "
            + "FROM readers_calls WHERE id >= {from:UInt32} AND route = {route:String} AND charge < {charge:Decimal(18, 9)} AND at >= {at:DateTime64(3, 'UTC')} ORDER BY id";
        command.AddParameter("from", 5u);
        command.AddParameter("route", "route 7");
        command.AddParameter("charge", 0.05m);
        command.AddParameter("at", new DateTime(2023, 11, 14, 22, 13, 30, DateTimeKind.Utc));
        command.AddParameter("flag", true);
        command.AddParameter("list", new uint[] { 1, 2, 3 });
        command.AddParameter("none", DBNull.Value);
        await using DbDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<uint> ids = [];
        while (await reader.ReadAsync(Cancellation))
        {
            ids.Add(Convert.ToUInt32(reader["id"], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal("route 7", reader["route"]);
            Assert.Equal(ids[^1] / 1000m, Convert.ToDecimal(reader["charge"], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc).AddSeconds(ids[^1]), reader.GetDateTime(reader.GetOrdinal("at")));
            Assert.Equal(true, reader["flag"]);
            Assert.Equal(new uint[] { 1, 2, 3 }, reader["list"]);
            Assert.Equal(DBNull.Value, reader["none"]);
        }

        // 7 is before the instant asked for.
        Assert.Equal([17, 27, 37, 47], ids);
    }

    [Fact]
    public async Task The_driver_reads_an_answer_of_many_pieces_to_its_end()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        await using DriverConnection connection = Connect(server, "");
        await using ClickHouseCommand command = connection.CreateCommand();
        command.CommandText = "SELECT number, toString(number) AS text FROM numbers(300000)";
        await using DbDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        ulong next = 0;
        while (await reader.ReadAsync(Cancellation))
        {
            Assert.Equal(next, reader.GetFieldValue<ulong>(0));
            next++;
        }

        Assert.Equal(300_000UL, next);
    }

    [Fact]
    public async Task The_driver_gets_an_error_as_its_own()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        await using DriverConnection connection = Connect(server, "");
        var e = await Assert.ThrowsAsync<ClickHouse.Driver.ClickHouseServerException>(() => connection.ExecuteScalarAsync("SELECT * FROM no_such_table"));
        Assert.Equal(60, e.ErrorCode);
        var refused = await Assert.ThrowsAsync<ClickHouse.Driver.ClickHouseServerException>(() => connection.ExecuteScalarAsync("DROP TABLE readers_calls"));
        Assert.Equal(164, refused.ErrorCode);
    }

    [Fact]
    public async Task Readers_read_while_a_writer_writes_and_see_whole_inserts_only()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture, o => o with { MaxConcurrentQueries = 2, MaxQueueWait = TimeSpan.FromSeconds(60) });
        const int Inserts = 40;
        const int RowsOfOne = 5_000;
        Task writer = Task.Run(
            () =>
            {
                using ClickHouseConnection connection = fixture.Engine.Connect();
                for (int i = 1; i <= Inserts; i++)
                {
                    connection.Execute($"INSERT INTO readers_calls SELECT 1000 + number, 'written', 1, now64(3) FROM numbers({RowsOfOne})");
                }
            },
            Cancellation);
        Task[] readers = [.. Enumerable.Range(0, 6).Select(_ => Task.Run(
            async () =>
            {
                long last = 0;
                do
                {
                    string[] text = (await server.TextAsync("SELECT count(), sum(charge) FROM readers_calls WHERE id >= 1000")).TrimEnd('\n').Split('\t');
                    long rows = long.Parse(text[0], System.Globalization.CultureInfo.InvariantCulture);
                    Assert.Equal(0, rows % RowsOfOne);
                    Assert.Equal(rows, decimal.Parse(text[1], System.Globalization.CultureInfo.InvariantCulture));
                    Assert.True(rows >= last, "What was seen stays.");
                    last = rows;
                }
                while (last < Inserts * RowsOfOne && !writer.IsFaulted);
            },
            Cancellation))];
        await writer;
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    private static DriverConnection Connect(ReaderServer server, string options) =>
        new($"Host={server.Address.Address};Port={server.Address.Port};Database=default;Username=default;Password={options}");
}
