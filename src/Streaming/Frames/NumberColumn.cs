using System.Numerics;

namespace Perimeter.Streaming;

/// <summary>
/// One number a row, as differences from the least with as many bytes as the greatest needs. Content: a head byte (the width, and flags),
/// the least as a zigzag varint, the codes. Where some rows hold the default, code 0 stands for it and all others are one higher.
/// A column of nothing but the default is absent.
/// </summary>
internal static class NumberColumn
{
    private const byte Absent = 0;
    private const byte Differences = 1;

    private const byte WidthMask = 0x0F;
    private const byte HasDefault = 0x10;
    private const byte IsTold = 0x20;

    /// <param name="differing">The bytes in which rows differ, as <see cref="RowDifferences"/> finds them; empty where nobody looked.</param>
    public static void Write<TRow>(FrameWriter writer, NumberField field, Span<TRow> rows, ReadOnlySpan<byte> differing)
        where TRow : struct
    {
        if (rows.IsEmpty)
        {
            writer.Byte(Absent);
            return;
        }

        Span<long> values = writer.Numbers(rows.Length);
        if (!differing.IsEmpty && field.IsSame(differing))
        {
            field.Gather(rows[..1], values[..1]);
            if (values[0] == field.Default)
            {
                writer.Byte(Absent);
                return;
            }

            if (!field.IsTold)
            {
                int content = writer.BeginColumn(Differences);
                WriteWidth(writer, 0, 0, values[0]);
                writer.EndColumn(content);
                return;
            }
        }

        field.Gather(rows, values);
        byte told = 0;
        if (field.IsTold)
        {
            if (Tell(writer, field, rows, values))
            {
                told = IsTold;
            }
            else
            {
                field.Gather(rows, values);
            }
        }

        NumberSpan span = NumberValues.SpanOf(values, field.Default);
        if (span.Least > span.Most)
        {
            writer.Byte(Absent);
            return;
        }

        int begin = writer.BeginColumn(Differences);
        WriteContent(writer, values, span, field.Default, told);
        writer.EndColumn(begin);
    }

    public static void Read<TRow>(ref FrameReader reader, FrameWriter scratch, NumberField field, Span<TRow> rows)
        where TRow : struct
    {
        byte encoding = reader.BeginColumn(field.Name, out int end);
        if (encoding != Absent)
        {
            byte head = ReadHead(ref reader, encoding, out long least);
            if (head == 0)
            {
                if (!field.Fill(rows, least) && rows.Length > 0)
                {
                    reader.Fail($"{least} in row 0 is out of its range");
                }
            }
            else
            {
                Span<long> values = scratch.Numbers(rows.Length);
                ReadCodes(ref reader, head, least, values, field.Default);
                if ((head & IsTold) != 0)
                {
                    Untell(scratch, field, rows, values);
                }

                int bad = field.Scatter(rows, values);
                if (bad >= 0)
                {
                    reader.Fail($"{values[bad]} in row {bad} is out of its range");
                }
            }
        }

        reader.EndColumn(end);
    }

    /// <summary>Lengths and indexes of texts: numbers without a field. They have no default, and stay as they are.</summary>
    public static void WritePlain(FrameWriter writer, Span<long> values) =>
        WriteContent(writer, values, NumberValues.SpanOf(values, long.MinValue), long.MinValue, 0);

    public static void ReadPlain(ref FrameReader reader, Span<long> values) =>
        ReadCodes(ref reader, ReadHead(ref reader, Differences, out long least), least, values, long.MinValue);

    /// <summary>Puts differences in place of the values.</summary>
    /// <returns>False where a difference cannot be told from the default: the values are then to be gathered again.</returns>
    private static bool Tell<TRow>(FrameWriter writer, NumberField field, Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        if (field.FromPrevious)
        {
            return NumberValues.SubtractPrevious(values, field.Default);
        }

        Span<long> bases = writer.Bases(rows.Length);
        field.GatherBases(rows, bases);
        return NumberValues.Subtract(values, bases, field.Default);
    }

    private static void Untell<TRow>(FrameWriter scratch, NumberField field, Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        if (field.FromPrevious)
        {
            NumberValues.AddPrevious(values, field.Default);
            return;
        }

        Span<long> bases = scratch.Bases(rows.Length);
        field.GatherBases(rows, bases);
        NumberValues.Add(values, bases, field.Default);
    }

    private static void WriteContent(FrameWriter writer, Span<long> values, NumberSpan span, long defaultValue, byte told)
    {
        (long least, long most, bool hasDefault) = span;
        ulong range = unchecked((ulong)(most - least));
        if (hasDefault && (range == ulong.MaxValue || most < least))
        {
            // All 64 bits are in use, and no code is left over for the default: it is told as the number that it is.
            hasDefault = false;
            least = Math.Min(least, defaultValue);
            range = unchecked((ulong)(Math.Max(most, defaultValue) - least));
        }

        long first = hasDefault ? 1 : 0;
        int width = (BitOperations.Log2(unchecked(range + (ulong)first)) / 8) + 1;
        width = range == 0 && !hasDefault ? 0 : width;
        WriteWidth(writer, width, (byte)(told | (hasDefault ? HasDefault : 0)), least);
        if (width == 0)
        {
            return;
        }

        if (!hasDefault)
        {
            writer.Codes(values, width, unchecked(-least));
            return;
        }

        NumberValues.Replace(values, defaultValue, 0, unchecked(first - least));
        writer.Codes(values, width, 0);
    }

    private static void WriteWidth(FrameWriter writer, int width, byte flags, long least)
    {
        writer.Byte((byte)(width | flags));
        writer.ZigZag(least);
    }

    private static byte ReadHead(ref FrameReader reader, byte encoding, out long least)
    {
        if (encoding != Differences)
        {
            reader.Fail($"encoding {encoding} is none for numbers");
        }

        byte head = reader.Byte();
        least = reader.ZigZag();
        return head;
    }

    private static void ReadCodes(ref FrameReader reader, byte head, long least, Span<long> values, long defaultValue)
    {
        if ((head & HasDefault) == 0)
        {
            reader.Codes(values, head & WidthMask, least);
            return;
        }

        reader.Codes(values, head & WidthMask, 0);
        NumberValues.Replace(values, 0, defaultValue, unchecked(least - 1));
    }
}
