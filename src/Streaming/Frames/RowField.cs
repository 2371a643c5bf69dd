using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perimeter.Streaming;

/// <summary>Copies one field between rows and a column: what <see cref="NumberField"/> and <see cref="TextField"/> have in common.</summary>
internal static class RowField
{
    /// <summary>The field of the first row; that of the next is as many bytes further on as a row has. Stepping on from the last leads past the rows, and nothing is read there.</summary>
    public static ref byte First<TRow>(ReadOnlySpan<TRow> rows, int offset)
        where TRow : struct =>
        ref Unsafe.AddByteOffset(ref Unsafe.As<TRow, byte>(ref MemoryMarshal.GetReference(rows)), offset);

    /// <summary>The field of the row after.</summary>
    public static ref byte Next<TRow>(ref byte field)
        where TRow : struct => ref Unsafe.AddByteOffset(ref field, Unsafe.SizeOf<TRow>());
}
