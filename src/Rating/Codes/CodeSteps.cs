using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Rating.Codes;

/// <summary>From one table to the next for a few numbers at once: what <see cref="CodePlace.IndexIn"/> does for one, in the lanes of vectors.</summary>
internal static class CodeSteps
{
    /// <summary>Numbers that take a step by one call.</summary>
    public const int Together = 8;

    /// <summary>A step of what does not stand at a table is no step, by the bit that tells tables; gathering looks at the highest.</summary>
    private const int ToSign = 31;

    public static bool AreSupported => Avx512BW.IsSupported;

    /// <summary>One step for each number that is at a table.</summary>
    /// <param name="entries">Of all tables.</param>
    /// <param name="places">The first of the places where the numbers are.</param>
    /// <param name="digits">The digits that the first of the numbers has left.</param>
    /// <returns>Not zero where one of them is at a table still.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe uint Take(CodePlace* entries, ref CodePlace places, ref ulong digits)
    {
        ref uint first = ref Unsafe.As<CodePlace, uint>(ref places);
        var place = Vector256.LoadUnsafe(ref first);
        var number = Vector512.LoadUnsafe(ref digits);
        Vector512<ulong> table = Avx512F.ConvertToVector512UInt64(place);
        Vector512<ulong> bits = (table >> CodePlace.KindBits) & Vector512.Create((ulong)CodePlace.SmallMask);
        Vector512<ulong> next = Avx512F.ShiftRightLogicalVariable(number, Vector512.Create((ulong)CodePlace.BitsOfDigits) - bits);
        Avx512F.ShiftLeftLogicalVariable(number, bits).StoreUnsafe(ref digits);

        // Digits to pairs, to fours, to the whole: 16 becomes 10, then a pair counts a hundred times the one behind it, and four digits ten thousand times.
        Vector512<ulong> tens = (next >> 4) & Vector512.Create(0x0F0F0FUL);
        Vector512<ulong> pairs = next - (tens << 2) - (tens << 1);
        Vector512<short> fours = Avx512BW.MultiplyAddAdjacent(pairs.AsByte(), Vector512.Create(1UL + (100 << 8) + (1 << 16)).AsSByte());
        Vector512<int> value = Avx512BW.MultiplyAddAdjacent(fours, Vector512.Create(1UL + (10_000 << 16)).AsInt16());
        Vector256<int> index = Avx512F.ConvertToVector256Int32(value.AsInt64() + (table >> CodePlace.SmallShift).AsInt64());
        place = Avx2.GatherMaskVector256(place, (uint*)entries, index, place << ToSign, sizeof(uint));
        place.StoreUnsafe(ref first);
        return (place << ToSign).ExtractMostSignificantBits();
    }
}
