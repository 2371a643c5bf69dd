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

    private const int LengthBits = 4;

    private readonly ulong[] _codes;

    /// <summary>The place of the next shorter code that begins this one, and in the lowest four bits its length; <see cref="None"/> and 0 where there is none.</summary>
    private readonly int[] _parents;

    /// <summary>What <see cref="CodeTail"/> makes of each code; at the end as many more as a vector may read too far.</summary>
    private readonly uint[] _tails;

    private readonly CodePlaces _places;

    /// <param name="sortedCodes">Distinct codes, packed, ascending. They are kept, not copied.</param>
    public CodeTable(ulong[] sortedCodes)
    {
        _codes = sortedCodes;
        _parents = FindParents(sortedCodes);
        _tails = new uint[sortedCodes.Length + CodePlace.MaxStretch];
        _places = new CodePlaces(sortedCodes, _parents, _tails);
    }

    /// <summary>Without codes: of decks that are keyed by something else.</summary>
    public static CodeTable Empty { get; } = new([]);

    public int Count => _codes.Length;

    public ReadOnlySpan<ulong> Codes => _codes;

    public E164 this[int code] => E164.FromPacked(_codes[code]);

    /// <summary>The next shorter code that begins this one, or <see cref="None"/>.</summary>
    public int ParentOf(int code) => CodeOf(_parents[code]);

    /// <summary>Bytes held for matching.</summary>
    public long Bytes => (sizeof(ulong) * (long)_codes.Length) + (sizeof(int) * (long)_parents.Length) + (sizeof(uint) * (long)_tails.Length) + _places.Bytes;

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
        var tails = Vector256.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_tails), first));
        int parent = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_parents), first);
        Vector256<uint> differs = tails ^ Vector256.Create(rest);
        Vector256<uint> markAndBelow = tails ^ (tails - Vector256<uint>.One);
        uint begins = Vector256.LessThanOrEqual(differs, markAndBelow).ExtractMostSignificantBits() & place.Codes;
        int last = unchecked(first + 31 - BitOperations.LeadingZeroCount(begins));
        return begins != 0 ? last : CodeOf(parent);
    }

    private int FindAmong(CodePlace stretch, E164 number)
    {
        int code = stretch.First + BitOperations.PopCount(stretch.Codes) - 1;
        while (code >= stretch.First && !number.StartsWith(this[code]))
        {
            code--;
        }

        return code >= stretch.First ? code : ParentOf(stretch.First);
    }

    /// <summary>
    /// For a number that ends before its digits lead anywhere. The last code that does not sort after it is the answer or descends from it.
    /// Parents are left by their length alone: those that are no longer than what that code and the number have in common begin the number.
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
        int parent = _parents[last];
        while ((parent & ((1 << LengthBits) - 1)) > common)
        {
            parent = _parents[CodeOf(parent)];
        }

        return CodeOf(parent);
    }

    /// <summary>A parent without its length.</summary>
    public static int CodeOf(int parent) => parent >> LengthBits;

    private static int[] FindParents(ulong[] sortedCodes)
    {
        int[] parents = CodeParents.Find(sortedCodes);
        foreach (ref int parent in parents.AsSpan())
        {
            int length = parent == None ? 0 : (int)(sortedCodes[parent] & 0xF);
            parent = (parent << LengthBits) | length;
        }

        return parents;
    }
}
