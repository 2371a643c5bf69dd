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

    public static void Write<TRow>(FrameWriter writer, NumberField field, Span<TRow> rows)
        where TRow : struct
    {
        Span<long> values = writer.Numbers(rows.Length);
        field.Gather(rows, values);
        byte told = 0;
        if (field.BaseOffset >= 0 || field.FromPrevious)
        {
            if (Tell(field, rows, values))
            {
                told = IsTold;
            }
            else
            {
                field.Gather(rows, values);
            }
        }

        WriteValues(writer, values, field.Default, told);
    }

    public static void Read<TRow>(ref FrameReader reader, FrameWriter scratch, NumberField field, Span<TRow> rows)
        where TRow : struct
    {
        byte encoding = reader.BeginColumn(field.Name, out int end);
        if (encoding != Absent)
        {
            Span<long> values = scratch.Numbers(rows.Length);
            byte head = ReadValues(ref reader, encoding, values, field.Default);
            if ((head & IsTold) != 0)
            {
                Untell(field, rows, values);
            }

            int bad = field.Scatter(rows, values);
            if (bad >= 0)
            {
                reader.Fail($"{values[bad]} in row {bad} is out of its range");
            }
        }

        reader.EndColumn(end);
    }

    /// <summary>Lengths and indexes of texts: numbers without a field. They have no default.</summary>
    public static void WritePlain(FrameWriter writer, Span<long> values) => WriteContent(writer, values, long.MinValue, 0);

    public static void ReadPlain(ref FrameReader reader, Span<long> values) => ReadValues(ref reader, Differences, values, long.MinValue);

    /// <summary>Puts differences in place of the values.</summary>
    /// <returns>False where a difference cannot be told from the default: the values are then to be gathered again.</returns>
    private static bool Tell<TRow>(NumberField field, Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        long previous = 0;
        for (int i = 0; i < values.Length; i++)
        {
            long value = values[i];
            if (value == field.Default)
            {
                continue;
            }

            long from = field.FromPrevious ? previous : field.BaseOf(rows, i);
            long difference = unchecked(value - from);
            if (difference == field.Default)
            {
                return false;
            }

            values[i] = difference;
            previous = value;
        }

        return true;
    }

    private static void Untell<TRow>(NumberField field, Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        long previous = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != field.Default)
            {
                previous = unchecked(values[i] + (field.FromPrevious ? previous : field.BaseOf(rows, i)));
                values[i] = previous;
            }
        }
    }

    private static void WriteValues(FrameWriter writer, Span<long> values, long defaultValue, byte told)
    {
        if (values.IndexOfAnyExcept(defaultValue) < 0)
        {
            writer.Byte(Absent);
            return;
        }

        int begin = writer.BeginColumn(Differences);
        WriteContent(writer, values, defaultValue, told);
        writer.EndColumn(begin);
    }

    private static void WriteContent(FrameWriter writer, Span<long> values, long defaultValue, byte told)
    {
        long least = long.MaxValue;
        long most = long.MinValue;
        bool hasDefault = false;
        foreach (long value in values)
        {
            if (value == defaultValue)
            {
                hasDefault = true;
            }
            else
            {
                least = Math.Min(least, value);
                most = Math.Max(most, value);
            }
        }

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
        writer.Byte((byte)(width | told | (hasDefault ? HasDefault : 0)));
        writer.ZigZag(least);
        if (width == 0)
        {
            return;
        }

        if (!hasDefault)
        {
            writer.Codes(values, width, unchecked(-least));
            return;
        }

        foreach (ref long value in values)
        {
            value = value == defaultValue ? 0 : unchecked(value - least + first);
        }

        writer.Codes(values, width, 0);
    }

    private static byte ReadValues(ref FrameReader reader, byte encoding, Span<long> values, long defaultValue)
    {
        if (encoding != Differences)
        {
            reader.Fail($"encoding {encoding} is none for numbers");
        }

        byte head = reader.Byte();
        long least = reader.ZigZag();
        if ((head & HasDefault) == 0)
        {
            reader.Codes(values, head & WidthMask, least);
            return head;
        }

        reader.Codes(values, head & WidthMask, 0);
        foreach (ref long value in values)
        {
            value = value == 0 ? defaultValue : unchecked(value - 1 + least);
        }

        return head;
    }
}
