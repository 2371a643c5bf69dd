using System.Buffers;
using Perimeter.Aggregator.Quarantine;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

public sealed class QuarantineTests(EngineFixture fixture)
{
    private const string Sql =
        """
        SELECT log_partition, log_offset, toUnixTimestamp64Milli(received_at), toInt8(reason), field, message, source, place, switch_id, call_id, attempt, hex(content)
        FROM quarantined_events ORDER BY log_offset FORMAT TSVRaw
        """;

    [Fact]
    public async Task A_quarantined_event_keeps_its_bytes_and_what_was_wrong()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        MemoryPartition partition = Partition([Bad(1, "{\"call_id\":\0;"), Bad(2, "é")], [Bad(3, "")]);
        AggregatorState state = await LandAsync(engine, partition);
        using ClickHouseConnection connection = engine.Connect();
        Assert.Equal(
            "2\t0\t1001\t2\tani\tani 1 is wrong\tfile:calls.csv\t11\tsw1\tcall-1\t1\t7B2263616C6C5F6964223A003B\n"
            + "2\t1\t1002\t2\tani\tani 2 is wrong\tfile:calls.csv\t12\tsw1\tcall-2\t1\tC3A9\n"
            + "2\t1048576\t1003\t2\tani\tani 3 is wrong\tfile:calls.csv\t13\tsw1\tcall-3\t1\t\n",
            connection.QueryText(Sql));
        Assert.Equal(3, state.Quarantine.RowsLanded);
    }

    [Theory]
    [InlineData("before rows")]
    [InlineData("after rows")]
    [InlineData("before commit")]
    public async Task A_crash_neither_loses_nor_doubles_a_quarantined_event(string point)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        MemoryPartition partition = Partition([Bad(1, "a")], [Bad(2, "b"), Bad(3, "c")]);
        await Assert.ThrowsAsync<KilledException>(() => LandAsync(engine, partition, at =>
        {
            if (at == point)
            {
                throw new KilledException(at);
            }
        }));
        await LandAsync(engine, partition);
        using ClickHouseConnection connection = engine.Connect();
        Assert.Equal("3\t3\n", connection.QueryText("SELECT count(), uniqExact(log_offset) FROM quarantined_events"));
    }

    [Fact]
    public void The_same_event_put_aside_again_has_the_same_id()
    {
        Assert.Equal(QuarantineTable.IdOf(Bad(1, "x")), QuarantineTable.IdOf(Bad(2, "x")));
        Assert.NotEqual(QuarantineTable.IdOf(Bad(1, "x")), QuarantineTable.IdOf(Bad(1, "y")));
        Assert.NotEqual(QuarantineTable.IdOf(Bad(1, "x")), QuarantineTable.IdOf(Bad(1, "x") with { Reason = QuarantineReason.Conflict }));
    }

    [Fact]
    public async Task A_message_of_a_topic_keeps_where_it_lay_and_what_came_with_it_and_a_mark_has_the_id_of_what_it_marks()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        QuarantinedEvent misplaced = Bad(1, "{}") with
        {
            Reason = QuarantineReason.Misplaced, Source = "topic:call-events", Place = (5L << LogPosition.RowBits) | 3, SourcePartition = 6, Key = new byte[] { 0x73, 0xFF },
            Headers = [new("site", "ny\"c"u8.ToArray()), new("site", new byte[] { 0xFF }), new("empty", default)],
        };
        QuarantinedEvent mark = Bad(1, "") with { Reason = QuarantineReason.Replayed, ReplayOf = QuarantineTable.IdOf(misplaced), Place = 1 };
        await LandAsync(engine, Partition([misplaced, Bad(2, "{}")], [mark]));
        using ClickHouseConnection connection = engine.Connect();
        Assert.Equal(
            "Misplaced\t6\t5\t73FF\t[{\"name\":\"site\",\"value\":\"ny\\\"c\"},{\"name\":\"site\",\"base64\":\"/w==\"},{\"name\":\"empty\",\"value\":\"\"}]\n"
            + "Invalid\t-1\t-1\t\t\nReplayed\t-1\t-1\t\t\n",
            connection.QueryText("SELECT reason, source_partition, source_offset, hex(source_key), source_headers FROM quarantined_events ORDER BY log_offset", "TSVRaw"));
        Assert.Equal("2\n", connection.QueryText("SELECT uniqExact(quarantine_id) FROM quarantined_events"));
    }

    private static Task<AggregatorState> LandAsync(EmbeddedClickHouse engine, MemoryPartition partition, Action<string>? strike = null) =>
        Landings.LandAsync(engine, partition, strike, static () => 1, newTable: static () => new QuarantineTable());

    private static MemoryPartition Partition(params QuarantinedEvent[][] frames)
    {
        var partition = new MemoryPartition(Topics.Quarantine, 7, 2);
        foreach (QuarantinedEvent[] frame in frames)
        {
            var bytes = new ArrayBufferWriter<byte>();
            QuarantineFrame.Write(frame, FrameSource.None, bytes);
            partition.Append(bytes.WrittenSpan.ToArray(), RandomCalls.BaseMs);
        }

        return partition;
    }

    private static QuarantinedEvent Bad(int number, string content) => new()
    {
        Reason = QuarantineReason.Invalid, Field = "ani", Message = $"ani {number} is wrong", Source = "file:calls.csv", Place = 10 + number, SwitchId = "sw1",
        CallId = $"call-{number}", Attempt = 1, ReceivedMs = 1000 + number, Content = System.Text.Encoding.UTF8.GetBytes(content),
    };
}
