using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <summary>
/// Finds the longest code that begins a number, over the union of many decks' codes: its place in the sorted list of codes, a dense id.
/// The number's leading digits lead to its answer or to a stretch of a few codes, which are compared with it all at once.
/// </summary>
/// <remarks>
/// Sorted as words are, of the codes of a stretch that begin the number the last is the longest. Where none does, the answer is the parent of the first:
/// it is no longer than the digits that led to the stretch, or it would stand in the stretch itself, so it begins whatever has those digits.
/// </remarks>
internal sealed partial class CodeTable
{
    public const int None = -1;

    private readonly ulong[] _codes;

    /// <summary>The codes, and of fewer than a stretch can have, something behind them: as many are always compared.</summary>
    private readonly ulong[] _compared;

    private readonly CodePlaces _places;

    /// <param name="sortedCodes">Distinct codes, packed, ascending. They are kept, not copied.</param>
    public CodeTable(ulong[] sortedCodes)
    {
        _codes = sortedCodes;
        _compared = sortedCodes.Length >= CodePlace.MaxStretch ? sortedCodes : [.. sortedCodes, .. new ulong[CodePlace.MaxStretch]];
        _places = new CodePlaces(sortedCodes, CodeParents.Find(sortedCodes));
    }

    /// <summary>Without codes: of decks that are keyed by something else.</summary>
    public static CodeTable Empty { get; } = new([]);

    public int Count => _codes.Length;

    public ReadOnlySpan<ulong> Codes => _codes;

    public E164 this[int code] => E164.FromPacked(_codes[code]);

    /// <summary>Bytes held for matching.</summary>
    public long Bytes => (sizeof(ulong) * (long)_codes.Length) + _places.Bytes;

    /// <summary>The first step of finding the longest code that begins a number: near which codes it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CodePlace PlaceOf(E164 number) => _places.Of(number.Digits);

    /// <summary>The second step: the code, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Decide(CodePlace stretch, E164 number)
    {
        unchecked
        {
            // At the end of the list codes before the stretch are compared too, and not looked at.
            int beyond = _compared.Length - CodePlace.MaxStretch - stretch.First;
            int before = -(beyond & (beyond >> 31));
            int first = stretch.First - before;
            uint begins = BeginsOf(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_compared), first), before + stretch.Count, number) >> before << before;
            return begins != 0 ? first + 31 - BitOperations.LeadingZeroCount(begins) : Behind(stretch, number);
        }
    }

    /// <summary>A bit for each of a few codes that begins the number, the first one's lowest.</summary>
    /// <param name="codes">The first of <see cref="CodePlace.MaxStretch"/>.</param>
    /// <param name="count">How many of them are asked for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint BeginsOf(ref ulong codes, int count, E164 number)
    {
        unchecked
        {
            // Where none of them is in the second half, the first is read again: memory behind it is not waited for. Guessing which it is costs more than this.
            int half = CodeComparison.Codes & ((CodeComparison.Codes - count) >> 31);
            ulong filled = CodeComparison.Filled(number.Packed);
            uint begins = CodeComparison.Begins(ref codes, filled) | (CodeComparison.Begins(ref Unsafe.Add(ref codes, half), filled) << CodeComparison.Codes);
            return begins & ((1u << count) - 1);
        }
    }

    /// <summary>
    /// Of a number that no code of its stretch begins. One that is shorter than the first of them may have come here by zeros that it does not have; any other came by digits of its own.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Behind(CodePlace stretch, E164 number)
    {
        if (stretch.Count == 0)
        {
            return None;
        }

        return number.Length < this[stretch.First].Length ? FindShort(number) : _places.Parents.Of(stretch.First);
    }

    /// <summary>
    /// For a number that ends before its digits lead anywhere. The last code that does not sort after it is the answer or shares its leading digits;
    /// of the shorter codes that have those digits the longest is looked for.
    /// </summary>
    private int FindShort(E164 number)
    {
        int found = Array.BinarySearch(_codes, number.Packed);
        int last = found >= 0 ? found : ~found - 1;
        if (last < 0 || number.StartsWith(this[last]))
        {
            return last;
        }

        int common = BitOperations.LeadingZeroCount((_codes[last] ^ number.Packed) & ~0xFUL) / 4;
        for (int length = common; length > 0; length--)
        {
            int code = Array.BinarySearch(_codes, 0, last, number.Prefix(length).Packed);
            if (code >= 0)
            {
                return code;
            }
        }

        return None;
    }
}
