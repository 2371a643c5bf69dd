using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>The columns of call events, in the order in which they are stored: new ones go at the end, and none is ever taken out.</summary>
internal static class CallEventColumns
{
    private static readonly NumberField[] Numbers = NumberFields();

    private static readonly TextField[] Texts = TextFields();

    private static readonly NumberField[] LaterNumbers = LaterNumberFields();

    public static void Write(FrameWriter writer, CallEventBatch batch)
    {
        writer.Varint((ulong)(Numbers.Length + Texts.Length + LaterNumbers.Length));
        Span<CallEvent> rows = batch.Events;
        Span<byte> differing = stackalloc byte[RowDifferences.Bytes<CallEvent>()];
        RowDifferences.Find(rows, differing);
        foreach (NumberField field in Numbers)
        {
            NumberColumn.Write(writer, field, rows, differing);
        }

        foreach (TextField field in Texts)
        {
            TextColumn.Write(writer, field, rows, batch.Texts, differing);
        }

        foreach (NumberField field in LaterNumbers)
        {
            NumberColumn.Write(writer, field, rows, differing);
        }
    }

    /// <summary>Reads the columns into the last <paramref name="count"/> rows of the batch, which are as <see cref="CallEventBatch.Add"/> left them.</summary>
    public static void Read(ref FrameReader reader, CallEventBatch batch, int count)
    {
        int columns = reader.Count(byte.MaxValue);
        FrameWriter scratch = FrameWriter.ForThisThread();
        Span<CallEvent> rows = batch.Events[^count..];
        int column = 0;
        for (; column < Math.Min(columns, Numbers.Length); column++)
        {
            NumberColumn.Read(ref reader, scratch, Numbers[column], rows);
        }

        for (; column < Math.Min(columns, Numbers.Length + Texts.Length); column++)
        {
            TextColumn.Read(ref reader, scratch, Texts[column - Numbers.Length], rows, batch.Texts);
        }

        for (; column < Math.Min(columns, Numbers.Length + Texts.Length + LaterNumbers.Length); column++)
        {
            NumberColumn.Read(ref reader, scratch, LaterNumbers[column - Numbers.Length - Texts.Length], rows);
        }

        reader.SkipColumns(columns - column);
    }

    private static NumberField[] NumberFields()
    {
        CallEvent e = default;
        int setup = NumberField.OffsetOf(ref e, ref e.SetupMs);
        return
        [
            new("kind", NumberField.OffsetOf(ref e, ref e.Kind), FieldStorage.Byte, 0),
            new("final", NumberField.OffsetOf(ref e, ref e.Final), FieldStorage.Bool, 1),
            new("burst", NumberField.OffsetOf(ref e, ref e.Burst), FieldStorage.Bool, 0),
            new("attempt", NumberField.OffsetOf(ref e, ref e.Attempt), FieldStorage.UInt16, 1),
            new("sip_code", NumberField.OffsetOf(ref e, ref e.SipCode), FieldStorage.Int32, CallEvent.NoNumber),
            new("source_port", NumberField.OffsetOf(ref e, ref e.SourcePort), FieldStorage.Int32, CallEvent.NoNumber),
            new("pdd_ms", NumberField.OffsetOf(ref e, ref e.PddMs), FieldStorage.Int32, CallEvent.NoNumber),
            new("mos", NumberField.OffsetOf(ref e, ref e.MosThousandths), FieldStorage.Int32, CallEvent.NoNumber),
            new("route_revision", NumberField.OffsetOf(ref e, ref e.RouteRevision), FieldStorage.Int64, CallEvent.NoNumber),
            new("setup_time", setup, FieldStorage.Int64, CallEvent.NoInstant, FromPrevious: true),
            new("progress_time", NumberField.OffsetOf(ref e, ref e.ProgressMs), FieldStorage.Int64, CallEvent.NoInstant, setup),
            new("answer_time", NumberField.OffsetOf(ref e, ref e.AnswerMs), FieldStorage.Int64, CallEvent.NoInstant, setup),
            new("end_time", NumberField.OffsetOf(ref e, ref e.EndMs), FieldStorage.Int64, CallEvent.NoInstant, setup),
            new("answer_time_b", NumberField.OffsetOf(ref e, ref e.AnswerBMs), FieldStorage.Int64, CallEvent.NoInstant, setup),
            new("end_time_b", NumberField.OffsetOf(ref e, ref e.EndBMs), FieldStorage.Int64, CallEvent.NoInstant, setup),
        ];
    }

    private static NumberField[] LaterNumberFields()
    {
        CallEvent e = default;
        return [new("marks", NumberField.OffsetOf(ref e, ref e.Marks), FieldStorage.Byte, (long)CallMarks.None)];
    }

    private static TextField[] TextFields()
    {
        CallEvent e = default;
        List<TextField> fields = [];
        foreach (CallEventText text in CallEventTexts.All)
        {
            TextHabit habit = text switch
            {
                CallEventText.CallId => TextHabit.AllDifferent,
                CallEventText.Ani or CallEventText.Dnis or CallEventText.AniSent or CallEventText.DnisSent or CallEventText.Lrn => TextHabit.Digits,
                _ => TextHabit.FewDifferent,
            };
            fields.Add(new TextField(text.ToString(), NumberField.OffsetOf(ref e, ref CallEventTexts.Of(ref e, text)), habit));
        }

        return [.. fields];
    }
}
