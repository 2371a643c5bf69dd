using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <summary>
/// From the leading digits of a number to a <see cref="CodePlace"/>. A table over one to five digits holds for each value of them either what is known
/// there, or, where too many codes share the digits, the table over the digits that follow: dense parts of the numbering are entered deeper than sparse ones.
/// </summary>
internal sealed class CodePlaces
{
    private readonly CodePlace[] _entries;
    private readonly CodePlace _root;

    /// <param name="sortedCodes">Distinct codes, packed, ascending; at most <see cref="CodePlace.MaxValue"/>.</param>
    /// <param name="parents">For each code the next shorter one that begins it, or <see cref="CodeTable.None"/>.</param>
    /// <param name="tails">For each code that is compared as a <see cref="CodeTail"/>, that; filled here.</param>
    public CodePlaces(ReadOnlySpan<ulong> sortedCodes, ReadOnlySpan<int> parents, Span<uint> tails)
    {
        CodePlacesBuilder builder = new(sortedCodes, parents, tails);
        _root = builder.AddTable(0, sortedCodes.Length, default);
        _entries = builder.ToEntries();
        Parents = new StretchParents(builder.Stretches, parents);
    }

    /// <summary>What numbers have that none of their stretch begins.</summary>
    public StretchParents Parents { get; }

    public long Bytes => (sizeof(int) * (long)_entries.Length) + Parents.Bytes;

    /// <summary>The place of a number, by as many of its digits as decide between few codes.</summary>
    /// <param name="usedBits">Four for each of those digits. Digits that the number does not have count as zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CodePlace Of(ulong digits, out int usedBits)
    {
        // Nothing is ever at an index that was not built from the same digits, so that no bounds need to be checked.
        ref CodePlace entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        CodePlace entry = _root;
        int used = 0;
        while (entry.IsTable)
        {
            entry = Unsafe.Add(ref entries, entry.IndexIn(digits, ref used));
        }

        usedBits = used;
        return entry;
    }

    /// <summary>The same for many numbers, table by table for all of them, so that their waits for memory overlap.</summary>
    public void OfAll(ReadOnlySpan<E164> numbers, Span<CodePlace> places, Span<int> usedBits)
    {
        ref CodePlace entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        places = places[..numbers.Length];
        places.Fill(_root);
        usedBits[..numbers.Length].Clear();
        Span<int> indices = stackalloc int[numbers.Length];
        bool deeper = _root.IsTable;
        while (deeper)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                if (places[i].IsTable)
                {
                    indices[i] = places[i].IndexIn(numbers[i].Digits, ref usedBits[i]);
                    Memory.Prefetch(_entries, indices[i]);
                }
            }

            deeper = false;
            for (int i = 0; i < numbers.Length; i++)
            {
                // Those that have arrived read their last entry again.
                CodePlace entry = Unsafe.Add(ref entries, indices[i]);
                places[i] = entry;
                deeper |= entry.IsTable;
            }
        }
    }
}
