using Perimeter.Aggregator.RatedCalls;
using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>The row of <c>rated_calls</c> that holds an attempt: its place on the log.</summary>
public readonly record struct CallPlace(ulong Incarnation, ulong Offset, ushort Partition);

/// <summary>A block of attempts as landed-calls.sql selects them: inputs to be made events again, and what both sides came to.</summary>
public readonly ref struct LandedCalls
{
    // Places of columns in the statement.
    internal const int Incarnation = 0, Partition = 1, Offset = 2, Day = 3, RatedBy = 17, SideA = 18, SideB = SideA + LandedSides.Columns;

    /// <summary>The statement up to its WHERE.</summary>
    public static string Select { get; } = EmbeddedSql.Read("landed-calls.sql");

    private readonly NativeBlock _block;
    private readonly ReadOnlySpan<ulong> _incarnation;
    private readonly ReadOnlySpan<ushort> _partition;
    private readonly ReadOnlySpan<ulong> _offset;
    private readonly ReadOnlySpan<uint> _revision;

    public LandedCalls(in NativeBlock block)
    {
        _block = block;
        _incarnation = block.Numbers<ulong>(Incarnation);
        _partition = block.Numbers<ushort>(Partition);
        _offset = block.Numbers<ulong>(Offset);
        Flags = block.Numbers<byte>(13);
        _revision = block.Numbers<uint>(RatedBy);
        A = new LandedSides(block, SideA);
        B = new LandedSides(block, SideB);
    }

    public int Count => _block.Rows;

    public NativeBlock Block => _block;

    /// <summary>The bits of the column <c>flags</c>.</summary>
    public ReadOnlySpan<byte> Flags { get; }

    public LandedSides A { get; }

    public LandedSides B { get; }

    public CallPlace Place(int row) => new(_incarnation[row], _offset[row], _partition[row]);

    public ConfigRevision Revision(int row) => new((int)_revision[row]);

    /// <summary>Makes the batch the events of these rows, as they were received; its texts are copied once, a column at a time.</summary>
    public void ReadInto(CallEventBatch batch)
    {
        batch.Clear();
        Span<CallEvent> events = batch.Resize(Count);
        if (Count == 0)
        {
            return;
        }

        ReadOnlySpan<long> end = _block.Numbers<long>(4);
        ReadOnlySpan<long> setup = _block.Numbers<long>(5);
        ReadOnlySpan<long> progress = _block.Numbers<long>(6);
        ReadOnlySpan<long> answer = _block.Numbers<long>(7);
        ReadOnlySpan<TextPlace> callId = _block.Texts(8);
        ReadOnlySpan<TextPlace> ani = _block.Texts(9);
        ReadOnlySpan<TextPlace> dnis = _block.Texts(10);
        ReadOnlySpan<TextPlace> received = _block.Texts(11);
        ReadOnlySpan<ushort> attempt = _block.Numbers<ushort>(12);
        ReadOnlySpan<short> sipCode = _block.Numbers<short>(14);
        ReadOnlySpan<int> pdd = _block.Numbers<int>(15);
        ReadOnlySpan<int> mos = _block.Numbers<int>(16);

        batch.Texts.Clear();
        int callIdShift = Copy(callId, batch.Texts);
        int aniShift = Copy(ani, batch.Texts);
        int dnisShift = Copy(dnis, batch.Texts);
        int receivedShift = Copy(received, batch.Texts);
        for (int row = 0; row < events.Length; row++)
        {
            byte flags = Flags[row];
            ref CallEvent read = ref events[row];
            read = default;
            read.Kind = CallEventKind.Ended;
            read.Final = (flags & RatedCallColumns.Final) != 0;
            read.Burst = (flags & RatedCallColumns.Burst) != 0;
            read.Attempt = attempt[row];
            read.SipCode = sipCode[row];
            read.PddMs = pdd[row];
            read.MosThousandths = mos[row];
            read.EndMs = end[row];
            read.SetupMs = Instant(setup[row], end[row]);
            read.ProgressMs = Instant(progress[row], end[row]);
            read.AnswerMs = Instant(answer[row], end[row]);
            read.CallId = Span(callId[row], callIdShift);
            read.Ani = Span(ani[row], aniShift);
            read.Dnis = Span(dnis[row], dnisShift);
            ReceivedTexts.Read(_block.Text(received[row]), received[row].Start + receivedShift, ref read);
        }
    }

    /// <summary>Copies a column's texts, which lie one behind another, all together.</summary>
    /// <returns>What leads from a text's place in the block to its place in the arena.</returns>
    private int Copy(ReadOnlySpan<TextPlace> column, TextArena texts)
    {
        int start = column[0].Start;
        return texts.Add(_block.Bytes[start..(column[^1].Start + column[^1].Length)]).Offset - start;
    }

    private static TextSpan Span(TextPlace place, int shift) => place.Length == 0 ? default : new TextSpan(place.Start + shift, place.Length);

    // Differences wrapped around where instants are absurd, and wrap back here.
    private static long Instant(long beforeEnd, long end) => beforeEnd == CallEvent.NoInstant ? CallEvent.NoInstant : unchecked(end - beforeEnd);
}
