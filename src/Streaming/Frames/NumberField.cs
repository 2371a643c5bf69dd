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
    public static int OffsetOf<TRow, TField>(ref TRow row, ref TField field)
        where TRow : struct =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<TRow, byte>(ref row), ref Unsafe.As<TField, byte>(ref field));

    public void Gather<TRow>(Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        switch (Storage)
        {
            case FieldStorage.Bool or FieldStorage.Byte: Get<TRow, byte>(rows, values); break;
            case FieldStorage.UInt16: Get<TRow, ushort>(rows, values); break;
            case FieldStorage.Int32: Get<TRow, int>(rows, values); break;
            case FieldStorage.Int64: Get<TRow, long>(rows, values); break;
            default:
                Get<TRow, long>(rows, values);
                foreach (ref long value in values)
                {
                    value = PackedCode.ToRight(value);
                }

                break;
        }
    }

    /// <summary>Writes the values into the rows, and may change them.</summary>
    /// <returns>The first row whose value the field cannot hold, or -1.</returns>
    public int Scatter<TRow>(Span<TRow> rows, Span<long> values)
        where TRow : struct
    {
        switch (Storage)
        {
            case FieldStorage.Bool: return Put<TRow, byte>(rows, values, 0, 1);
            case FieldStorage.Byte: return Put<TRow, byte>(rows, values, 0, byte.MaxValue);
            case FieldStorage.UInt16: return Put<TRow, ushort>(rows, values, 0, ushort.MaxValue);
            case FieldStorage.Int32: return Put<TRow, int>(rows, values, int.MinValue, uint.MaxValue);
            case FieldStorage.Int64: return Put<TRow, long>(rows, values, long.MinValue, ulong.MaxValue);
            default:
                foreach (ref long value in values)
                {
                    value = PackedCode.ToLeft(value);
                }

                return Put<TRow, long>(rows, values, long.MinValue, ulong.MaxValue);
        }
    }

    public long BaseOf<TRow>(Span<TRow> rows, int row)
        where TRow : struct
    {
        // A base that is itself unknown counts as 0.
        long value = At<TRow, long>(rows, row, BaseOffset);
        return value == long.MinValue ? 0 : value;
    }

    private void Get<TRow, TField>(Span<TRow> rows, Span<long> values)
        where TRow : struct
        where TField : unmanaged, INumberBase<TField>
    {
        rows = rows[..values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = long.CreateTruncating(At<TRow, TField>(rows, i, Offset));
        }
    }

    /// <param name="least">The least that the field holds, and <paramref name="range"/> how much more it holds.</param>
    private int Put<TRow, TField>(Span<TRow> rows, ReadOnlySpan<long> values, long least, ulong range)
        where TRow : struct
        where TField : unmanaged, INumberBase<TField>
    {
        rows = rows[..values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (unchecked((ulong)(values[i] - least)) > range)
            {
                return i;
            }

            At<TRow, TField>(rows, i, Offset) = TField.CreateTruncating(values[i]);
        }

        return -1;
    }

    private static ref TField At<TRow, TField>(Span<TRow> rows, int row, int offset)
        where TRow : struct
        where TField : unmanaged =>
        ref Unsafe.As<byte, TField>(ref Unsafe.AddByteOffset(ref Unsafe.As<TRow, byte>(ref rows[row]), offset));
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
