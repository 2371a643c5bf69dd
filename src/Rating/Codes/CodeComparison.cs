using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Rating.Codes;

/// <summary>
/// Which of a few packed codes, one behind the other in memory, begin a number: all of them are compared at once. What differs between a code and the number
/// is moved down by the digits that the code does not have; where nothing is left, the code begins the number.
/// </summary>
internal static class CodeComparison
{
    /// <summary>So many codes are compared by one call.</summary>
    public const int Codes = 8;

    private const ulong LengthMask = 0xF;
    private const int BitsOfPacked = 64;

    /// <summary>A number's digits, and behind them digits that no code has: a code that is longer than the number does not begin it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Filled(ulong packed) => packed | (ulong.MaxValue >> unchecked((int)(packed << 2)));

    /// <summary>A bit for each code that begins the number, the first one's lowest.</summary>
    /// <param name="first">The first of <see cref="Codes"/> codes.</param>
    /// <param name="number">As <see cref="Filled"/> gives it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Begins(ref readonly ulong first, ulong number)
    {
        if (Avx512F.IsSupported)
        {
            var codes = Vector512.LoadUnsafe(in first);
            Vector512<ulong> absent = Vector512.Create((ulong)BitsOfPacked) - ((codes & Vector512.Create(LengthMask)) << 2);
            return unchecked((uint)Vector512.Equals(
                Avx512F.ShiftRightLogicalVariable(codes ^ Vector512.Create(number), absent), Vector512<ulong>.Zero).ExtractMostSignificantBits());
        }

        return Avx2.IsSupported ? ByHalves(in first, number) : OneByOne(in first, number);
    }

    /// <summary>The same with vectors of four.</summary>
    public static uint ByHalves(ref readonly ulong first, ulong number)
    {
        const int Half = Codes / 2;
        return ByFour(in first, number) | (ByFour(in Unsafe.Add(ref Unsafe.AsRef(in first), Half), number) << Half);
    }

    /// <summary>The same without vectors.</summary>
    public static uint OneByOne(ref readonly ulong first, ulong number)
    {
        uint begins = 0;
        for (int i = 0; i < Codes; i++)
        {
            ulong code = Unsafe.Add(ref Unsafe.AsRef(in first), i);
            int digits = (int)(code & LengthMask);
            begins |= digits == 0 || ((code ^ number) >> (BitsOfPacked - (4 * digits))) == 0 ? 1u << i : 0;
        }

        return begins;
    }

    private static uint ByFour(ref readonly ulong first, ulong number)
    {
        var codes = Vector256.LoadUnsafe(in first);
        Vector256<ulong> absent = Vector256.Create((ulong)BitsOfPacked) - ((codes & Vector256.Create(LengthMask)) << 2);
        return Vector256.Equals(Avx2.ShiftRightLogicalVariable(codes ^ Vector256.Create(number), absent), Vector256<ulong>.Zero).ExtractMostSignificantBits();
    }
}
