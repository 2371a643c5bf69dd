using System.Buffers;
using System.Globalization;
using System.Text;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

/// <summary>An event as a test speaks of it: a call to the United Kingdom of whole minutes. Other minutes under the same call are other content.</summary>
internal sealed record TestEvent(int Call, int Minutes = 1, CallEventKind Kind = CallEventKind.Ended, int Attempt = 1, long SetupMs = TestEvent.Noon)
{
    public const long Noon = 1_790_000_000_000;

    /// <summary>When it was answered, by its own word; null where it does not tell.</summary>
    public int? AnswerAfterMs { get; init; } = 2000;

    public int? AnswerBAfterMs { get; init; }

    public int SipCode { get; init; } = CallEvent.NoNumber;

    public string CallId => string.Create(CultureInfo.InvariantCulture, $"call-{Call}");

    public int PartitionOf(int partitions) => CallKey.PartitionOf("switch-1"u8, Encoding.ASCII.GetBytes(CallId), partitions);

    public void AddTo(CallEventBatch batch)
    {
        ref CallEvent callEvent = ref batch.Add();
        callEvent.Kind = Kind;
        callEvent.Attempt = (ushort)Attempt;
        callEvent.SwitchId = batch.Texts.Add("switch-1");
        callEvent.CallId = batch.Texts.Add(CallId);
        callEvent.TrunkGroupA = batch.Texts.Add(SmallCarrier.CustomerGroup);
        callEvent.TrunkGroupB = batch.Texts.Add(SmallCarrier.VendorGroup);
        callEvent.Ani = batch.Texts.Add("441632960000");
        callEvent.Dnis = batch.Texts.Add("447700900123");
        callEvent.SetupMs = SetupMs;
        callEvent.AnswerMs = SetupMs + AnswerAfterMs ?? CallEvent.NoInstant;
        callEvent.AnswerBMs = SetupMs + AnswerBAfterMs ?? CallEvent.NoInstant;
        callEvent.SipCode = SipCode;
        callEvent.EndMs = SetupMs + 2000 + (Minutes * 60_000);
        callEvent.MosThousandths = 4370;
    }
}

/// <summary>A log in a scratch folder, with what tests write to it and read from it.</summary>
internal sealed class ScratchLog : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-rating-engine-").FullName;
    private readonly int _partitions;
    private readonly TimeProvider _time;
    private int _readers;

    private ScratchLog(int partitions, TimeProvider time) => (_partitions, _time) = (partitions, time);

    public EmbeddedLog Log { get; private set; } = null!;

    /// <summary>Frames of call events, over all partitions.</summary>
    public long FramesAppended { get; private set; }

    public static async Task<ScratchLog> CreateAsync(int partitions = 2, TimeProvider? time = null)
    {
        var scratch = new ScratchLog(partitions, time ?? TimeProvider.System);
        await scratch.OpenAsync();
        return scratch;
    }

    /// <summary>What a new process would find.</summary>
    public async Task ReopenAsync()
    {
        await Log.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>One frame for each partition that the events touch; all of them durable together.</summary>
    public async Task AppendAsync(params IEnumerable<TestEvent> events)
    {
        List<LogOutput> frames = [];
        foreach (IGrouping<int, TestEvent> part in events.GroupBy(one => one.PartitionOf(_partitions)))
        {
            var batch = new CallEventBatch();
            foreach (TestEvent one in part)
            {
                one.AddTo(batch);
            }

            frames.Add(new LogOutput(Topics.CallEvents, part.Key, Encode(batch)));
        }

        await Log.AppendAsync(frames, TestContext.Current.CancellationToken);
        FramesAppended += frames.Count;
    }

    /// <summary>One frame of any bytes, to partition 0.</summary>
    public Task AppendAsync(ReadOnlyMemory<byte> frame) => AppendMessageAsync(0, frame);

    /// <summary>Any bytes, as a switch may write them itself.</summary>
    public async Task AppendMessageAsync(int partition, ReadOnlyMemory<byte> message)
    {
        await Log.AppendAsync([new LogOutput(Topics.CallEvents, partition, message)], TestContext.Current.CancellationToken);
        FramesAppended++;
    }

    public async Task<IReadOnlyList<RatedRow>> RatedAsync() =>
        [.. (await FramesAsync(Topics.RatedCalls)).SelectMany(frame => RatedRow.Read(frame.Payload.Span))];

    public async Task<IReadOnlyList<LogFrame>> RatedFramesAsync() => await FramesAsync(Topics.RatedCalls);

    public async Task<IReadOnlyList<RatedCallFrameHeader>> RatedHeadersAsync() =>
        [.. (await FramesAsync(Topics.RatedCalls)).Select(frame => RatedCallFrame.ReadHeader(frame.Payload.Span))];

    public async Task<IReadOnlyList<QuarantinedEvent>> QuarantinedAsync()
    {
        List<QuarantinedEvent> events = [];
        foreach (LogFrame frame in await FramesAsync(Topics.Quarantine))
        {
            QuarantineFrame.Read(frame.Payload.Span, events);
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static ReadOnlyMemory<byte> Encode(CallEventBatch batch)
    {
        var bytes = new ArrayBufferWriter<byte>();
        CallEventFrame.Write(batch, FrameSource.None, bytes);
        return bytes.WrittenMemory;
    }

    private async Task OpenAsync() => Log = await EmbeddedLog.OpenAsync(new EmbeddedLogOptions
    {
        Folder = _folder,
        PartitionCount = _partitions,
        Groups = [new LogGroup(Topics.CallEvents, RatingEngineRole.Group)],
        MinFreeBytes = 0,
        Time = _time,
    });

    private async Task<List<LogFrame>> FramesAsync(string topic)
    {
        List<LogFrame> all = [];
        int left = _partitions;
        using var read = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await Log.ConsumeAsync(topic, $"test-{Interlocked.Increment(ref _readers)}", async (reader, stop) =>
        {
            reader.Seek(reader.FirstFrame);
            while (reader.NextFrame < reader.EndFrame)
            {
                foreach (LogFrame frame in await reader.ReadAsync(new ReadLimits(1000, 1 << 20), TimeSpan.Zero, stop))
                {
                    lock (all)
                    {
                        all.Add(frame with { Payload = frame.Payload.ToArray() });
                    }
                }
            }

            if (Interlocked.Decrement(ref left) == 0)
            {
                await read.CancelAsync();
            }
        }, read.Token);
        return all;
    }
}

/// <summary>A rated call as tests look at it.</summary>
internal sealed record RatedRow(string CallId, int Attempt, int Revision, RatingOutcome OutcomeA, RatingOutcome OutcomeB, Money Charge, long RawMs, long ReceivedMs)
{
    public static List<RatedRow> Read(ReadOnlySpan<byte> frame)
    {
        var batch = new RatedCallBatch();
        RatedCallFrame.Read(frame, batch);
        List<RatedRow> rows = [];
        for (int row = 0; row < batch.Count; row++)
        {
            ref CallEvent one = ref batch.Events[row];
            rows.Add(new RatedRow(
                batch.Events.Texts.GetString(one.CallId), one.Attempt, batch.Revision.Value, batch.A[row].Outcome, batch.B[row].Outcome, batch.A[row].Charge, one.RawMsA, batch.ReceivedMs[row]));
        }

        return rows;
    }
}
