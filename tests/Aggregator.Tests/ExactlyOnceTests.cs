using FsCheck;
using FsCheck.Fluent;
using Perimeter.Aggregator.Landing;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

public sealed class ExactlyOnceTests(EngineFixture fixture)
{
    public static TheoryData<string, int, Through> CrashPoints()
    {
        var points = new TheoryData<string, int, Through>();
        foreach (string point in CrashingTable.Points.Append("before commit"))
        {
            foreach (Through through in Enum.GetValues<Through>())
            {
                points.Add(point, 1, through);
                points.Add(point, 2, through);
            }
        }

        return points;
    }

    [Theory]
    [InlineData(Through.Engine)]
    [InlineData(Through.Driver)]
    public async Task Every_column_comes_back_as_it_was_received_and_every_sum_is_exact(Through through)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        IWarehouse warehouse = fixture.Reach(through);
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 3);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(1);
        Landings.AppendTo(partition, calls, oracle, 300);
        Landings.AppendTo(partition, calls, oracle, 0);
        Landings.AppendTo(partition, calls, oracle, 200);
        AggregatorState state = await Landings.LandAsync(warehouse, partition);
        Landings.AssertExact(engine, oracle);
        Assert.Equal(500, state.RatedCalls.RowsLanded);
        Assert.Equal(partition.End, state.RatedCalls.LastLanded!.Value.Frame + (state.RatedCalls.LastLanded.Value.Row > 0 ? 1 : 0));
        Assert.Equal(0, state.RatedCalls.LagFrames);
        Assert.Null(state.RatedCalls.LastError);
    }

    [Theory]
    [MemberData(nameof(CrashPoints))]
    public async Task A_crash_at_any_step_loses_nothing_and_doubles_nothing(string point, int passing, Through through)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        IWarehouse warehouse = fixture.Reach(through);
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(2);
        for (int frame = 0; frame < 6; frame++)
        {
            Landings.AppendTo(partition, calls, oracle, frame == 2 ? 0 : 20);
        }

        // A crash between rows and sums is what makes a catch-up: only then is there one to be struck.
        if (point.EndsWith("catch-up", StringComparison.Ordinal))
        {
            await Assert.ThrowsAsync<KilledException>(() => Landings.LandAsync(warehouse, partition, Nth("after rows", 1), static () => 2));
        }

        int struck = 0;
        for (int start = 0; start < passing; start++)
        {
            try
            {
                // Marks and catch-ups pass once in a process that is not struck otherwise, so their n-th passing is the n-th start's.
                bool once = point.EndsWith("marks", StringComparison.Ordinal) || point.EndsWith("catch-up", StringComparison.Ordinal);
                await Landings.LandAsync(warehouse, partition, Nth(point, once ? 1 : passing), static () => 2);
            }
            catch (KilledException)
            {
                struck++;
            }
        }

        Assert.True(struck > 0, $"No landing came to {point}.");
        await Landings.LandAsync(warehouse, partition);
        Landings.AssertExact(engine, oracle);
    }

    [Theory]
    [InlineData(Through.Engine)]
    [InlineData(Through.Driver)]
    public void Crashes_at_random_leave_rows_and_sums_exact(Through through) => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(6),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            LandThroughCrashesAsync(seed, through).GetAwaiter().GetResult();
            return true;
        }));

    [Theory]
    [InlineData("before rows", Through.Engine)]
    [InlineData("before rows", Through.Driver)]
    [InlineData("after rows", Through.Engine)]
    [InlineData("after rows", Through.Driver)]
    [InlineData("after derived", Through.Engine)]
    [InlineData("after derived", Through.Driver)]
    [InlineData("before passed", Through.Engine)]
    [InlineData("before passed", Through.Driver)]
    [InlineData("before marks", Through.Engine)]
    [InlineData("before marks", Through.Driver)]
    public async Task An_insert_that_failed_is_tried_again_after_a_look_at_what_landed(string point, Through through)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        IWarehouse warehouse = fixture.Reach(through);
        var partition = new MemoryPartition(Topics.RatedCalls, 7, 0);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(3);
        Landings.AppendTo(partition, calls, oracle, 10);
        Landings.AppendTo(partition, calls, oracle, 0);
        int failures = 0;
        AggregatorState state = await Landings.LandAsync(warehouse, partition, at =>
        {
            if (at == point && failures++ < 3)
            {
                throw new ClickHouseException(243, "Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space.");
            }
        });
        Assert.True(failures >= 1);
        Assert.Null(state.RatedCalls.LastError);
        Landings.AssertExact(engine, oracle);
    }

    private async Task LandThroughCrashesAsync(int seed, Through through)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        IWarehouse warehouse = fixture.Reach(through);
        var random = new Random(seed);
        var oracle = new LandedOracle();
        var calls = new RandomCalls(seed);
        MemoryPartition[] partitions = [new(Topics.RatedCalls, 7, 0), new(Topics.RatedCalls, 7, 1)];
        for (int start = 0; start < 12; start++)
        {
            for (int frame = random.Next(5); frame >= 0; frame--)
            {
                Landings.AppendTo(partitions[random.Next(2)], calls, oracle, random.Next(4) == 0 ? 0 : random.Next(1, 30), RandomCalls.BaseMs + (start * 86_400_000L * 9));
            }

            int untilCrash = random.Next(1, 25);
            try
            {
                await Landings.LandAsync(
                    warehouse, partitions, random.Next(1, 3),
                    point =>
                    {
                        if (Interlocked.Decrement(ref untilCrash) == 0)
                        {
                            throw new KilledException(point);
                        }
                    },
                    () =>
                    {
                        lock (random)
                        {
                            return random.Next(1, 4);
                        }
                    });
            }
            catch (KilledException)
            {
                // Started again below, or in the next round.
            }
        }

        await Landings.LandAsync(warehouse, partitions, 1);
        Landings.AssertExact(engine, oracle);
    }

    private static Action<string> Nth(string point, int nth)
    {
        int passed = 0;
        return at =>
        {
            if (at == point && ++passed == nth)
            {
                throw new KilledException(point);
            }
        };
    }
}
