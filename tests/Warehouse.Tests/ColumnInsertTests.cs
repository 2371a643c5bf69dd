using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Warehouse.Tests;

public sealed class ColumnInsertTests(EngineFixture fixture)
{
    [Fact]
    public void Every_kind_of_column_arrives_as_it_was_filled()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        connection.Execute(
            """
            CREATE TABLE kinds (i8 Int8, u8 UInt8, i16 Int16, u16 UInt16, i32 Int32, u32 UInt32, i64 Int64, u64 UInt64,
              t DateTime64(3, 'UTC'), d Date, e Enum8('one' = 1, 'two' = 2), m Decimal(18, 9), s Decimal(38, 9), b String) ENGINE = MergeTree ORDER BY u64
            """);
        var set = new ColumnSet();
        set.AddNumber<sbyte>("i8").Values[0] = sbyte.MinValue;
        set.AddNumber<byte>("u8").Values[0] = byte.MaxValue;
        set.AddNumber<short>("i16").Values[0] = short.MinValue;
        set.AddNumber<ushort>("u16").Values[0] = ushort.MaxValue;
        set.AddNumber<int>("i32").Values[0] = int.MinValue;
        set.AddNumber<uint>("u32").Values[0] = uint.MaxValue;
        set.AddNumber<long>("i64").Values[0] = long.MinValue;
        set.AddNumber<ulong>("u64").Values[0] = ulong.MaxValue;
        set.AddInstant("t").Values[0] = 1_700_000_000_123;
        set.AddNumber<ushort>("d").Values[0] = 19_675;
        set.AddNumber<sbyte>("e").Values[0] = 2;
        set.AddDecimal("m", 9).Values[0] = -1_234_567_890_123;
        set.AddSum("s").Values[0] = (Int128)long.MinValue * 10;
        set.AddBytes("b").Add([(byte)'a', 0, (byte)';', 255]);
        set.Rows = 1;
        connection.Insert("kinds", set);
        Assert.Equal(
            "-128\t255\t-32768\t65535\t-2147483648\t4294967295\t-9223372036854775808\t18446744073709551615\t2023-11-14 22:13:20.123\t2023-11-14\ttwo\t-1234.567890123\t-92233720368.54775808\t61003BFF\n",
            connection.QueryText("SELECT * REPLACE (hex(b) AS b) FROM kinds"));
        connection.Execute("DROP TABLE kinds");
    }

    [Fact]
    public void Part_of_a_block_is_a_block_and_its_columns_are_taken_whole_or_row_by_row()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        using ClickHouseResult result = connection.Query("SELECT toUInt32(number * 3) AS n, toString(number) AS t FROM numbers(10) SETTINGS max_block_size = 100", "Native", []);
        var blocks = new NativeBlocks();
        int at = 0;
        Assert.True(blocks.TryRead(result.Bytes, ref at, out NativeBlock whole));
        NativeBlock part = whole.Slice(2, 6).Slice(1, 4);
        Assert.Equal((uint[])[9, 12, 15, 18], part.Numbers<uint>(0));
        Assert.Equal("6", System.Text.Encoding.ASCII.GetString(part.Text(part.Texts(1)[3])));
        Assert.Throws<ArgumentOutOfRangeException>(() => SliceBeyond(result.Bytes));

        NumberColumn<uint> taken = new ColumnSet().AddNumber<uint>("n");
        taken.Values.Fill(7);
        taken.Take(0, part.Numbers<uint>(0), [0, 1, 2, 3]);
        Assert.Equal((uint[])[9, 12, 15, 18, 7], taken.Values[..5]);
        taken.Take(1, part.Numbers<uint>(0), [1, 3]);
        Assert.Equal((uint[])[9, 12, 18, 18, 7], taken.Values[..5]);

        static void SliceBeyond(ReadOnlySpan<byte> bytes)
        {
            int at = 0;
            new NativeBlocks().TryRead(bytes, ref at, out NativeBlock block);
            block.Slice(8, 3);
        }
    }

    [Fact]
    public void A_set_is_used_again_and_grows()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        connection.Execute("CREATE TABLE grown (n UInt32, b String) ENGINE = MergeTree ORDER BY n");
        var set = new ColumnSet();
        NumberColumn<uint> n = set.AddNumber<uint>("n");
        BytesColumn b = set.AddBytes("b");
        uint next = 0;
        foreach (int rows in (int[])[1, 100_000, 0, 3])
        {
            set.Clear();
            set.Fit(rows);
            for (int i = 0; i < rows; i++)
            {
                n.Values[i] = next;
                b.Add(System.Text.Encoding.ASCII.GetBytes($"{next}"));
                next++;
            }

            set.Rows = rows;
            connection.Insert("grown", set);
        }

        Assert.Equal($"{next}\t{next}\t0\n", connection.QueryText("SELECT count(), uniqExact(n), countIf(toString(n) != b) FROM grown"));
        connection.Execute("DROP TABLE grown");
    }

    [Fact]
    public void A_failed_insert_leaves_the_connection_and_the_name_free()
    {
        using ClickHouseConnection connection = fixture.Engine.Connect();
        connection.Execute("CREATE TABLE refused (n UInt32) ENGINE = MergeTree PARTITION BY n ORDER BY n");
        connection.Execute("SET max_partitions_per_insert_block = 1");
        var set = new ColumnSet();
        NumberColumn<uint> n = set.AddNumber<uint>("n");
        n.Values[0] = 1;
        n.Values[1] = 2;
        set.Rows = 2;
        Assert.Equal(252, Assert.Throws<ClickHouseException>(() => connection.Insert("refused", set)).Code);
        n.Values[1] = 1;
        connection.Insert("refused", set);
        Assert.Equal("2\n", connection.QueryText("SELECT count() FROM refused"));
        connection.Execute("DROP TABLE refused");
    }
}
