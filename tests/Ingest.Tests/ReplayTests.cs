using System.Buffers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Records.Tests;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>Events of the quarantine, sent again.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private readonly HashSet<CallAttempt> _charged = [];
    private readonly Dictionary<string, SwitchConfig> _switches = [];
    private ScratchLog _scratch = null!;

    public async ValueTask InitializeAsync() => _scratch = await ScratchLog.OpenAsync();

    public ValueTask DisposeAsync() => _scratch.DisposeAsync();

    [Fact]
    public async Task Whatever_form_an_event_came_in_it_goes_to_the_partition_of_its_call_with_a_mark_for_each()
    {
        PutAsideEvent[] events =
        [
            Event(1, Reading.Base, QuarantineReason.Misplaced, "topic:call-events"),
            Event(2, MessagePack("c2"), QuarantineReason.Misplaced, "topic:call-events"),
            Event(3, "switch_id,call_id,setup_time\ns1,c3,2025-06-15T11:00:00Z", QuarantineReason.Invalid, "http"),
            Event(4, Frame("c4", "c5", "c6"), QuarantineReason.Unreadable, "topic:call-events"),
            Event(5, "[{\"switch_id\":\"s1\",\"call_id\":\"c7\",\"setup_time\":1749985200000},\n{\"switch_id\":\"s1\",\"call_id\":\"c7\",\"setup_time\":1749985200000,\"kind\":\"started\"}]", QuarantineReason.Unreadable, "http"),
        ];
        IReadOnlyList<ReplayedEvent> results = await Replay().SendAsync(events, dryRun: false);
        Assert.All(results, result => Assert.Null(result.Refusal));
        Assert.Equal([1, 1, 1, 3, 1], results.Select(result => result.Ended.Count));
        Assert.Equal(["s1/c1/1:1", "s1/c2/1:1", "s1/c3/1:1", "s1/c4/1:1", "s1/c5/1:1", "s1/c6/1:1", "s1/c7/1:2"], (await _scratch.CallsAsync()).Select(call => $"{call.Key}:{call.Value}"));
        List<QuarantinedEvent> marks = await _scratch.QuarantineAsync();
        Assert.Equal([1UL, 2, 3, 4, 5], marks.Select(mark => mark.ReplayOf));
        Assert.All(marks, mark => Assert.Equal((QuarantineReason.Replayed, "replay", "call", 0), (mark.Reason, mark.Source, mark.CallId, mark.Content.Length)));
        Assert.Equal([10L, 20, 30, 40, 50], marks.Select(mark => mark.Place));
    }

    [Fact]
    public async Task What_is_bad_still_or_charged_already_is_refused_with_what_to_do_and_nothing_of_it_is_sent()
    {
        _charged.Add(new CallAttempt("s1", "c1", 1));
        PutAsideEvent[] events =
        [
            Event(1, Reading.Base, QuarantineReason.Conflict, "topic:call-events"),
            Event(2, Reading.Base, QuarantineReason.Misplaced, "topic:call-events"),
            Event(3, Reading.Base.Replace("11:00:00Z", "15:00:00Z", StringComparison.Ordinal), QuarantineReason.Invalid, "http"),
            Event(4, Reading.Base.Replace("11:00:00Z", "11:00:00", StringComparison.Ordinal), QuarantineReason.Invalid, "http"),
            Event(5, "hello", QuarantineReason.Unreadable, "http"),
            Event(6, "Session,Start\nc9,2025-06-15T11:00:00Z", QuarantineReason.Invalid, "file:a.csv"),
            Event(7, [.. Frame("c4")[..^1]], QuarantineReason.Unreadable, "topic:call-events"),
            Event(8, [0x81, 0xA1], QuarantineReason.Unreadable, "topic:call-events"),
            Event(9, "", QuarantineReason.Unreadable, "topic:call-events"),
            Event(10, $"[{Reading.Base.Replace("c1", "c8", StringComparison.Ordinal)},{{}}]", QuarantineReason.Unreadable, "http"),
        ];
        string[] told =
        [
            "is charged already, with other content: it is a conflict still", "is charged already: the switch has sent it again meanwhile", "setup_time lies more than 1 hour ahead",
            "setup_time has no offset from UTC", "no record in JSON, MessagePack or CSV", "How its file was mapped is not kept: give the same --map", "One that is damaged cannot be mended",
            "the message is no MessagePack from byte 2 on", "it is empty", "record 2: switch_id is missing",
        ];
        IReadOnlyList<ReplayedEvent> results = await Replay().SendAsync(events, dryRun: false);
        Assert.All(results.Zip(told), pair => Assert.Contains(pair.Second, pair.First.Refusal, StringComparison.Ordinal));
        Assert.Empty(await _scratch.CallsAsync());
        Assert.Empty(await _scratch.QuarantineAsync());
    }

    [Fact]
    public async Task What_lay_ahead_of_the_clock_is_good_once_its_time_has_come_and_lines_are_read_as_told()
    {
        PutAsideEvent ahead = Event(1, Reading.Base.Replace("2025-06-15", "2025-06-17", StringComparison.Ordinal), QuarantineReason.Invalid, "http");
        PutAsideEvent line = Event(2, "Session|Start\nc9|2025-06-15 07:00:00", QuarantineReason.Invalid, "file:a.csv");
        var mapped = new FileIngestOptions
        {
            Mapping = CallRecordMapping.Parse(["call_id=Session", "setup_time=Start", "switch_id:=s1"]), TimeZone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York"),
        };
        Assert.All(await Replay().SendAsync([ahead, line], dryRun: false), result => Assert.NotNull(result.Refusal));
        Assert.All(await Replay(mapped, Reading.Now.AddDays(2)).SendAsync([ahead, line], dryRun: true), result => Assert.Null(result.Refusal));
        Assert.Empty(await _scratch.CallsAsync());
        Assert.All(await Replay(mapped, Reading.Now.AddDays(2)).SendAsync([ahead, line], dryRun: false), result => Assert.Null(result.Refusal));
        Assert.Equal(["s1/c1/1", "s1/c9/1"], (await _scratch.CallsAsync()).Keys);
    }

    [Theory]
    [InlineData((int)AppendFate.DiesBefore, 0)]
    [InlineData((int)AppendFate.Full, 0)]
    [InlineData((int)AppendFate.DiesAfter, 2)]
    public async Task Events_and_marks_are_both_on_the_log_or_neither(int fate, int sent)
    {
        var log = new FaultyLog(_scratch.Log, _ => (AppendFate)fate);
        var replay = new CallReplay(log, new IngestLimits(), new FakeTimeProvider(Reading.Now), new FileIngestOptions(), _ => null, _ => _charged);
        await Assert.ThrowsAnyAsync<Exception>(() => replay.SendAsync(
            [Event(1, Reading.Base, QuarantineReason.Misplaced, "http"), Event(2, MessagePack("c2"), QuarantineReason.Misplaced, "http")], dryRun: false));
        Assert.Equal(sent, (await _scratch.CallsAsync()).Count);
        Assert.Equal(sent, (await _scratch.QuarantineAsync()).Count);
    }

    [Fact]
    public async Task Of_what_a_person_mended_the_mark_keeps_the_bytes_that_were_sent()
    {
        PutAsideEvent mended = Event(1, Reading.Base, QuarantineReason.Invalid, "http") with { IsEdited = true };
        Assert.Null(Assert.Single(await Replay().SendAsync([mended], dryRun: false)).Refusal);
        Assert.Equal(Reading.Base, Reading.Content(Assert.Single(await _scratch.QuarantineAsync())));
    }

    [Fact]
    public async Task A_record_of_a_log_is_sent_again_without_the_mark_it_stood_behind_and_what_had_none_stays_a_strangers()
    {
        const string log = "switch:kam1:kamailio.log";
        _switches["kam1"] = new SwitchConfig(1, "kam1", SwitchType.Kamailio) { Key = "of-these-tests-alone" };
        string ahead = Reading.Base.Replace("2025-06-15", "2025-06-17", StringComparison.Ordinal);
        PutAsideEvent[] events =
        [
            Event(1, ahead, QuarantineReason.Invalid, log),
            Event(2, Reading.Base.Replace("c1", "c2", StringComparison.Ordinal), QuarantineReason.Unreadable, log),
            Event(3, $"perimeter another-key {Reading.Base.Replace("c1", "c3", StringComparison.Ordinal)}", QuarantineReason.Unreadable, log),
            Event(4, $"perimeter of-these-tests-alone {Reading.Base.Replace("c1", "c4", StringComparison.Ordinal)}", QuarantineReason.Unreadable, log),
        ];
        IReadOnlyList<ReplayedEvent> results = await Replay(now: Reading.Now.AddDays(2)).SendAsync(events, dryRun: false);
        Assert.Equal([true, false, false, true], results.Select(result => result.Refusal is null));
        Assert.All(results.Where(result => result.Refusal is not null), result => Assert.Contains("without the key of the switch", result.Refusal, StringComparison.Ordinal));
        Assert.Equal(["s1/c1/1", "s1/c4/1"], (await _scratch.CallsAsync()).Keys);
    }

    private CallReplay Replay(FileIngestOptions? reading = null, DateTimeOffset? now = null) =>
        new(_scratch.Log, new IngestLimits(), new FakeTimeProvider(now ?? Reading.Now), reading ?? new FileIngestOptions(), name => _switches.GetValueOrDefault(name), _ => _charged);

    private static PutAsideEvent Event(ulong id, string content, QuarantineReason reason, string source) => Event(id, Encoding.UTF8.GetBytes(content), reason, source);

    private static PutAsideEvent Event(ulong id, byte[] content, QuarantineReason reason, string source) =>
        new() { Id = id, Reason = reason, Times = 10 * (long)id, Source = source, Attempt = new CallAttempt("switch", "call", 1), Content = content };

    private static byte[] MessagePack(string callId) =>
        new MessagePackBytes().Map(3).Text("switch_id").Text("s1").Text("call_id").Text(callId).Text("setup_time").Integer(1_749_985_200_000).ToArray();

    private static byte[] Frame(params string[] callIds)
    {
        var batch = new CallEventBatch();
        foreach (string callId in callIds)
        {
            ref CallEvent one = ref batch.Add();
            one.Kind = CallEventKind.Ended;
            one.SwitchId = batch.Texts.Add("s1");
            one.CallId = batch.Texts.Add(callId);
            one.SetupMs = one.EndMs = 1_749_985_200_000;
        }

        var bytes = new ArrayBufferWriter<byte>();
        CallEventFrame.Write(batch, FrameSource.None, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
