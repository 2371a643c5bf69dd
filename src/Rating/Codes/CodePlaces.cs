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

    /// <summary>The place of a number, by as many of its digits as decide between few codes.</summary>
    /// <param name="usedBits">Four for each of those digits. Digits that the number does not have count as zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CodePlace Of(ulong digits, out int usedBits)
    {
        // Nothing is ever at an index that was not built from the same digits, so that no bounds need to be checked.
        ref CodePlace entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        CodePlace entry = _root;
        int used = 0;
        do
        {
            entry = Unsafe.Add(ref entries, entry.IndexIn(digits, ref used));
        }
        while (entry.IsTable);
        usedBits = used;
        return entry;
    }

    /// <summary>
    /// The same for up to <see cref="MaxTogether"/> numbers, table by table for all of them, so that their waits for memory overlap. Which numbers go on to a further table is noted
    /// without a branch: it is what the processor could guess worst.
    /// </summary>
    [SkipLocalsInit]
    public void OfAll(ReadOnlySpan<E164> numbers, Span<CodePlace> places, Span<int> usedBits)
    {
        places = places[..numbers.Length];
        usedBits = usedBits[..numbers.Length];
        Span<int> going = stackalloc int[MaxTogether];
        going = going[..numbers.Length];
        ref E164 number = ref MemoryMarshal.GetReference(numbers);
        ref CodePlace place = ref MemoryMarshal.GetReference(places);
        ref int used = ref MemoryMarshal.GetReference(usedBits);
        ref int deeper = ref MemoryMarshal.GetReference(going);
        ref CodePlace entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        CodePlace root = _root;
        int count = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            int bits = 0;
            CodePlace entry = Unsafe.Add(ref entries, root.IndexIn(Unsafe.Add(ref number, i).Digits, ref bits));
            Unsafe.Add(ref place, i) = entry;
            Unsafe.Add(ref used, i) = bits;
            Unsafe.Add(ref deeper, count) = i;
            count = unchecked(count + entry.Tables);
        }

        while (count > 0)
        {
            int before = count;
            count = 0;
            for (int at = 0; at < before; at++)
            {
                int i = Unsafe.Add(ref deeper, at);
                CodePlace entry = Unsafe.Add(ref entries, Unsafe.Add(ref place, i).IndexIn(Unsafe.Add(ref number, i).Digits, ref Unsafe.Add(ref used, i)));
                Unsafe.Add(ref place, i) = entry;
                Unsafe.Add(ref deeper, count) = i;
                count = unchecked(count + entry.Tables);
            }
        }
    }
}
