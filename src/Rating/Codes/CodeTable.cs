using System.Numerics;
using System.Runtime.CompilerServices;
using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <summary>
/// Finds the longest code that begins a number, over the union of many decks' codes: its place in the sorted list of codes, a dense id.
/// 16 bytes a code, and up to 8 more for the table of leading digits.
/// </summary>
/// <remarks>
/// Sorted as words are, every code between the longest prefix of a number and the number itself descends from that prefix.
/// So the last code that does not sort after the number is the answer or a descendant of it, and parents lead there.
/// </remarks>
internal sealed class CodeTable
{
    public const int None = -1;

    /// <summary>The table of leading digits has at most 10^6 places, and at most two for each code.</summary>
    public const int MaxLeadingDigits = 6;

    private const int LengthBits = 4;

    private readonly ulong[] _codes;
    private readonly Entry[] _entries;

    /// <summary>For each run of leading digits, how many codes sort before the first number that begins with it.</summary>
    private readonly int[] _firstByLeadingDigits;
    private readonly int _leadingShift;

    /// <param name="sortedCodes">Distinct codes, packed, ascending. The array is kept.</param>
    public CodeTable(ulong[] sortedCodes)
    {
        _codes = sortedCodes;
        _entries = FindParents(sortedCodes);
        int leadingDigits = 1;
        int places = 10;
        while (leadingDigits < MaxLeadingDigits && places * 10 <= 2L * sortedCodes.Length)
        {
            leadingDigits++;
            places *= 10;
        }

        _leadingShift = 64 - (4 * leadingDigits);
        _firstByLeadingDigits = new int[places + 1];
        int place = 0;
        for (int code = 0; code < sortedCodes.Length; code++)
        {
            int leading = Leading(sortedCodes[code]);
            while (place <= leading)
            {
                _firstByLeadingDigits[place++] = code;
            }
        }

        while (place <= places)
        {
            _firstByLeadingDigits[place++] = sortedCodes.Length;
        }
    }

    public int Count => _codes.Length;

    public ReadOnlySpan<ulong> Codes => _codes;

    public E164 this[int code] => E164.FromPacked(_codes[code]);

    /// <summary>The next shorter code that begins this one, or <see cref="None"/>.</summary>
    public int ParentOf(int code) => _entries[code].Parent >> LengthBits;

    /// <summary>Bytes held for matching.</summary>
    public long Bytes => ((long)Unsafe.SizeOf<Entry>() * _entries.Length) + (sizeof(int) * (long)_firstByLeadingDigits.Length);

    /// <summary>The longest code that begins the number, or <see cref="None"/>.</summary>
    public int Find(E164 number)
    {
        ulong packed = number.Packed;
        int leading = Leading(packed);
        int last = _firstByLeadingDigits[leading] - 1;
        int left = _firstByLeadingDigits[leading + 1] - last - 1;
        Entry[] entries = _entries;
        while (left > 0)
        {
            // Written so that it needs no branch: which half a number falls into cannot be foretold.
            int step = (left + 1) >> 1;
            last = entries[last + step].Code <= packed ? last + step : last;
            left -= step;
        }

        if (last < 0)
        {
            return None;
        }

        // Parents are left by their length alone: those that are no longer than what the found code and the number have in common begin the number.
        Entry found = entries[last];
        int common = BitOperations.LeadingZeroCount((found.Code ^ packed) & ~0xFUL) / 4;
        if ((int)(found.Code & 0xF) <= common)
        {
            return last;
        }

        int parent = found.Parent;
        while ((parent & ((1 << LengthBits) - 1)) > common)
        {
            parent = entries[parent >> LengthBits].Parent;
        }

        return parent >> LengthBits;
    }

    private static bool Begins(ulong code, ulong number) => ((code ^ number) >> (64 - (4 * (int)(code & 0xF)))) == 0;

    /// <summary>The leading digits as a number: up to six binary-coded digits, by pairs.</summary>
    private int Leading(ulong packed)
    {
        uint digits = (uint)(packed >> _leadingShift);
        uint pairs = digits - (6 * ((digits >> 4) & 0x0F0F0F));
        return (int)((pairs & 0xFF) + (100 * ((pairs >> 8) & 0xFF)) + (10_000 * (pairs >> 16)));
    }

    private static Entry[] FindParents(ulong[] sortedCodes)
    {
        Entry[] entries = new Entry[sortedCodes.Length];
        for (int code = 0; code < sortedCodes.Length; code++)
        {
            int parent = code - 1;
            while (parent >= 0 && !Begins(sortedCodes[parent], sortedCodes[code]))
            {
                parent = entries[parent].Parent >> LengthBits;
            }

            int length = parent < 0 ? 0 : (int)(sortedCodes[parent] & 0xF);
            entries[code] = new Entry(sortedCodes[code], (parent << LengthBits) | length);
        }

        return entries;
    }

    /// <param name="Code">Packed.</param>
    /// <param name="Parent">The place of the next shorter code that begins this one, and in the lowest four bits its length; <see cref="None"/> and 0 where there is none.</param>
    private readonly record struct Entry(ulong Code, int Parent);
}
