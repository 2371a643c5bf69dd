using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perimeter.Streaming;

/// <summary>
/// In which bytes rows differ, all fields in one pass: many columns of a batch are of one value, and need not be gathered to be told.
/// </summary>
internal static class RowDifferences
{
    /// <summary>Rows that stay in the nearest cache while each part of them is looked at.</summary>
    private const int BlockRows = 64;

    /// <summary>The bytes of a row, of which there are no fewer than of a vector.</summary>
    public static int Bytes<TRow>()
        where TRow : unmanaged => Unsafe.SizeOf<TRow>();

    /// <summary>Whether rows differ in none of some bytes.</summary>
    public static bool AreNone(ReadOnlySpan<byte> differing, int offset, int size) => differing.Slice(offset, size).IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Sets the bytes in which any row differs from the first to something else than 0, and all others to 0.</summary>
    public static void Find<TRow>(ReadOnlySpan<TRow> rows, Span<byte> differing)
        where TRow : unmanaged
    {
        int size = Bytes<TRow>();
        differing.Clear();
        ref byte first = ref Unsafe.As<TRow, byte>(ref MemoryMarshal.GetReference(rows));
        for (int begin = 0; begin < rows.Length; begin += BlockRows)
        {
            int count = Math.Min(BlockRows, rows.Length - begin);
            for (int part = 0; part < size; part += Vector<byte>.Count)
            {
                // The last part overlaps the one before.
                int at = Math.Min(part, size - Vector<byte>.Count);
                Vector<byte> expected = Vector.LoadUnsafe(ref first, (nuint)at);
                Vector<byte> seen = Vector<byte>.Zero;
                ref byte row = ref Unsafe.As<TRow, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), begin));
                for (int i = 0; i < count; i++)
                {
                    seen |= Vector.LoadUnsafe(ref row, (nuint)at) ^ expected;
                    row = ref Unsafe.AddByteOffset(ref row, size);
                }

                Vector<byte> before = new(differing[at..]);
                (before | seen).CopyTo(differing[at..]);
            }
        }
    }
}
