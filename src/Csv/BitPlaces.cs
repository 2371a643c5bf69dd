using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Csv;

/// <summary>The bits set in a block of 64, as numbers: where in a text the bytes are that mean something.</summary>
public static class BitPlaces
{
    /// <summary>So many numbers may be overwritten from the first one on, whatever the bits are.</summary>
    public const int Room = 64;

    private static readonly Vector512<byte> ByteOfBit = Vector512.Create([.. Enumerable.Range(0, Room).Select(static bit => (byte)(bit / 8))]);
    private static readonly Vector512<byte> BitOfByte = Vector512.Create([.. Enumerable.Range(0, Room).Select(static bit => (byte)(1 << (bit % 8)))]);
    private static readonly Vector512<byte> Numbers = Vector512.Create([.. Enumerable.Range(0, Room).Select(static bit => (byte)bit)]);

    /// <summary>Writes <paramref name="offset"/> and the number of each bit that is set, from the lowest on.</summary>
    /// <param name="bits">Bit 0 is the first byte of a block.</param>
    /// <param name="offset">Of that byte.</param>
    /// <param name="to">With <see cref="Room"/>.</param>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(ulong bits, int offset, ref int to)
    {
        if (!Avx512Vbmi2.IsSupported)
        {
            return WriteByFours(bits, offset, ref to);
        }

        Vector512<byte> spread = Avx512BW.Shuffle(Vector512.Create(bits).AsByte(), ByteOfBit) & BitOfByte;
        return Write(Vector512.Equals(spread, BitOfByte), offset, ref to);
    }

    /// <summary>The same of bytes in which every bit is set or none; for processors with VBMI2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Vector512<byte> set, int offset, ref int to)
    {
        int count = BitOperations.PopCount(set.ExtractMostSignificantBits());
        Vector512<byte> numbers = Avx512Vbmi2.Compress(Vector512<byte>.Zero, set, Numbers);
        Vector512<int> offsets = Vector512.Create(offset);
        const int vector = 16;
        (Avx512F.ConvertToVector512Int32(numbers.GetLower().GetLower()) + offsets).StoreUnsafe(ref to);
        if (count > vector)
        {
            (Avx512F.ConvertToVector512Int32(numbers.GetLower().GetUpper()) + offsets).StoreUnsafe(ref to, vector);
            if (count > 2 * vector)
            {
                (Avx512F.ConvertToVector512Int32(numbers.GetUpper().GetLower()) + offsets).StoreUnsafe(ref to, 2 * vector);
                (Avx512F.ConvertToVector512Int32(numbers.GetUpper().GetUpper()) + offsets).StoreUnsafe(ref to, 3 * vector);
            }
        }

        return count;
    }

    /// <summary>The same without vectors. Four at once: what is too many is overwritten.</summary>
    internal static int WriteByFours(ulong bits, int offset, ref int to)
    {
        int count = BitOperations.PopCount(bits);
        for (int i = 0; i < count; i += 4)
        {
            ref int four = ref Unsafe.Add(ref to, i);
            four = unchecked(offset + BitOperations.TrailingZeroCount(bits));
            bits &= unchecked(bits - 1);
            Unsafe.Add(ref four, 1) = unchecked(offset + BitOperations.TrailingZeroCount(bits));
            bits &= unchecked(bits - 1);
            Unsafe.Add(ref four, 2) = unchecked(offset + BitOperations.TrailingZeroCount(bits));
            bits &= unchecked(bits - 1);
            Unsafe.Add(ref four, 3) = unchecked(offset + BitOperations.TrailingZeroCount(bits));
            bits &= unchecked(bits - 1);
        }

        return count;
    }

    /// <summary>Sets every bit that has an odd number of bits set at its place and below: from each opening quote up to before the closing one.</summary>
    public static ulong Between(ulong quotes)
    {
        quotes ^= quotes << 1;
        quotes ^= quotes << 2;
        quotes ^= quotes << 4;
        quotes ^= quotes << 8;
        quotes ^= quotes << 16;
        return quotes ^ (quotes << 32);
    }
}
