using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <summary>Builds the tables of <see cref="CodePlaces"/>.</summary>
internal readonly ref struct CodePlacesBuilder(ReadOnlySpan<ulong> codes, ReadOnlySpan<int> parents)
{
    /// <summary>The first table of a large list is 400 KB, which stays in the processor's own caches.</summary>
    private const int MaxDigits = 5;

    /// <summary>A table has at most so many entries for each code in it, or ten: what it costs in memory is bounded by that.</summary>
    private const int MaxEntriesPerCode = 1;

    private readonly ReadOnlySpan<ulong> _codes = codes;
    private readonly ReadOnlySpan<int> _parents = parents;
    private readonly List<CodePlace> _entries = new(codes.Length + 16);
    private readonly List<int> _stretches = [];

    /// <summary>The first code of each stretch, ascending.</summary>
    public IReadOnlyList<int> Stretches => _stretches;

    public CodePlace[] ToEntries() => [.. _entries];

    /// <summary>Adds the table of the codes from <paramref name="first"/> up to <paramref name="end"/> and all tables below it.</summary>
    /// <param name="shared">The digits that those codes share, with their count: a code itself, or none.</param>
    public CodePlace AddTable(int first, int end, E164 shared)
    {
        int digits = 1;
        int size = 10;
        while (digits < MaxDigits && shared.Length + digits < E164.MaxDigits && size * 10L <= MaxEntriesPerCode * (long)(end - first))
        {
            digits++;
            size *= 10;
        }

        int start = _entries.Count;
        CollectionsMarshal.SetCount(_entries, start + size);
        CodePlace table = CodePlace.OfTable(start, digits);
        for (int i = 0; i < size; i++)
        {
            int to = first;
            while (to < end && IndexOf(table, shared.Length, _codes[to]) == start + i)
            {
                to++;
            }

            _entries[start + i] = Place(first, to, Append(shared, i, digits));
            first = to;
        }

        return table;
    }

    private CodePlace Place(int first, int end, E164 shared)
    {
        int longest = 0;
        for (int code = first; code < end; code++)
        {
            longest = Math.Max(longest, (int)(_codes[code] & 0xF));
        }

        if (longest <= shared.Length)
        {
            int answer = first < end ? end - 1 : Ancestor(first - 1, shared);
            return answer == CodeTable.None ? CodePlace.None : CodePlace.OfStretch(answer, 1);
        }

        if (end - first > CodePlace.MaxStretch)
        {
            return AddTable(first, end, shared);
        }

        _stretches.Add(first);
        return CodePlace.OfStretch(first, end - first);
    }

    /// <summary>The longest code that begins the digits, of which <paramref name="code"/> is the last code before them or none.</summary>
    private int Ancestor(int code, E164 digits)
    {
        while (code >= 0 && !digits.StartsWith(E164.FromPacked(_codes[code])))
        {
            code = _parents[code];
        }

        return code;
    }

    private static E164 Append(E164 shared, int value, int digits)
    {
        int length = shared.Length + digits;
        ulong appended = 0;
        for (int i = 0; i < digits; i++)
        {
            appended |= (ulong)(value % 10) << (4 * (16 - length + i));
            value /= 10;
        }

        return E164.FromPacked(shared.Digits | appended | (uint)length);
    }

    private static int IndexOf(CodePlace table, int depth, ulong code)
    {
        ulong digits = (code & ~0xFUL) << (4 * depth);
        return table.IndexIn(ref digits);
    }
}
