using System.Globalization;
using System.Text;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Records.Tests;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

/// <summary>Messages of a single call that a switch wrote to call-events itself, beside frames.</summary>
public sealed class MessageTests(ITestOutputHelper output)
{
    private const int Partitions = 2;

    [Fact]
    public async Task A_call_is_charged_once_whether_it_comes_in_a_frame_as_json_or_as_messagepack()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(Partitions);
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(revision: 7)))
        {
            await AppendAsync(scratch, Json(1, minutes: 2), MessagePack(2, minutes: 3));
            await scratch.AppendAsync(new TestEvent(3, Minutes: 4));
            await role.DrainedAsync(scratch);

            // The same calls again, each in another form.
            await AppendAsync(scratch, MessagePack(1, minutes: 2), Json(2, minutes: 3), MessagePack(3, minutes: 4));
            await scratch.AppendAsync(new TestEvent(1, Minutes: 2), new TestEvent(2, Minutes: 3));
            await role.DrainedAsync(scratch);
            Assert.Equal(5, role.State.Partitions.Sum(one => one.Passed.Repeats));
        }

        // And after a new start, which reads the keys of messages back as it does those of frames.
        await scratch.ReopenAsync();
        await using (RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(revision: 8)))
        {
            await AppendAsync(scratch, Json(1, minutes: 2), MessagePack(2, minutes: 3), Json(3, minutes: 4));
            await role.DrainedAsync(scratch);
            Assert.Equal(3, role.State.Partitions.Sum(one => one.Passed.Repeats));
        }

        RatedRow[] rated = [.. (await scratch.RatedAsync()).OrderBy(row => row.CallId)];
        Assert.Equal(["call-1", "call-2", "call-3"], rated.Select(row => row.CallId));
        Assert.Equal([SmallCarrier.Charge(7, 2), SmallCarrier.Charge(7, 3), SmallCarrier.Charge(7, 4)], rated.Select(row => row.Charge));
        Assert.Empty(await scratch.QuarantinedAsync());
    }

    [Fact]
    public async Task Live_events_are_counted_and_unknown_fields_too()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(Partitions);
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await AppendAsync(
            scratch, Json(1, more: ",\"kind\":\"started\",\"site\":7,\"rack\":[1]"), Json(1, more: ",\"kind\":\"answered\",\"site\":null"), Json(1, more: ",\"site\":\"x\""));
        await role.DrainedAsync(scratch);
        Assert.Equal(4, role.State.Partitions.Sum(one => one.UnknownFields));
        Assert.Equal(new PassedEvents(0, 0, Started: 1, Answered: 1), role.State.Partitions.Aggregate(default(PassedEvents), (sum, one) => sum + one.Passed));
        Assert.Equal("call-1", Assert.Single(await scratch.RatedAsync()).CallId);
    }

    [Fact]
    public async Task Other_content_under_a_known_key_is_put_aside_with_the_bytes_of_the_message()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(Partitions);
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        Message other = MessagePack(1, minutes: 9);
        await AppendAsync(scratch, Json(1), other);
        await role.DrainedAsync(scratch);
        QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal((QuarantineReason.Conflict, "switch-1", "call-1", 1), (put.Reason, put.SwitchId, put.CallId, put.Attempt));
        Assert.Equal(other.Bytes, put.Content.ToArray());
    }

    [Fact]
    public async Task A_message_in_a_partition_that_is_not_its_calls_is_put_aside_and_says_what_to_set()
    {
        var reading = new EventReading(new CallMessageLimits(), partitionCount: 8);
        Message message = Json(1);
        int home = message.PartitionOf(8);
        LogFrame wrong = new(new LogPosition(1, (home + 3) % 8, 5, 0), Now, message.Bytes);
        var batch = new CallEventBatch();
        const string needed = "'switch-1/call-1'";
        string[] told =
        [
            .. new[] { "", "call-1", "switch-1/call-1" }.Select(key =>
            {
                ReadFault fault = reading.Append(wrong with { Key = Encoding.UTF8.GetBytes(key) }, batch)!.Value;
                Assert.Equal((QuarantineReason.Misplaced, "switch-1", "call-1", 1), (fault.Reason, fault.SwitchId, fault.CallId, fault.Attempt));
                return fault.Message;
            }),
        ];
        Assert.All(told, text => Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"lies in partition {(home + 3) % 8} of 8, and its call belongs to partition {home}"), text, StringComparison.Ordinal));
        Assert.Contains($"came without a key; give each message the key switch_id/call_id, here {needed}", told[0], StringComparison.Ordinal);
        Assert.Contains($"its key is 'call-1'; give each message the key switch_id/call_id, here {needed}", told[1], StringComparison.Ordinal);
        Assert.Contains("partitioner=murmur2_random", told[2], StringComparison.Ordinal);
        Assert.Equal(0, batch.Count);
        Assert.Null(reading.Append(wrong with { Position = new LogPosition(1, home, 5, 0) }, batch));

        // Over the role: it is not charged there, and the partition goes on.
        await using ScratchLog scratch = await ScratchLog.CreateAsync(Partitions);
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        await scratch.AppendMessageAsync(1 - message.PartitionOf(Partitions), message.Bytes);
        await AppendAsync(scratch, message);
        await role.DrainedAsync(scratch);
        Assert.Single(await scratch.RatedAsync());
        QuarantinedEvent put = Assert.Single(await scratch.QuarantinedAsync());
        Assert.Equal((QuarantineReason.Misplaced, "call-1"), (put.Reason, put.CallId));
        Assert.Equal(message.Bytes, put.Content.ToArray());
        Assert.Equal(1, role.State.Partitions.Sum(one => one.Unusable));
    }

    [Fact]
    public async Task Bad_messages_are_put_aside_with_their_bytes_and_reasons_and_the_partition_goes_on()
    {
        await using ScratchLog scratch = await ScratchLog.CreateAsync(partitions: 1);
        await using RunningRole role = RunningRole.Start(scratch.Log, SmallCarrier.Published(1));
        byte[][] bad =
        [
            [.. "hello"u8], [], [0x81, 0xA1], [.. "{"u8], Json(5, more: ",\"attempt\":0").Bytes, [.. ScratchLog.Encode(new CallEventBatch()).Span[..^1]],
        ];
        foreach (byte[] bytes in bad)
        {
            await AppendAsync(scratch, Json(1));
            await scratch.AppendMessageAsync(0, bytes);
        }

        await AppendAsync(scratch, Json(2));
        await role.DrainedAsync(scratch);
        Assert.Equal(["call-1", "call-2"], (await scratch.RatedAsync()).Select(row => row.CallId));
        IReadOnlyList<QuarantinedEvent> put = await scratch.QuarantinedAsync();
        Assert.Equal(bad, put.Select(one => one.Content.ToArray()));
        Assert.Equal(
            [QuarantineReason.Unreadable, QuarantineReason.Unreadable, QuarantineReason.Unreadable, QuarantineReason.Unreadable, QuarantineReason.Invalid, QuarantineReason.Unreadable],
            put.Select(one => one.Reason));
        Assert.Equal(("attempt", "call-5"), (put[4].Field, put[4].CallId));
        Assert.Equal([1L, 3, 5, 7, 9, 11], put.Select(one => LogPosition.FromPacked(0, 0, (ulong)one.Place).Frame));
        Assert.All(put, one => Assert.NotEqual("", one.Message));
    }

    [Fact]
    public void What_is_put_aside_keeps_partition_offset_key_and_headers_whatever_the_reason()
    {
        Message good = Json(1);
        Message[] messages = [good, Json(1, minutes: 9), Json(1, more: ",\"attempt\":0"), new Message(1, [0x81, 0xA1]), Json(2)];
        LogHeader[] headers = [new("site", "nyc"u8.ToArray()), new("site", new byte[] { 0xFF }), new("long", new byte[MessageOrigin.MaxHeaderBytes]), new("behind", default)];
        LogFrame[] frames = [.. messages.Select((message, offset) => new LogFrame(new LogPosition(1, good.PartitionOf(64), 100 + (2 * offset), 0), Now, message.Bytes)
        {
            Key = "switch-1/call-1"u8.ToArray(), Headers = headers,
        })];
        var keys = new DeduplicationState(new DeduplicationOptions(), new KeyBudget(1 << 20));
        var unit = new RatingUnit(partition: 0);
        var rating = new BatchRating(keys, new EventReading(new CallMessageLimits(), partitionCount: 64));
        rating.Fill(unit, frames, SmallCarrier.Compile(1).Snapshot!);
        rating.Complete(unit, FrameSource.None, new Dictionary<UInt128, UInt128>(), SmallCarrier.Compile(1).Snapshot!);
        List<QuarantinedEvent> put = [];
        foreach (LogOutput output in unit.Outputs.Where(output => output.Topic == Topics.Quarantine))
        {
            QuarantineFrame.Read(output.Payload.Span, put);
        }

        Assert.Equal(
            [QuarantineReason.Conflict, QuarantineReason.Invalid, QuarantineReason.Unreadable, QuarantineReason.Misplaced], put.Select(one => one.Reason));
        Assert.Equal(messages[1..].Select(message => message.Bytes), put.Select(one => one.Content.ToArray()));
        Assert.Equal([102L, 104, 106, 108], put.Select(one => one.Place >> LogPosition.RowBits));
        Assert.All(put, one => Assert.Equal(
            (good.PartitionOf(64), "switch-1/call-1", "site=6E7963,site=FF"),
            (one.SourcePartition, Encoding.UTF8.GetString(one.Key.Span), string.Join(',', one.Headers.Select(header => $"{header.Name}={Convert.ToHexString(header.Value.Span)}")))));
    }

    [Fact]
    public void Reading_messages_into_a_batch_allocates_nothing()
    {
        var reading = new EventReading(new CallMessageLimits(), Partitions);
        LogFrame[] frames = [.. new[] { Json(1), MessagePack(2) }.Select(one => new LogFrame(new LogPosition(1, one.PartitionOf(Partitions), 5, 0), Now, one.Bytes))];
        var batch = new CallEventBatch();
        // The least of some rounds: what the runtime allocates while it compiles the code again is not the code's.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                ReadAll();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void ReadAll()
        {
            batch.Clear();
            foreach (LogFrame frame in frames)
            {
                Assert.True(EventReading.CountRows(frame, out _) is null && reading.Append(frame, batch) is null);
            }
        }
    }

    /// <summary>
    /// Reading, telling repeats, rating and encoding of messages, by one core. Not part of a plain run, since it says little of a busy machine:
    /// <c>dotnet run --project tests/RatingEngine.Tests -c Release -- -explicit only -showliveoutput</c>.
    /// </summary>
    [Fact(Explicit = true)]
    public void Messages_are_rated_at_three_hundred_thousand_a_second_by_one_core()
    {
        const int perUnit = 4096;
        foreach ((string form, Func<int, int, string, Message> write) in new (string, Func<int, int, string, Message>)[] { ("JSON", Json), ("MessagePack", (call, minutes, _) => MessagePack(call, minutes)) })
        {
            LogFrame[][] units = [.. Enumerable.Range(0, 100).Select(unit => Enumerable.Range(unit * perUnit, perUnit)
                .Select(call => new LogFrame(new LogPosition(1, 0, call, 0), Now, write(call, 1, "").Bytes)).ToArray())];
            var keys = new DeduplicationState(new DeduplicationOptions(), new KeyBudget(1 << 22));
            var rating = new BatchRating(keys, new EventReading(new CallMessageLimits(), partitionCount: 1));
            var unit = new RatingUnit(partition: 0);
            Rating.RatingSnapshot snapshot = SmallCarrier.Compile(1).Snapshot!;
            foreach (LogFrame[] warm in units[..50])
            {
                rating.Fill(unit, warm, snapshot);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long held = keys.Bytes;
            TimeSpan began = Processor();
            foreach (LogFrame[] measured in units[50..])
            {
                rating.Fill(unit, measured, snapshot);
                Assert.Equal(perUnit, unit.Rated);
            }

            double perSecond = 50 * perUnit / (Processor() - began).TotalSeconds;
            double bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (50.0 * perUnit);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{form}: {perSecond:N0} messages in a second of a processor, {bytes:0.0} bytes allocated for each, {(keys.Bytes - held) / (50.0 * perUnit):0.0} of them held as keys"));
            Assert.InRange(perSecond, 300_000, double.MaxValue);
        }

        static TimeSpan Processor()
        {
            using System.Diagnostics.Process self = System.Diagnostics.Process.GetCurrentProcess();
            return self.TotalProcessorTime;
        }
    }

    /// <summary>The event that <see cref="TestEvent"/> puts into frames.</summary>
    private static Message Json(int call, int minutes = 1, string more = "") => new(call, Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"switch_id":"switch-1","call_id":"call-{{call}}","trunk_group_a":"{{SmallCarrier.CustomerGroup}}","trunk_group_b":"{{SmallCarrier.VendorGroup}}","ani":"441632960000",
         "dnis":447700900123,"setup_time":{{Noon}},"answer_time":{{Noon + 2000}},"duration_ms":{{minutes * 60_000}},"mos":4.37{{more}}}
        """)));

    private static Message MessagePack(int call, int minutes = 1) => new(call, new MessagePackBytes().Map(10)
        .Text("switch_id").Text("switch-1").Text("call_id").Text(string.Create(CultureInfo.InvariantCulture, $"call-{call}"))
        .Text("trunk_group_a").Text(SmallCarrier.CustomerGroup).Text("trunk_group_b").Text(SmallCarrier.VendorGroup)
        .Text("ani").Text("441632960000").Text("dnis").Integer(447_700_900_123)
        .Text("setup_time").Timestamp(Noon, 8).Text("answer_time").Integer(Noon + 2000).Text("end_time").Integer(Noon + 2000 + (minutes * 60_000))
        .Text("mos").Double(4.37).ToArray());

    private const long Noon = 1_790_000_000_000;

    private const long Now = Noon + 3_600_000;

    private static async Task AppendAsync(ScratchLog scratch, params Message[] messages)
    {
        foreach (Message message in messages)
        {
            await scratch.AppendMessageAsync(message.PartitionOf(scratch.Log.PartitionCount), message.Bytes);
        }
    }

    private sealed record Message(int Call, byte[] Bytes)
    {
        public int PartitionOf(int partitions) => new TestEvent(Call).PartitionOf(partitions);
    }
}
