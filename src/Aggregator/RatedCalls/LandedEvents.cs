using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>
/// Rows of <c>rated_calls</c> made events again, as they were rated. Statements select the inputs one behind another: end_time, setup_before_end_ms,
/// progress_before_end_ms, answer_before_end_ms, call_id, ani, dnis, received, attempt, flags, sip_code, pdd_ms, mos_thousandths.
/// </summary>
internal static class LandedEvents
{
    /// <summary>Fills the batch with the rows; its texts are copied once, a column at a time.</summary>
    /// <param name="block">Rows of a result.</param>
    /// <param name="first">The place of end_time among its columns.</param>
    /// <param name="batch">Cleared before.</param>
    public static void ReadInto(in NativeBlock block, int first, CallEventBatch batch)
    {
        batch.Clear();
        Span<CallEvent> events = batch.Resize(block.Rows);
        if (block.Rows == 0)
        {
            return;
        }

        ReadOnlySpan<long> end = block.Numbers<long>(first);
        ReadOnlySpan<long> setup = block.Numbers<long>(first + 1);
        ReadOnlySpan<long> progress = block.Numbers<long>(first + 2);
        ReadOnlySpan<long> answer = block.Numbers<long>(first + 3);
        ReadOnlySpan<TextPlace> callId = block.Texts(first + 4);
        ReadOnlySpan<TextPlace> ani = block.Texts(first + 5);
        ReadOnlySpan<TextPlace> dnis = block.Texts(first + 6);
        ReadOnlySpan<TextPlace> received = block.Texts(first + 7);
        ReadOnlySpan<ushort> attempt = block.Numbers<ushort>(first + 8);
        ReadOnlySpan<byte> flags = block.Numbers<byte>(first + 9);
        ReadOnlySpan<short> sipCode = block.Numbers<short>(first + 10);
        ReadOnlySpan<int> pdd = block.Numbers<int>(first + 11);
        ReadOnlySpan<int> mos = block.Numbers<int>(first + 12);

        int callIdShift = Copy(block, callId, batch.Texts);
        int aniShift = Copy(block, ani, batch.Texts);
        int dnisShift = Copy(block, dnis, batch.Texts);
        int receivedShift = Copy(block, received, batch.Texts);
        for (int row = 0; row < events.Length; row++)
        {
            ref CallEvent read = ref events[row];
            read = default;
            read.Kind = CallEventKind.Ended;
            read.Final = (flags[row] & RatedCallColumns.Final) != 0;
            read.Burst = (flags[row] & RatedCallColumns.Burst) != 0;
            read.Marks = RatedCallColumns.MarksOf(flags[row]);
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
            ReceivedTexts.Read(block.Text(received[row]), received[row].Start + receivedShift, ref read);
        }
    }

    /// <summary>Copies a column's texts, which lie one behind another, all together.</summary>
    /// <returns>What leads from a text's place in the block to its place in the arena.</returns>
    private static int Copy(in NativeBlock block, ReadOnlySpan<TextPlace> column, TextArena texts)
    {
        int start = column[0].Start;
        return texts.Add(block.Bytes[start..(column[^1].Start + column[^1].Length)]).Offset - start;
    }

    private static TextSpan Span(TextPlace place, int shift) => place.Length == 0 ? default : new TextSpan(place.Start + shift, place.Length);

    // Differences wrapped around where instants are absurd, and wrap back here.
    private static long Instant(long beforeEnd, long end) => beforeEnd == CallEvent.NoInstant ? CallEvent.NoInstant : unchecked(end - beforeEnd);
}
