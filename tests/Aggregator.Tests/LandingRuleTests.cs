using Perimeter.Aggregator.Landing;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Tests;

public sealed class LandingRuleTests(EngineFixture fixture)
{
    [Fact]
    public async Task Sums_that_were_lost_are_added_up_from_the_rows_to_the_same()
    {
        (EmbeddedClickHouse engine, MemoryPartition partition, LandedOracle oracle) = await LandSomeAsync();
        Execute(engine, "TRUNCATE TABLE trunk_group_minutes_landed SYNC");
        await Landings.LandAsync(engine, partition);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task Rows_that_were_lost_land_again_and_are_not_added_up_twice()
    {
        (EmbeddedClickHouse engine, MemoryPartition partition, LandedOracle oracle) = await LandSomeAsync();
        Execute(engine, "TRUNCATE TABLE rated_calls SYNC");
        await Landings.LandAsync(engine, partition);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task A_log_made_anew_lands_beside_the_one_before_it()
    {
        (EmbeddedClickHouse engine, _, LandedOracle oracle) = await LandSomeAsync();
        var anew = new MemoryPartition(Topics.RatedCalls, 8, 0);
        Landings.AppendTo(anew, new RandomCalls(5), oracle, 5);
        await Landings.LandAsync(engine, anew);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task A_log_that_is_older_than_what_landed_from_it_is_refused()
    {
        (EmbeddedClickHouse engine, _, _) = await LandSomeAsync();
        var older = new MemoryPartition(Topics.RatedCalls, 7, 0);
        Landings.AppendTo(older, new RandomCalls(4), new LandedOracle(), 5);
        var e = await Assert.ThrowsAsync<LandingGapException>(() => Landings.LandAsync(engine, older));
        Assert.Contains("rated-calls, partition 0 up to frame 3, but the log ends before frame 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ClickHouse_that_lost_what_the_log_has_forgotten_is_refused()
    {
        (EmbeddedClickHouse engine, MemoryPartition partition, _) = await LandSomeAsync();
        partition.Forget(2);
        Execute(engine, "TRUNCATE TABLE rated_calls SYNC");
        Execute(engine, "TRUNCATE TABLE passed_events SYNC");
        var e = await Assert.ThrowsAsync<LandingGapException>(() => Landings.LandAsync(engine, partition));
        Assert.Contains("the log begins with frame 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_has_forgotten_only_what_landed_goes_on()
    {
        (EmbeddedClickHouse engine, MemoryPartition partition, LandedOracle oracle) = await LandSomeAsync();
        partition.Forget(partition.End);
        Landings.AppendTo(partition, new RandomCalls(6), oracle, 5);
        await Landings.LandAsync(engine, partition);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task A_cursor_that_lags_makes_nothing_land_twice()
    {
        (EmbeddedClickHouse engine, MemoryPartition partition, LandedOracle oracle) = await LandSomeAsync();
        partition.Committed = 0;
        AggregatorState state = await Landings.LandAsync(engine, partition);
        Landings.AssertExact(engine, oracle);
        Assert.Equal(0, state.RatedCalls.RowsLanded);
    }

    [Fact]
    public async Task Marks_are_the_same_after_parts_were_merged()
    {
        (EmbeddedClickHouse engine, MemoryPartition partition, LandedOracle oracle) = await LandSomeAsync();
        using ClickHouseConnection connection = engine.Connect();
        var table = new RatedCallTable();
        var log = new LogPartition(partition.Incarnation, partition.Partition);
        LandingMarks before = table.ReadMarks(connection, log);
        foreach (string name in (string[])["rated_calls", "trunk_group_minutes_landed", "passed_events"])
        {
            connection.Execute($"OPTIMIZE TABLE {name} FINAL");
        }

        Assert.Equal(before, table.ReadMarks(connection, log));
        Assert.Equal((3UL << LogPosition.RowBits) + 30, before.Rows);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task The_mark_of_the_rows_is_read_from_its_projection()
    {
        (EmbeddedClickHouse engine, _, _) = await LandSomeAsync();
        using ClickHouseConnection connection = engine.Connect();
        Assert.Contains(
            "ReadFromMergeTree (watermark)",
            connection.QueryText(
                "EXPLAIN SELECT max(log_offset) FROM rated_calls WHERE log_incarnation = 7 AND log_partition = 0 GROUP BY log_incarnation, log_partition", "TSVRaw"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_batch_is_one_part_of_each_table()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        string[] tables = ["rated_calls", "trunk_group_minutes_landed", "passed_events"];
        foreach (string table in tables)
        {
            Execute(engine, $"SYSTEM STOP MERGES {table}");
        }

        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(7);
        for (int frame = 0; frame < 4; frame++)
        {
            Landings.AppendTo(partition, calls, oracle, 2_000);
        }

        Landings.AppendTo(partition, calls, oracle, 0);
        await Landings.LandAsync(engine, partition, framesOfNextRead: static () => 1);
        Execute(engine, "TRUNCATE TABLE trunk_group_minutes_landed SYNC");
        await Landings.LandAsync(engine, partition);
        using ClickHouseConnection connection = engine.Connect();
        Assert.Equal(
            "rated_calls\t4\ntrunk_group_minutes_landed\t1\n",
            connection.QueryText(
                "SELECT table, count() FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('rated_calls', 'trunk_group_minutes_landed') GROUP BY table ORDER BY table"));
        foreach (string table in tables)
        {
            Execute(engine, $"SYSTEM START MERGES {table}");
        }

        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task Partitions_land_together_as_one_part_of_each_table()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        MemoryPartition[] partitions = [.. Enumerable.Range(0, 3).Select(static number => new MemoryPartition(Topics.RatedCalls, 7, number))];
        var oracle = new LandedOracle();
        var calls = new RandomCalls(12);
        foreach (MemoryPartition partition in partitions)
        {
            Landings.AppendTo(partition, calls, oracle, 0);
            Landings.AppendTo(partition, calls, oracle, 10);
        }

        AggregatorOptions patient = Landings.Options with { MaxDelay = TimeSpan.FromMinutes(10), MaxBatchRows = 30 };
        AggregatorState state = await Landings.LandAsync(engine, partitions, 2, options: patient);
        Assert.Equal(1, state.RatedCalls.Batches);
        using ClickHouseConnection connection = engine.Connect();
        Assert.Equal(
            "passed_events\t1\nrated_calls\t1\ntrunk_group_minutes_landed\t1\n",
            connection.QueryText(
                "SELECT table, count() FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('rated_calls', 'trunk_group_minutes_landed', 'passed_events') GROUP BY table ORDER BY table"));
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public void Two_months_in_one_insert_are_refused()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        using IWarehouseConnection connection = ((IWarehouse)engine).Connect(LandingStatements.Settings);
        var set = new ColumnSet();
        set.AddNumber<ulong>("log_offset");
        NumberColumn<ushort> day = set.AddNumber<ushort>("landed_day");
        day.Values[0] = 20_000;
        day.Values[1] = 20_060;
        set.Rows = 2;
        var e = Assert.Throws<ClickHouseException>(() => connection.Insert("rated_calls", set));
        Assert.Equal(252, e.Code);
    }

    [Fact]
    public async Task A_full_batch_does_not_wait_for_more()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(8);
        for (int frame = 0; frame < 10; frame++)
        {
            Landings.AppendTo(partition, calls, oracle, 10);
        }

        AggregatorOptions patient = Landings.Options with { MaxDelay = TimeSpan.FromMinutes(10), MaxBatchRows = 20 };
        AggregatorState state = await Landings.LandAsync(engine, partition, framesOfNextRead: static () => 1, options: patient);
        Assert.Equal(5, state.RatedCalls.Batches);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public async Task A_batch_that_is_full_in_the_middle_of_a_read_takes_no_further_frame()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(9);
        for (int frame = 0; frame < 11; frame++)
        {
            Landings.AppendTo(partition, calls, oracle, 10);
        }

        AggregatorState state = await Landings.LandAsync(engine, partition, options: Landings.Options with { MaxBatchRows = 20 });
        Assert.Equal(6, state.RatedCalls.Batches);
        Landings.AssertExact(engine, oracle);
    }

    [Fact]
    public void Options_out_of_range_are_refused_all_at_once()
    {
        var e = Assert.Throws<ArgumentException>(() => new AggregatorOptions { Lanes = 0, MaxBatchRows = 5_000_000 }.Validate());
        Assert.Contains("Lanes is 0", e.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBatchRows is 5000000", e.Message, StringComparison.Ordinal);
    }

    private async Task<(EmbeddedClickHouse Engine, MemoryPartition Partition, LandedOracle Oracle)> LandSomeAsync()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(4);
        for (int frame = 0; frame < 4; frame++)
        {
            Landings.AppendTo(partition, calls, oracle, 30);
        }

        await Landings.LandAsync(engine, partition, framesOfNextRead: static () => 2);
        Landings.AssertExact(engine, oracle);
        return (engine, partition, oracle);
    }

    private static void Execute(EmbeddedClickHouse engine, string sql)
    {
        using ClickHouseConnection connection = engine.Connect();
        connection.Execute(sql);
    }
}
