using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <summary>What <see cref="CodeTail"/> makes of each code; at the end as many more as a vector may read too far.</summary>
    private readonly uint[] _tails;

    private readonly CodePlaces _places;

    /// <param name="sortedCodes">Distinct codes, packed, ascending. They are kept, not copied.</param>
    public CodeTable(ulong[] sortedCodes)
    {
        _codes = sortedCodes;
        _tails = new uint[sortedCodes.Length + CodePlace.MaxStretch];
        _places = new CodePlaces(sortedCodes, CodeParents.Find(sortedCodes), _tails);
    }

    /// <summary>Without codes: of decks that are keyed by something else.</summary>
    public static CodeTable Empty { get; } = new([]);

    public int Count => _codes.Length;

    public ReadOnlySpan<ulong> Codes => _codes;

    public E164 this[int code] => E164.FromPacked(_codes[code]);

    /// <summary>Bytes held for matching.</summary>
    public long Bytes => (sizeof(ulong) * (long)_codes.Length) + (sizeof(uint) * (long)_tails.Length) + _places.Bytes;

    /// <summary>The first step of finding the longest code that begins a number: near which codes it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CodePlace PlaceOf(E164 number, out int usedBits) => _places.Of(number.Digits, out usedBits);

    /// <summary>The second step: the code, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Decide(CodePlace place, E164 number, int usedBits)
    {
        int left = unchecked((4 * number.Length) - usedBits);
        if (left < 0)
        {
            return FindShort(number);
        }

        if (place.IsAnswer)
        {
            return place.Code;
        }

        return place.IsLongStretch ? FindAmong(place, number) : Compare(place, unchecked((uint)(Rest(number, usedBits, left) >> 32)));
    }

    /// <summary>The digits behind those used, and then digits that no code has.</summary>
    private static ulong Rest(E164 number, int usedBits, int left) => (number.Digits << usedBits) | (ulong.MaxValue >> left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Compare(CodePlace place, uint rest)
    {
        // A stretch is never at a place that has no code, and behind the last there is room for a vector.
        int first = place.First;
        var tails = Vector512.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_tails), first));
        Vector512<uint> differs = tails ^ Vector512.Create(rest);
        Vector512<uint> markAndBelow = tails ^ (tails - Vector512<uint>.One);
        uint begins = (uint)Vector512.LessThanOrEqual(differs, markAndBelow).ExtractMostSignificantBits() & place.Codes;
        return begins != 0 ? unchecked(first + 31 - BitOperations.LeadingZeroCount(begins)) : _places.Parents.Of(first);
    }

    private int FindAmong(CodePlace stretch, E164 number)
    {
        int code = stretch.First + BitOperations.PopCount(stretch.Codes) - 1;
        while (code >= stretch.First && !number.StartsWith(this[code]))
        {
            code--;
        }

        return code >= stretch.First ? code : _places.Parents.Of(stretch.First);
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
