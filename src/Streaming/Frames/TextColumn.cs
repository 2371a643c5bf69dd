using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>
/// One text a row, exactly as received. A column of empty texts is absent. Forms:
/// dictionary (count of entries, their lengths, their bytes, the index of each row); digits (a length for each row, <see cref="Escape"/> where the
/// text is not up to 16 digits, the packed digits, then the escaped texts as bytes); bytes (a length for each row, the bytes of all).
/// </summary>
internal static class TextColumn
{
    private const byte Absent = 0;
    private const byte Dictionary = 1;
    private const byte Digits = 2;
    private const byte Bytes = 3;

    /// <summary>The length of a text that is not digits, in a column of digits.</summary>
    private const int Escape = PackedDigits.MaxDigits + 1;

    /// <param name="differing">The bytes in which rows differ, as <see cref="RowDifferences"/> finds them.</param>
    public static void Write(FrameWriter writer, TextField field, Span<CallEvent> rows, TextArena texts, ReadOnlySpan<byte> differing)
    {
        if (rows.IsEmpty || (field.IsSame(differing) && field.Of(rows[0]).IsEmpty))
        {
            writer.Byte(Absent);
            return;
        }

        Span<TextSpan> spans = writer.Spans(rows.Length);
        if (!field.Gather(rows, spans))
        {
            writer.Byte(Absent);
        }
        else if (field.Habit == TextHabit.Digits)
        {
            WriteDigits(writer, spans, texts);
        }
        else if (field.Habit == TextHabit.FewDifferent && writer.Dictionary.TryNumber(texts, spans, writer.Numbers(rows.Length)))
        {
            WriteDictionary(writer, writer.Numbers(rows.Length), texts);
        }
        else
        {
            WriteBytes(writer, spans, texts);
        }
    }

    public static void Read(ref FrameReader reader, FrameWriter scratch, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        byte encoding = reader.BeginColumn(field.Name, out int end);
        switch (encoding)
        {
            case Absent: break;
            case Dictionary: ReadDictionary(ref reader, scratch, field, rows, texts); break;
            case Digits: ReadDigits(ref reader, scratch, field, rows, texts); break;
            case Bytes: ReadBytes(ref reader, scratch, field, rows, texts); break;
            default: reader.Fail($"encoding {encoding} is none for texts"); break;
        }

        reader.EndColumn(end);
    }

    private static void WriteDictionary(FrameWriter writer, Span<long> indexes, TextArena texts)
    {
        int begin = writer.BeginColumn(Dictionary);
        writer.Varint((ulong)writer.Dictionary.Count);
        foreach (TextSpan entry in writer.Dictionary.Entries)
        {
            writer.Varint((ulong)entry.Length);
        }

        foreach (TextSpan entry in writer.Dictionary.Entries)
        {
            writer.Bytes(texts[entry]);
        }

        NumberColumn.WritePlain(writer, indexes);
        writer.EndColumn(begin);
    }

    private static void ReadDictionary(ref FrameReader reader, FrameWriter scratch, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        int count = reader.Count(TextDictionary.MaxEntries);
        Span<TextSpan> entries = stackalloc TextSpan[count];
        int total = 0;
        foreach (ref TextSpan entry in entries)
        {
            int length = reader.Count(reader.Left - total);
            entry = new TextSpan(total, length);
            total += length;
        }

        int offset = texts.Add(reader.Bytes(total)).Offset;
        foreach (ref TextSpan entry in entries)
        {
            entry = entry.IsEmpty ? default : new TextSpan(entry.Offset + offset, entry.Length);
        }

        Span<long> indexes = scratch.Numbers(rows.Length);
        NumberColumn.ReadPlain(ref reader, indexes);
        Span<TextSpan> spans = scratch.Spans(rows.Length);
        for (int i = 0; i < indexes.Length; i++)
        {
            if ((ulong)indexes[i] >= (ulong)entries.Length)
            {
                reader.Fail($"row {i} names text {indexes[i]} of {count}");
            }

            spans[i] = entries[(int)indexes[i]];
        }

        field.Scatter(rows, spans);
    }

