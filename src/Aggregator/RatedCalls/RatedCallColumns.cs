using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>Rated calls as columns of <c>rated_calls</c>, but for those that are the same on every row of a batch.</summary>
internal sealed class RatedCallColumns
{
    /// <summary>Flags that the column <c>flags</c> is made of.</summary>
    public const byte Final = 1, Burst = 2, Sent = 4;

    /// <summary>Above them lie the <see cref="CallMarks"/>.</summary>
    private const int MarksShift = 3;

    private readonly NumberColumn<ulong> _incarnation;
    private readonly NumberColumn<ushort> _partition;
    private readonly NumberColumn<ulong> _offset;
    private readonly NumberColumn<long> _receivedAt;
    private readonly NumberColumn<long> _end;
    private readonly NumberColumn<long> _setup;
    private readonly NumberColumn<long> _progress;
    private readonly NumberColumn<long> _answer;
    private readonly BytesColumn _callId;
    private readonly NumberColumn<ulong> _keyHash;
    private readonly BytesColumn _ani;
    private readonly BytesColumn _dnis;
    private readonly BytesColumn _received;
    private readonly NumberColumn<ushort> _attempt;
    private readonly NumberColumn<byte> _flags;
    private readonly NumberColumn<short> _sipCode;
    private readonly NumberColumn<int> _pdd;
    private readonly NumberColumn<int> _mos;
    private readonly NumberColumn<uint> _revision;
    private readonly SideColumns _a;
    private readonly SideColumns _b;

    public RatedCallColumns()
    {
        _incarnation = Set.AddNumber<ulong>("log_incarnation");
        _partition = Set.AddNumber<ushort>("log_partition");
        _offset = Set.AddNumber<ulong>("log_offset");
        _receivedAt = Set.AddInstant("received_at");
        _end = Set.AddInstant("end_time");
        _setup = Set.AddNumber<long>("setup_before_end_ms");
        _progress = Set.AddNumber<long>("progress_before_end_ms");
        _answer = Set.AddNumber<long>("answer_before_end_ms");
        _callId = Set.AddBytes("call_id");
        _keyHash = Set.AddNumber<ulong>("key_hash");
        _ani = Set.AddBytes("ani");
        _dnis = Set.AddBytes("dnis");
        _received = Set.AddBytes("received");
        _attempt = Set.AddNumber<ushort>("attempt");
        _flags = Set.AddNumber<byte>("flags");
        _sipCode = Set.AddNumber<short>("sip_code");
        _pdd = Set.AddNumber<int>("pdd_ms");
        _mos = Set.AddNumber<int>("mos_thousandths");
        _revision = Set.AddNumber<uint>("revision");
        _a = new SideColumns(Set, 'a');
        _b = new SideColumns(Set, 'b');
    }

    public ColumnSet Set { get; } = new();

    public ReadOnlySpan<uint> TrunkGroupsA => _a.TrunkGroup.Values[..Set.Rows];

    public ReadOnlySpan<long> Ends => _end.Values[..Set.Rows];

    /// <summary>Bytes of the texts: what limits a batch besides its rows.</summary>
    public long TextBytes => (long)_callId.ByteCount + _ani.ByteCount + _dnis.ByteCount + _received.ByteCount;

    /// <summary>Adds the rows of a frame from <paramref name="firstRow"/> on; <paramref name="framePlace"/> is the place of the frame's row 0.</summary>
    public void Add(RatedCallBatch calls, LogPartition partition, int firstRow, ulong framePlace)
    {
        int start = Set.Rows;
        int count = calls.Count - firstRow;
        Set.Fit(start + count);
        _incarnation.Values.Slice(start, count).Fill(partition.Incarnation);
        _partition.Values.Slice(start, count).Fill((ushort)partition.Partition);
        _revision.Values.Slice(start, count).Fill((uint)calls.Revision.Value);
        calls.ReceivedMs[firstRow..].CopyTo(_receivedAt.Values[start..]);
        WriteEvents(calls.Events, firstRow, start, framePlace);
        WriteTexts(calls, firstRow, start);
        _a.Write(start, calls.A[firstRow..]);
        _b.Write(start, calls.B[firstRow..]);
        Set.Rows = start + count;
    }

    /// <summary>An attempt went out to a group on side B, known or not, unless it was refused before any vendor.</summary>
    public static bool WasSent(in CallEvent callEvent, in RatedSide b) =>
        b.TrunkGroup.Value != 0 || !callEvent.TrunkGroupB.IsEmpty || !callEvent.VendorTrunk.IsEmpty;

    public static CallMarks MarksOf(byte flags) => (CallMarks)(flags >> MarksShift) & (CallMarks.AnswerTaken | CallMarks.AnswerBTaken | CallMarks.Suspect);

    private void WriteEvents(CallEventBatch events, int firstRow, int start, ulong framePlace)
    {
        ReadOnlySpan<CallEvent> rows = events.Events[firstRow..];
        int end = start + rows.Length;
        Span<ulong> offset = _offset.Values[start..end];
        Span<long> ends = _end.Values[start..end];
        Span<long> setup = _setup.Values[start..end];
        Span<long> progress = _progress.Values[start..end];
        Span<long> answer = _answer.Values[start..end];
        Span<ushort> attempt = _attempt.Values[start..end];
        Span<short> sipCode = _sipCode.Values[start..end];
        Span<int> pdd = _pdd.Values[start..end];
        Span<int> mos = _mos.Values[start..end];
        for (int i = 0; i < rows.Length; i++)
        {
            ref readonly CallEvent row = ref rows[i];
            offset[i] = framePlace + (uint)(firstRow + i);
            ends[i] = row.EndMs;
            setup[i] = BeforeEnd(row.SetupMs, row.EndMs);
            progress[i] = BeforeEnd(row.ProgressMs, row.EndMs);
            answer[i] = BeforeEnd(row.AnswerMs, row.EndMs);
            attempt[i] = row.Attempt;
            sipCode[i] = (short)row.SipCode;
            pdd[i] = row.PddMs;
            mos[i] = row.MosThousandths;
        }
    }

    private void WriteTexts(RatedCallBatch calls, int firstRow, int start)
    {
        TextArena texts = calls.Events.Texts;
        Span<CallEvent> events = calls.Events.Events;
        Span<ulong> keyHash = _keyHash.Values;
        Span<byte> flags = _flags.Values;
        for (int row = firstRow; row < events.Length; row++)
        {
            ref CallEvent callEvent = ref events[row];
            ReadOnlySpan<byte> callId = texts[callEvent.CallId];
            _callId.Add(callId);
            _ani.Add(texts[callEvent.Ani]);
            _dnis.Add(texts[callEvent.Dnis]);
            keyHash[start] = CallKey.CallIdHash(callId);
            flags[start] = (byte)((callEvent.Final ? Final : 0) | (callEvent.Burst ? Burst : 0) | (WasSent(callEvent, calls.B[row]) ? Sent : 0) | ((int)callEvent.Marks << MarksShift));
            WriteReceived(ref callEvent, texts);
            start++;
        }
    }

    private void WriteReceived(ref CallEvent callEvent, TextArena texts) =>
        _received.Complete(ReceivedTexts.Write(ref callEvent, texts, _received.Reserve(ReceivedTexts.MaxLength(ref callEvent))));

    // Differences wrap around where instants are absurd, and wrap back when they are read: nothing is lost, and a row never stops landing.
    private static long BeforeEnd(long instant, long end) => instant == CallEvent.NoInstant ? CallEvent.NoInstant : unchecked(end - instant);
}
