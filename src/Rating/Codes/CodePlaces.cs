using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <summary>
/// From the leading digits of a number to a <see cref="CodePlace"/>. A table over one to five digits holds for each value of them either the codes that
/// are left, or, where too many share the digits, the table over the digits that follow: dense parts of the numbering are entered deeper than sparse ones.
/// </summary>
internal sealed class CodePlaces
{
    /// <summary>Numbers that go through the tables together.</summary>
    public const int MaxTogether = 128;

    private readonly CodePlace[] _entries;
    private readonly CodePlace _root;

    /// <param name="sortedCodes">Distinct codes, packed, ascending; at most <see cref="CodePlace.MaxValue"/>.</param>
    /// <param name="parents">For each code the next shorter one that begins it, or <see cref="CodeTable.None"/>.</param>
    public CodePlaces(ReadOnlySpan<ulong> sortedCodes, ReadOnlySpan<int> parents)
    {
        CodePlacesBuilder builder = new(sortedCodes, parents);
        _root = builder.AddTable(0, sortedCodes.Length, default);
        _entries = builder.ToEntries();
        Parents = new StretchParents(builder.Stretches, parents);
    }

    /// <summary>What numbers have that none of their stretch begins.</summary>
    public StretchParents Parents { get; }

    public long Bytes => (sizeof(int) * (long)_entries.Length) + Parents.Bytes;

    /// <summary>The place of a number, by as many of its digits as decide between few codes. Digits that the number does not have count as zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CodePlace Of(ulong digits)
    {
        // Nothing is ever at an index that was not built from the same digits, so that no bounds need to be checked.
        ref CodePlace entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        CodePlace entry = _root;
        do
        {
            entry = Unsafe.Add(ref entries, entry.IndexIn(ref digits));
        }
        while (entry.IsTable);
        return entry;
    }

    /// <summary>The same for up to <see cref="MaxTogether"/> numbers, table by table for all of them, so that their waits for memory overlap.</summary>
    public void OfAll(ReadOnlySpan<E164> numbers, Span<CodePlace> places)
    {
        places = places[..numbers.Length];
        if (CodeSteps.AreSupported)
        {
            BySteps(numbers, places);
        }
        else
        {
            OneByOne(numbers, places);
        }
    }

    /// <summary>A few numbers by each instruction; one that is at its place stays there until all are.</summary>
    [SkipLocalsInit]
    public unsafe void BySteps(ReadOnlySpan<E164> numbers, Span<CodePlace> places)
    {
        // The last few are filled up with numbers of zeros: their way is as safe as any.
        int count = (numbers.Length + CodeSteps.Together - 1) & -CodeSteps.Together;
        Span<ulong> left = stackalloc ulong[MaxTogether];
        Span<CodePlace> at = stackalloc CodePlace[MaxTogether];
        left[numbers.Length..count].Clear();
        MemoryMarshal.Cast<E164, ulong>(numbers).CopyTo(left);
        at[..count].Fill(_root);
        ref CodePlace place = ref MemoryMarshal.GetReference(at);
        ref ulong number = ref MemoryMarshal.GetReference(left);
        fixed (CodePlace* entries = _entries)
        {
            uint going;
            do
            {
                going = 0;
                for (int i = 0; i < count; i += CodeSteps.Together)
                {
                    going |= CodeSteps.Take(entries, ref Unsafe.Add(ref place, i), ref Unsafe.Add(ref number, i));
                }
            }
            while (going != 0);
        }

        at[..numbers.Length].CopyTo(places);
    }

    /// <summary>The same without vectors. Which numbers go on to a further table is noted without a branch: it is what the processor could guess worst.</summary>
    [SkipLocalsInit]
    public void OneByOne(ReadOnlySpan<E164> numbers, Span<CodePlace> places)
    {
        Span<int> going = stackalloc int[MaxTogether];
        Span<ulong> left = stackalloc ulong[MaxTogether];
        MemoryMarshal.Cast<E164, ulong>(numbers).CopyTo(left);
        for (int i = 0; i < numbers.Length; i++)
        {
            going[i] = i;
            places[i] = _root;
        }

        ref int goes = ref MemoryMarshal.GetReference(going);
        ref CodePlace place = ref MemoryMarshal.GetReference(places);
        ref ulong number = ref MemoryMarshal.GetReference(left);
        ref CodePlace entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        int count = numbers.Length;
        while (count > 0)
        {
            int before = count;
            count = 0;
            for (int at = 0; at < before; at++)
            {
                int i = Unsafe.Add(ref goes, at);
                CodePlace entry = Unsafe.Add(ref entries, Unsafe.Add(ref place, i).IndexIn(ref Unsafe.Add(ref number, i)));
                Unsafe.Add(ref place, i) = entry;
                Unsafe.Add(ref goes, count) = i;
                count = unchecked(count + entry.Tables);
            }
        }
    }
}