    private static void WriteDigits(FrameWriter writer, ReadOnlySpan<TextSpan> spans, TextArena texts)
    {
        int begin = writer.BeginColumn(Digits);
        Span<ulong> packed = writer.Packed(spans.Length);
        Span<long> lengths = writer.Numbers(spans.Length);
        bool anyEscaped = false;
        for (int i = 0; i < spans.Length; i++)
        {
            bool fits = PackedDigits.TryPack(texts.AsSpan(), spans[i], out packed[i]);
            lengths[i] = fits ? spans[i].Length : Escape;
            anyEscaped |= !fits;
        }

        NumberColumn.WritePlain(writer, lengths);
        writer.PackedDigits(packed, lengths);
        for (int i = 0; anyEscaped && i < spans.Length; i++)
        {
            if (lengths[i] == Escape)
            {
                ReadOnlySpan<byte> text = texts[spans[i]];
                writer.Varint((ulong)text.Length);
                writer.Bytes(text);
            }
        }

        writer.EndColumn(begin);
    }

    private static void ReadDigits(ref FrameReader reader, FrameWriter scratch, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        Span<long> lengths = scratch.Numbers(rows.Length);
        NumberColumn.ReadPlain(ref reader, lengths);
        int bad = NumberValues.IndexOutside(lengths, 0, Escape);
        if (bad >= 0)
        {
            reader.Fail($"row {bad} has {lengths[bad]} digits");
        }

        int packedBytes = 0;
        int digits = 0;
        int escaped = 0;
        foreach (long length in lengths)
        {
            // An escaped text counts as 17 digits in 9 bytes here, and is taken off below.
            packedBytes += PackedDigits.BytesFor((int)length);
            digits += (int)length;
            escaped += length == Escape ? 1 : 0;
        }

        ReadOnlySpan<byte> packed = reader.Bytes(packedBytes - (escaped * PackedDigits.BytesFor(Escape)));
        Span<byte> expanded = scratch.Expanded(digits - (escaped * Escape) + PackedDigits.MaxDigits);
        Span<TextSpan> spans = scratch.Spans(rows.Length);
        int first = texts.Length;
        int at = 0;
        int source = 0;
        for (int i = 0; i < spans.Length; i++)
        {
            int length = (int)lengths[i];
            if (length is Escape or 0)
            {
                spans[i] = default;
                continue;
            }

            PackedDigits.Unpack(FrameReader.UpTo8(packed, source), expanded[at..]);
            spans[i] = new TextSpan(first + at, length);
            source += PackedDigits.BytesFor(length);
            at += length;
        }

        texts.Add(expanded[..at]);
        for (int i = 0; escaped > 0 && i < spans.Length; i++)
        {
            if (lengths[i] == Escape)
            {
                spans[i] = texts.Add(reader.Bytes(reader.Count(reader.Left)));
            }
        }

        field.Scatter(rows, spans);
    }

    private static void WriteBytes(FrameWriter writer, ReadOnlySpan<TextSpan> spans, TextArena texts)
    {
        int begin = writer.BeginColumn(Bytes);
        Span<long> lengths = writer.Numbers(spans.Length);
        for (int i = 0; i < spans.Length; i++)
        {
            lengths[i] = spans[i].Length;
        }

        NumberColumn.WritePlain(writer, lengths);

        // Texts that lie one behind another, as they do when they were read from a frame, are copied together.
        TextSpan run = default;
        foreach (TextSpan span in spans)
        {
            if (span.Offset == run.Offset + run.Length)
            {
                run = run with { Length = run.Length + span.Length };
            }
            else if (!span.IsEmpty)
            {
                writer.Bytes(texts[run]);
                run = span;
            }
        }

        writer.Bytes(texts[run]);
        writer.EndColumn(begin);
    }

    private static void ReadBytes(ref FrameReader reader, FrameWriter scratch, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        Span<long> lengths = scratch.Numbers(rows.Length);
        NumberColumn.ReadPlain(ref reader, lengths);
        int bad = NumberValues.IndexOutside(lengths, 0, (ulong)reader.Left);
        if (bad >= 0)
        {
            reader.Fail($"the text of row {bad} has {lengths[bad]} bytes, and {reader.Left} are there");
        }

        Span<TextSpan> spans = scratch.Spans(rows.Length);
        long first = texts.Length;
        long offset = first;
        for (int i = 0; i < spans.Length; i++)
        {
            spans[i] = lengths[i] == 0 ? default : new TextSpan(unchecked((int)offset), (int)lengths[i]);
            offset += lengths[i];
        }

        // Longer than what is there is told before anybody looks at a span.
        texts.Add(reader.Bytes((int)Math.Min(offset - first, int.MaxValue)));
        field.Scatter(rows, spans);
    }
}
