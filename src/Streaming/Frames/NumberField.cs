using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
            case FieldStorage.Bool or FieldStorage.Byte:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = At<TRow, byte>(rows, i, Offset);
                }

                break;
            case FieldStorage.UInt16:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = At<TRow, ushort>(rows, i, Offset);
                }

                break;
            case FieldStorage.Int32:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = At<TRow, int>(rows, i, Offset);
                }

                break;
            case FieldStorage.Int64:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = At<TRow, long>(rows, i, Offset);
                }

                break;
            default:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = PackedCode.ToRight(At<TRow, ulong>(rows, i, Offset));
                }

                break;
        }
    }

    /// <summary>Writes the values into the rows.</summary>
    /// <returns>The first row whose value the field cannot hold, or -1.</returns>
    public int Scatter<TRow>(Span<TRow> rows, ReadOnlySpan<long> values)
        where TRow : struct
    {
        long most = Storage switch
        {
            FieldStorage.Bool => 1,
            FieldStorage.Byte => byte.MaxValue,
            FieldStorage.UInt16 => ushort.MaxValue,
            FieldStorage.Int32 => int.MaxValue,
            _ => long.MaxValue,
        };
        long least = Storage switch { FieldStorage.Int32 => int.MinValue, FieldStorage.Int64 or FieldStorage.Code => long.MinValue, _ => 0 };
        for (int i = 0; i < values.Length; i++)
        {
            long value = values[i];
            if (value < least || value > most)
            {
                return i;
            }

            switch (Storage)
            {
                case FieldStorage.Bool or FieldStorage.Byte: At<TRow, byte>(rows, i, Offset) = (byte)value; break;
                case FieldStorage.UInt16: At<TRow, ushort>(rows, i, Offset) = (ushort)value; break;
                case FieldStorage.Int32: At<TRow, int>(rows, i, Offset) = (int)value; break;
                case FieldStorage.Int64: At<TRow, long>(rows, i, Offset) = value; break;
                default: At<TRow, ulong>(rows, i, Offset) = PackedCode.ToLeft(value); break;
            }
        }

        return -1;
    }

    public long BaseOf<TRow>(Span<TRow> rows, int row)
        where TRow : struct
    {
        // A base that is itself unknown counts as 0.
        long value = At<TRow, long>(rows, row, BaseOffset);
        return value == long.MinValue ? 0 : value;
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

    public static long ToRight(ulong packed)
    {
        int unused = Bits - 4 - (4 * (int)(packed & 0xF));
        return unchecked((long)((((packed & ~0xFUL) >> Math.Max(unused, 0)) & ~0xFUL) | (packed & 0xF)));
    }

    public static ulong ToLeft(long right)
    {
        int unused = Bits - 4 - (4 * (int)(right & 0xF));
        return unchecked((((ulong)right & ~0xFUL) << Math.Max(unused, 0)) | ((ulong)right & 0xF));
    }
}
