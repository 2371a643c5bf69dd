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

    public static void Write(FrameWriter writer, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        if (IsAbsent(field, rows))
        {
            writer.Byte(Absent);
            return;
        }

        if (field.Habit == TextHabit.Digits)
        {
            WriteDigits(writer, field, rows, texts);
        }
        else if (field.Habit == TextHabit.FewDifferent && writer.Dictionary.TryNumber(texts, rows, field, writer.Numbers(rows.Length)))
        {
            WriteDictionary(writer, writer.Numbers(rows.Length), texts);
        }
        else
        {
            WriteBytes(writer, field, rows, texts);
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

    private static bool IsAbsent(TextField field, Span<CallEvent> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (!field.Of(rows, i).IsEmpty)
            {
                return false;
            }
        }

        return true;
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
        for (int i = 0; i < indexes.Length; i++)
        {
            if (indexes[i] < 0 || indexes[i] >= count)
            {
                reader.Fail($"row {i} names text {indexes[i]} of {count}");
            }

            field.Of(rows, i) = entries[(int)indexes[i]];
        }
    }

    private static void WriteDigits(FrameWriter writer, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        int begin = writer.BeginColumn(Digits);
        Span<ulong> packed = writer.Packed(rows.Length);
        Span<byte> lengths = writer.Lengths(rows.Length);
        bool anyEscaped = false;
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<byte> text = texts[field.Of(rows, i)];
            bool fits = PackedDigits.TryPack(text, out packed[i]);
            lengths[i] = (byte)(fits ? text.Length : Escape);
            anyEscaped |= !fits;
        }

        Span<long> codes = writer.Numbers(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            codes[i] = lengths[i];
        }

        NumberColumn.WritePlain(writer, codes);
        writer.PackedDigits(packed, lengths);
        for (int i = 0; anyEscaped && i < rows.Length; i++)
        {
            if (lengths[i] == Escape)
            {
                ReadOnlySpan<byte> text = texts[field.Of(rows, i)];
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
        long packedBytes = 0;
        long digits = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            long length = lengths[i];
            if ((ulong)length > Escape)
            {
                reader.Fail($"row {i} has {length} digits");
            }

            packedBytes += length == Escape ? 0 : PackedDigits.BytesFor((int)length);
            digits += length == Escape ? 0 : length;
        }

        ReadOnlySpan<byte> packed = reader.Bytes((int)packedBytes);
        Span<byte> expanded = scratch.Expanded((int)digits + PackedDigits.MaxDigits);
        int at = 0;
        int source = 0;
        foreach (long length in lengths)
        {
            if (length is not Escape and not 0)
            {
                PackedDigits.Unpack(FrameReader.UpTo8(packed, source), expanded[at..]);
                source += PackedDigits.BytesFor((int)length);
                at += (int)length;
            }
        }

        int offset = texts.Add(expanded[..at]).Offset;
        for (int i = 0; i < lengths.Length; i++)
        {
            int length = (int)lengths[i];
            if (length == Escape)
            {
                field.Of(rows, i) = texts.Add(reader.Bytes(reader.Count(reader.Left)));
            }
            else if (length > 0)
            {
                field.Of(rows, i) = new TextSpan(offset, length);
                offset += length;
            }
        }
    }

    private static void WriteBytes(FrameWriter writer, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        int begin = writer.BeginColumn(Bytes);
        Span<long> lengths = writer.Numbers(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            lengths[i] = field.Of(rows, i).Length;
        }

        NumberColumn.WritePlain(writer, lengths);
        for (int i = 0; i < rows.Length; i++)
        {
            writer.Bytes(texts[field.Of(rows, i)]);
        }

        writer.EndColumn(begin);
    }

    private static void ReadBytes(ref FrameReader reader, FrameWriter scratch, TextField field, Span<CallEvent> rows, TextArena texts)
    {
        Span<long> lengths = scratch.Numbers(rows.Length);
        NumberColumn.ReadPlain(ref reader, lengths);
        long total = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            if ((ulong)lengths[i] > (ulong)reader.Left)
            {
                reader.Fail($"the text of row {i} has {lengths[i]} bytes, and {reader.Left} are there");
            }

            total += lengths[i];
        }

        int offset = texts.Add(reader.Bytes((int)Math.Min(total, int.MaxValue))).Offset;
        for (int i = 0; i < lengths.Length; i++)
        {
            int length = (int)lengths[i];
            if (length > 0)
            {
                field.Of(rows, i) = new TextSpan(offset, length);
                offset += length;
            }
        }
    }
}
