using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Ingest.Switches.Json;

/// <summary>Some ASCII characters, looked for in short texts that stand within a longer one: 64 bytes are loaded from their beginning on, and what is behind them masked out.</summary>
internal sealed class ByteSet
{
    private const int Block = 64;

    private readonly SearchValues<byte> _values;

    // A bit for each half byte above that is in use, and, by the half byte below, with which of them it makes a character of the set.
    private readonly Vector512<byte> _above;
    private readonly Vector512<byte> _below;

    /// <param name="characters">In at most eight of the sixteens of ASCII, which has no more.</param>
    public ByteSet(ReadOnlySpan<byte> characters)
    {
        _values = SearchValues.Create(characters);
        byte[] above = new byte[Block];
        byte[] below = new byte[Block];
        foreach (byte character in characters)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(character, (byte)0x7F);

            // Shuffles stay within 16 bytes: each of the four has the same table.
            for (int lane = 0; lane < Block; lane += 16)
            {
                above[lane + (character >> 4)] = (byte)(1 << (character >> 4));
                below[lane + (character & 15)] |= (byte)(1 << (character >> 4));
            }
        }

        _above = Vector512.Create(above);
        _below = Vector512.Create(below);
    }

    public bool IsIn(ReadOnlySpan<byte> text) => text.ContainsAny(_values);

    /// <summary>Whether one is in the part of a text.</summary>
    public bool IsIn(ReadOnlySpan<byte> text, int start, int length)
    {
        if (!Avx512BW.IsSupported || length > Block || text.Length - start < Block)
        {
            return IsIn(text.Slice(start, length));
        }

        Vector512<byte> bytes = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)start);
        Vector512<byte> lowHalf = Vector512.Create((byte)15);
        Vector512<byte> above = Avx512BW.Shuffle(_above, Vector512.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & lowHalf);
        ulong others = Vector512.Equals(above & Avx512BW.Shuffle(_below, bytes & lowHalf), Vector512<byte>.Zero).ExtractMostSignificantBits();
        return length > 0 && (~others & (ulong.MaxValue >> (Block - length))) != 0;
    }
}
