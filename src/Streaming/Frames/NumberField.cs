using System.Numerics;
using System.Runtime.CompilerServices;

namespace Perimeter.Streaming;

/// <summary>What a field of the struct holds in memory.</summary>
internal enum FieldStorage { Bool, Byte, UInt16, Int32, Int64, Code }

/// <summary>
/// One number of a row type, as a column: where it lies in the struct, and what its column is told against.
/// </summary>
/// <param name="Name">For messages.</param>
/// <param name="Offset">Bytes from the begin of the row.</param>
/// <param name="Default">The value of rows that do not carry it; a column of nothing else is absent.</param>
/// <param name="BaseOffset">Rows are told as differences from the instant or amount there, of an earlier column; -1: from nothing.</param>
/// <param name="FromPrevious">Rows are told as differences from the row before.</param>
internal sealed record NumberField(string Name, int Offset, FieldStorage Storage, long Default, int BaseOffset = -1, bool FromPrevious = false)
{
    /// <summary>Whether rows are told as differences.</summary>
    public bool IsTold => BaseOffset >= 0 || FromPrevious;

    public static int OffsetOf<TRow, TField>(ref TRow row, ref TField field)
        where TRow : struct =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<TRow, byte>(ref row), ref Unsafe.As<TField, byte>(ref field));

    public void Gather<TRow>(Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        switch (Storage)
        {
            case FieldStorage.Bool or FieldStorage.Byte: Get<TRow, byte>(rows, values, Offset); break;
            case FieldStorage.UInt16: Get<TRow, ushort>(rows, values, Offset); break;
            case FieldStorage.Int32: Get<TRow, int>(rows, values, Offset); break;
            case FieldStorage.Int64: Get<TRow, long>(rows, values, Offset); break;
            default:
                Get<TRow, long>(rows, values, Offset);
                foreach (ref long value in values)
                {
                    value = PackedCode.ToRight(value);
                }

                break;
        }
    }

    /// <summary>What the rows' values are told against.</summary>
    public void GatherBases<TRow>(Span<TRow> rows, Span<long> bases)
        where TRow : struct => Get<TRow, long>(rows, bases, BaseOffset);

    /// <summary>Writes the values into the rows, and may change them.</summary>
    /// <returns>The first row whose value the field cannot hold, or -1.</returns>
    public int Scatter<TRow>(Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        if (Storage == FieldStorage.Code)
        {
            foreach (ref long value in values)
            {
                value = PackedCode.ToLeft(value);
            }
        }

        (long least, ulong range) = Holds;
        int bad = range == ulong.MaxValue ? -1 : NumberValues.IndexOutside(values, least, range);
        if (bad < 0)
        {
            Put(rows, values);
        }

        return bad;
    }

    /// <summary>Writes one value into all rows.</summary>
    /// <returns>False where the field cannot hold it.</returns>
    public bool Fill<TRow>(Span<TRow> rows, long value)
        where TRow : struct
    {
        (long least, ulong range) = Holds;
        if (unchecked((ulong)(value - least)) > range)
        {
            return false;
        }

        switch (Storage)
        {
            case FieldStorage.Bool or FieldStorage.Byte: PutAll(rows, unchecked((byte)value)); break;
            case FieldStorage.UInt16: PutAll(rows, unchecked((ushort)value)); break;
            case FieldStorage.Int32: PutAll(rows, unchecked((int)value)); break;
            default: PutAll(rows, Storage == FieldStorage.Code ? PackedCode.ToLeft(value) : value); break;
        }

        return true;
    }

    /// <summary>Whether the field is the same in all rows, by the bytes in which rows differ.</summary>
    public bool IsSame(ReadOnlySpan<byte> differing) => RowDifferences.AreNone(differing, Offset, Size);

    /// <summary>The least that the field holds, and how much more.</summary>
    private (long Least, ulong Range) Holds => Storage switch
    {
        FieldStorage.Bool => (0, 1),
        FieldStorage.Byte => (0, byte.MaxValue),
        FieldStorage.UInt16 => (0, ushort.MaxValue),
        FieldStorage.Int32 => (int.MinValue, uint.MaxValue),
        _ => (long.MinValue, ulong.MaxValue),
    };

    private int Size => Storage switch
    {
        FieldStorage.Bool or FieldStorage.Byte => sizeof(byte),
        FieldStorage.UInt16 => sizeof(ushort),
        FieldStorage.Int32 => sizeof(int),
        _ => sizeof(long),
    };

    private void Put<TRow>(Span<TRow> rows, ReadOnlySpan<long> values)
        where TRow : struct
    {
        switch (Storage)
        {
            case FieldStorage.Bool or FieldStorage.Byte: Put<TRow, byte>(rows, values); break;
            case FieldStorage.UInt16: Put<TRow, ushort>(rows, values); break;
            case FieldStorage.Int32: Put<TRow, int>(rows, values); break;
            default: Put<TRow, long>(rows, values); break;
        }
    }

    private static void Get<TRow, TField>(Span<TRow> rows, Span<long> values, int offset)
        where TRow : struct
        where TField : unmanaged, INumberBase<TField>
    {
        ref byte at = ref RowField.First<TRow>(rows[..values.Length], offset);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = long.CreateTruncating(Unsafe.ReadUnaligned<TField>(ref at));
            at = ref RowField.Next<TRow>(ref at);
        }
    }

    private void Put<TRow, TField>(Span<TRow> rows, ReadOnlySpan<long> values)
        where TRow : struct
        where TField : unmanaged, INumberBase<TField>
    {
        ref byte at = ref RowField.First<TRow>(rows[..values.Length], Offset);
        for (int i = 0; i < values.Length; i++)
        {
            Unsafe.WriteUnaligned(ref at, TField.CreateTruncating(values[i]));
            at = ref RowField.Next<TRow>(ref at);
        }
    }

    private void PutAll<TRow, TField>(Span<TRow> rows, TField value)
        where TRow : struct
        where TField : unmanaged
    {
        ref byte at = ref RowField.First<TRow>(rows, Offset);
        for (int i = 0; i < rows.Length; i++)
        {
            Unsafe.WriteUnaligned(ref at, value);
            at = ref RowField.Next<TRow>(ref at);
        }
    }
}

/// <summary>A code's digits moved to the low end, so that short codes are small numbers.</summary>
internal static class PackedCode
{
    private const int Bits = 64;

    public static long ToRight(long code)
    {
        ulong packed = unchecked((ulong)code);
        int unused = Bits - 4 - (4 * (int)(packed & 0xF));
        return unchecked((long)((((packed & ~0xFUL) >> Math.Max(unused, 0)) & ~0xFUL) | (packed & 0xF)));
    }

    public static long ToLeft(long right)
    {
        int unused = Bits - 4 - (4 * (int)(right & 0xF));
        return unchecked((long)((((ulong)right & ~0xFUL) << Math.Max(unused, 0)) | ((ulong)right & 0xF)));
    }
}
