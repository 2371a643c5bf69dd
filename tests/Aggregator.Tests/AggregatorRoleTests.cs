using System.Buffers;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

public sealed class AggregatorRoleTests(EngineFixture fixture)
{
    [Fact]
    public async Task What_waits_is_seen_while_it_waits_and_forgotten_with_its_partition()
    {
        fixture.Empty();
        string folder = Path.Combine(Path.GetTempPath(), $"perimeter-log-{Guid.NewGuid():N}");
        try
        {
            await using EmbeddedLog log = await EmbeddedLog.OpenAsync(Options(folder), TestContext.Current.CancellationToken);
            var calls = new RandomCalls(22);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            stop.CancelAfter(TimeSpan.FromMinutes(2));
            var refusing = new FaultyTransport(static sql => sql.Contains("INTO rated_calls", StringComparison.Ordinal) ? Fault.Refused : Fault.None);
            var state = new AggregatorState();
            await AppendAsync(log, new LandedOracle(), calls);
            Task role = AggregatorRole.RunAsync(log, fixture.Reach(Through.Driver, refusing), Landings.Options with { Lanes = 3 }, state, stop.Token);
            await UntilAsync(() => state.RatedCalls is { Partitions: 3, LagFrames: 6, LastError: not null });

            // Nothing of it is landed or read meanwhile, and still it is seen.
            await AppendAsync(log, new LandedOracle(), calls);
            await UntilAsync(() => state.RatedCalls.LagFrames == 12);
            Assert.Equal(0, state.RatedCalls.RowsLanded);
            await stop.CancelAsync();
            await role;
            Assert.True(state.RatedCalls is { Partitions: 0, LagFrames: 0, LastError: null }, $"{state.RatedCalls}");

            async Task UntilAsync(Func<bool> holds)
            {
                while (!holds())
                {
                    Assert.False(role.IsCompleted, $"{role.Exception}");
                    await Task.Delay(10, stop.Token);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_role_lands_both_topics_of_the_real_log_and_goes_on_where_it_stopped()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        string folder = Path.Combine(Path.GetTempPath(), $"perimeter-log-{Guid.NewGuid():N}");
        var oracle = new LandedOracle();
        try
        {
            for (int start = 0; start < 2; start++)
            {
                await using EmbeddedLog log = await EmbeddedLog.OpenAsync(Options(folder), TestContext.Current.CancellationToken);
                await AppendAsync(log, oracle, new RandomCalls(20 + start));
                await RunUntilLandedAsync(log, engine, expectedRows: 60, expectedQuarantined: 1);
                Landings.AssertExact(engine, oracle);
            }

            using ClickHouseConnection connection = engine.Connect();
            Assert.Equal("2\n", connection.QueryText("SELECT count() FROM quarantined_events"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static EmbeddedLogOptions Options(string folder) => new()
    {
        Folder = folder, PartitionCount = 3, MinFreeBytes = 0,
        Groups = [new LogGroup(Topics.RatedCalls, AggregatorRole.Group), new LogGroup(Topics.Quarantine, AggregatorRole.Group)],
    };

    private static async Task AppendAsync(EmbeddedLog log, LandedOracle oracle, RandomCalls calls)
    {
        for (int i = 0; i < 6; i++)
        {
            RatedCallBatch batch = calls.Batch(10);
            IReadOnlyList<LogPosition> places = await log.AppendAsync(
                [new LogOutput(Topics.RatedCalls, i % 3, RandomCalls.Frame(batch))], TestContext.Current.CancellationToken);
            oracle.Add(batch, places[0].Incarnation, places[0].Partition, places[0].Frame);
        }

        var bytes = new ArrayBufferWriter<byte>();
        QuarantineFrame.Write(
            [new QuarantinedEvent { Reason = QuarantineReason.Unreadable, Message = "No record", Source = "http", ReceivedMs = 1, Content = new byte[] { 1 } }],
            FrameSource.None, bytes);
        await log.AppendAsync([new LogOutput(Topics.Quarantine, 1, bytes.WrittenMemory)], TestContext.Current.CancellationToken);
    }

    private static async Task RunUntilLandedAsync(EmbeddedLog log, EmbeddedClickHouse engine, long expectedRows, long expectedQuarantined)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var state = new AggregatorState();
        Task role = AggregatorRole.RunAsync(log, engine, new AggregatorOptions { MaxDelay = TimeSpan.FromMilliseconds(20) }, state, stop.Token);
        using var tooLong = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!role.IsCompleted && (state.RatedCalls.RowsLanded < expectedRows || state.Quarantine.RowsLanded < expectedQuarantined))
        {
            await Task.Delay(10, tooLong.Token);
        }

        await stop.CancelAsync();
        await role;
        Assert.Equal(expectedRows, state.RatedCalls.RowsLanded);
        Assert.Equal(expectedQuarantined, state.Quarantine.RowsLanded);
    }
}
