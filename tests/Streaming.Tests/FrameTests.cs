using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Perimeter.Domain;

namespace Perimeter.Streaming.Tests;

public sealed class FrameTests
{
    private static readonly FrameSource Source = new(FrameSourceKind.File, "cdr/2026-01-02 zürich.csv", -7);

    private static readonly Arbitrary<int> Seeds = Arb.From(Gen.Choose(0, int.MaxValue));

    [Fact]
    public void Call_events_come_back_exactly_as_they_were() =>
        Prop.ForAll(Seeds, seed =>
        {
            RandomCalls calls = new(seed);
            CallEventBatch batch = new();
            calls.Fill(batch, calls.NextCount(400));
            CallEventBatch back = new();
            back.Add().Attempt = 9;
            back.Texts.Add("left over");
            Assert.Equal(Source, CallEventFrame.Read(Write(batch), back));
            AssertSame(batch, back, 0);
            Assert.Equal(batch.Count, CallEventFrame.CountRows(Write(batch)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rated_calls_come_back_exactly_as_they_were() =>
        Prop.ForAll(Seeds, seed =>
        {
            RandomCalls calls = new(seed);
            RatedCallBatch batch = new();
            calls.Fill(batch, calls.NextCount(400));
            RatedCallBatch back = new();
            Assert.Equal(Source, RatedCallFrame.Read(Write(batch), back));
            AssertSame(batch.Events, back.Events, 0);
            Assert.Equal(batch.A.ToArray(), back.A.ToArray());
            Assert.Equal(batch.B.ToArray(), back.B.ToArray());
            Assert.Equal(batch.ReceivedMs.ToArray(), back.ReceivedMs.ToArray());
            Assert.Equal((batch.Revision, batch.Passed), (back.Revision, back.Passed));
            Assert.Equal(new RatedCallFrameHeader(batch.Count, batch.Revision, batch.Passed, Source), RatedCallFrame.ReadHeader(Write(batch)));
        }).QuickCheckThrowOnFailure();

    /// <summary>What lies in logs was written by builds before: a faster way of writing must come to the same bytes.</summary>
    [Fact]
    public void The_same_calls_make_the_same_bytes_in_every_build()
    {
        XxHash64 hash = new();
        for (int seed = 0; seed < 400; seed++)
        {
            RandomCalls calls = new(seed);
            RatedCallBatch batch = new();
            calls.Fill(batch, calls.NextCount(seed % 50 == 0 ? 3000 : 400));
            if (seed % 3 == 1)
            {
                // Rows that repeat one another, or are all alike: columns of one number, of few texts.
                for (int row = 0; row < batch.Count; row++)
                {
                    int other = row % (1 + (seed % 5));
                    (batch.Events[row], batch.A[row], batch.B[row], batch.ReceivedMs[row]) = (batch.Events[other], batch.A[other], batch.B[other], batch.ReceivedMs[other]);
                }
            }

            byte[] frame = Write(batch);
            hash.Append(frame);

            // Rows as they were read share the places of their texts.
            RatedCallBatch back = new();
            RatedCallFrame.Read(frame, back);
            Assert.Equal(frame, Write(back));
        }

        Assert.Equal("6409A5F5D39427CC", $"{hash.GetCurrentHashAsUInt64():X16}");
    }

    [Fact]
    public void Appended_frames_make_one_batch() =>
        Prop.ForAll(Seeds, seed =>
        {
            RandomCalls calls = new(seed);
            CallEventBatch together = new();
            List<CallEventBatch> parts = [];
            for (int i = 0; i < 5; i++)
            {
                parts.Add(new CallEventBatch());
                calls.Fill(parts[^1], calls.NextCount(40));
                CallEventFrame.Append(Write(parts[^1]), together);
            }

            int at = 0;
            foreach (CallEventBatch part in parts)
            {
                AssertSame(part, together, at);
                at += part.Count;
            }

            Assert.Equal(at, together.Count);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_unit_of_work_that_only_passed_events_makes_a_frame_without_rows()
    {
        RatedCallBatch batch = new() { Revision = new ConfigRevision(4), Passed = new PassedEvents(1, 2, 3, 4) };
        RatedCallBatch back = new();
        RatedCallFrame.Read(Write(batch), back);
        Assert.Equal((0, 4, new PassedEvents(1, 2, 3, 4)), (back.Count, back.Revision.Value, back.Passed));
    }

    [Fact]
    public void Rated_calls_of_two_revisions_do_not_mix()
    {
        RatedCallBatch first = new();
        RatedCallBatch second = new();
        new RandomCalls(1).Fill(first, 3);
        new RandomCalls(2).Fill(second, 3);
        first.Revision = new ConfigRevision(1);
        second.Revision = new ConfigRevision(2);
        RatedCallBatch into = new();
        RatedCallFrame.Append(Write(first), into);
        Assert.Throws<ArgumentException>(() => RatedCallFrame.Append(Write(second), into));
        Assert.Equal(3, into.Count);
        second.Revision = new ConfigRevision(1);
        RatedCallFrame.Append(Write(second), into);
        Assert.Equal(6, into.Count);
        Assert.Equal(first.Passed + second.Passed, into.Passed);
    }

    [Fact]
    public void Quarantined_events_come_back_exactly_as_they_were()
    {
        QuarantinedEvent[] events =
        [
            new() { Reason = QuarantineReason.Unreadable, Message = "no JSON", Source = "http", ReceivedMs = 5, Content = new byte[] { 0, 255, 10 } },
            new()
            {
                Reason = QuarantineReason.Conflict, Field = "dnis", Message = "größer", Source = "file:x", Place = long.MinValue, SwitchId = "s", CallId = "c",
                Attempt = 65535, ReceivedMs = long.MaxValue, Content = new byte[100_000],
            },
            new()
            {
                Reason = QuarantineReason.Misplaced, Message = "elsewhere", Source = "topic:call-events", ReceivedMs = 6, Content = new byte[] { 1 }, SourcePartition = 11,
                Key = "s/c"u8.ToArray(), Headers = [new("trace", new byte[] { 0, 200 }), new("trace", default), new("größe", "1"u8.ToArray())],
            },
            new() { Reason = QuarantineReason.Replayed, Message = "again", Source = "replay", ReceivedMs = 7, Content = default, ReplayOf = ulong.MaxValue },
        ];
        ArrayBufferWriter<byte> frame = new();
        QuarantineFrame.Write(events, Source, frame);
        List<QuarantinedEvent> back = [];
        Assert.Equal(Source, QuarantineFrame.Read(frame.WrittenSpan, back));
        Assert.Equal(events.Select(Shown), back.Select(Shown));
    }

    [Fact]
    public void Quarantined_events_that_an_earlier_build_wrote_are_read()
    {
        FrameWriter writer = FrameLayout.Begin(Source);
        writer.Varint(2);
        for (int i = 0; i < 2; i++)
        {
            int begin = writer.BeginColumn((byte)QuarantineReason.Invalid);
            foreach (string text in (string[])["ani", "is wrong", "http"])
            {
                writer.Text(text, 100, "A text");
            }

            writer.ZigZag(17 + i);
            writer.Text("s", 100, "The switch");
            writer.Text("c", 100, "The call");
            writer.ZigZag(1);
            writer.ZigZag(5);
            writer.Varint(1);
            writer.Bytes("{"u8);
            writer.EndColumn(begin);
        }

        ArrayBufferWriter<byte> frame = new();
        FrameLayout.End(writer, 0x41555150, frame);
        List<QuarantinedEvent> back = [];
        QuarantineFrame.Read(frame.WrittenSpan, back);
        Assert.Equal(["Invalid ani is wrong http 17 s c 1 5 7B -1   0", "Invalid ani is wrong http 18 s c 1 5 7B -1   0"], back.Select(Shown));
    }

    [Fact]
    public void The_most_rows_fit_and_one_more_is_refused()
    {
        CallEventBatch batch = new();
        for (int i = 0; i < CallEventBatch.MaxRows; i++)
        {
            ref CallEvent added = ref batch.Add();
            added.SetupMs = i * 7L;
            added.CallId = batch.Texts.Add($"call-{i}");
            added.SwitchId = batch.Texts.Add("sw");
            added.Dnis = batch.Texts.Add(i % 100 == 0 ? "anonymous" : $"4420{i}");
            added.TrunkGroupA = batch.Texts.Add($"group {i % 5000}");
        }

        CallEventBatch back = new();
        CallEventFrame.Read(Write(batch), back);
        AssertSame(batch, back, 0);
        batch.Add();
        Assert.Throws<ArgumentException>(() => Write(batch));
    }

    [Fact]
    public void Rows_with_too_many_bytes_for_one_frame_are_refused()
    {
        CallEventBatch batch = new();
        TextSpan text = batch.Texts.Add(new byte[CallEventFrame.MaxBytes / 16]);
        for (int i = 0; i < 17; i++)
        {
            batch.Add().CallId = text;
        }

        ArgumentException refused = Assert.Throws<ArgumentException>(() => Write(batch));
        Assert.Contains("Write fewer rows at a time.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_byte_is_found()
    {
        CallEventBatch batch = new();
        new RandomCalls(5).Fill(batch, 4);
        byte[] frame = Write(batch);
        CallEventBatch into = new();
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] ^= 0x10;
            Assert.Throws<FrameFormatException>(() => CallEventFrame.Append(frame, into));
            frame[i] ^= 0x10;
            Assert.Throws<FrameFormatException>(() => CallEventFrame.Append(frame.AsSpan(0, i), into));
        }

        Assert.Equal(0, into.Count);
    }

    [Fact]
    public void Another_kind_and_a_later_version_are_refused_by_name()
    {
        RatedCallBatch rated = new();
        FrameFormatException kind = Assert.Throws<FrameFormatException>(() => CallEventFrame.Read(Write(rated), new CallEventBatch()));
        Assert.Equal("Not a call-event frame, at byte 0: it begins with 54415250, which names another kind of frame or none.", kind.Message);
        byte[] later = Write(new CallEventBatch());
        later[4] = 2;
        FrameFormatException version = Assert.Throws<FrameFormatException>(() => CallEventFrame.Read(later, new CallEventBatch()));
        Assert.Equal(
            "Not a call-event frame, at byte 0: its version is 2, and this build reads version 1 only: it was written by a later build.", version.Message);
    }

    [Fact]
    public void Columns_that_a_later_build_adds_are_skipped()
    {
        CallEventBatch batch = new();
        new RandomCalls(8).Fill(batch, 3);
        FrameWriter columns = FrameWriter.ForThisThread();
        CallEventColumns.Write(columns, batch);
        byte[] later = [.. columns.Written, 0, 77, 3, 1, 2, 3];
        later[0] += 2;
        CallEventBatch back = new();
        CallEventFrame.AddRows(back, 3);
        FrameReader reader = new(later, "test");
        CallEventColumns.Read(ref reader, back, 3);
        reader.ExpectEnd();
        AssertSame(batch, back, 0);
    }

    [Fact]
    public void Rows_that_carry_little_make_small_frames()
    {
        CallEventBatch batch = new();
        ref CallEvent one = ref batch.Add();
        one.SetupMs = 1_770_000_000_000;
        one.EndMs = one.SetupMs;
        one.SwitchId = batch.Texts.Add("sw1");
        one.CallId = batch.Texts.Add("call-1");

        // 34 columns, of which 4 are there.
        Assert.InRange(Write(batch).Length, 34, 120);
    }

    internal static byte[] Write(CallEventBatch batch)
    {
        ArrayBufferWriter<byte> frame = new();
        CallEventFrame.Write(batch, Source, frame);
        return frame.WrittenSpan.ToArray();
    }

    internal static byte[] Write(RatedCallBatch batch)
    {
        ArrayBufferWriter<byte> frame = new();
        RatedCallFrame.Write(batch, Source, frame);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>Holds every text by its bytes, and everything else by comparing the rows once their texts are taken out.</summary>
    private static void AssertSame(CallEventBatch expected, CallEventBatch actual, int from)
    {
        Assert.True(actual.Count >= from + expected.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            CallEvent left = expected[i];
            CallEvent right = actual[from + i];
            foreach (CallEventText field in CallEventTexts.All)
            {
                Assert.True(expected.Texts[CallEventTexts.Of(ref left, field)].SequenceEqual(actual.Texts[CallEventTexts.Of(ref right, field)]), $"{field} of row {i}");
                CallEventTexts.Of(ref left, field) = default;
                CallEventTexts.Of(ref right, field) = default;
            }

            Assert.Equal(left, right);
        }
    }

    private static string Shown(QuarantinedEvent one) =>
        $"{one.Reason} {one.Field} {one.Message} {one.Source} {one.Place} {one.SwitchId} {one.CallId} {one.Attempt} {one.ReceivedMs} " +
        $"{Convert.ToHexString(one.Content.Span)} {one.SourcePartition} {Convert.ToHexString(one.Key.Span)} " +
        $"{string.Join(',', one.Headers.Select(header => $"{header.Name}={Convert.ToHexString(header.Value.Span)}"))} {one.ReplayOf}";
}
