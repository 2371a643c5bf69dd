using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <content>Many numbers at once.</content>
internal sealed partial class CodeTable
{

    /// <summary>
    /// Finds the longest code that begins each number, or <see cref="None"/>, step by step for some of them at a time: what one step of a number has to wait for in memory
    /// comes while the others take theirs.
    /// </summary>
    public void FindAll(ReadOnlySpan<E164> numbers, Span<int> codes)
    {
        codes = codes[..numbers.Length];
        while (numbers.Length > CodePlaces.MaxTogether)
        {
            FindTogether(numbers[..CodePlaces.MaxTogether], codes[..CodePlaces.MaxTogether]);
            numbers = numbers[CodePlaces.MaxTogether..];
            codes = codes[CodePlaces.MaxTogether..];
        }

        FindTogether(numbers, codes);
    }

    [SkipLocalsInit]
    private void FindTogether(ReadOnlySpan<E164> numbers, Span<int> codes)
    {
        Span<CodePlace> places = stackalloc CodePlace[CodePlaces.MaxTogether];
        _places.OfAll(numbers, places);
        ref CodePlace place = ref MemoryMarshal.GetReference(places);
        ulong[] compared = _compared;
        for (int i = 0; i < numbers.Length; i++)
        {
            // A stretch begins anywhere in a line, and may reach into the next but one.
            int first = Unsafe.Add(ref place, i).First;
            int last = unchecked(first + Unsafe.Add(ref place, i).Count - 1);
            Memory.Prefetch(compared, first);
            Memory.Prefetch(compared, unchecked((int)((uint)(first + last) / 2)));
            Memory.Prefetch(compared, last);
        }

        DecideAll(numbers, ref place, codes);
    }

    /// <summary>Most numbers are begun by a code of their stretch, by which they are decided. Those that are not are noted without a branch, and gone through again.</summary>
    [SkipLocalsInit]
    private void DecideAll(ReadOnlySpan<E164> numbers, ref CodePlace place, Span<int> codes)
    {
        Span<int> others = stackalloc int[CodePlaces.MaxTogether];
        ref int other = ref MemoryMarshal.GetReference(others);
        ref E164 number = ref MemoryMarshal.GetReference(numbers);
        ref int code = ref MemoryMarshal.GetReference(codes);
        ref ulong compared = ref MemoryMarshal.GetArrayDataReference(_compared);
        int last = _compared.Length - CodePlace.MaxStretch;
        int count = 0;
        unchecked
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                CodePlace stretch = Unsafe.Add(ref place, i);
                int first = stretch.First;

                // At the end of the list something else is compared, and not looked at.
                uint begins = BeginsOf(ref Unsafe.Add(ref compared, Math.Min(first, last)), stretch.Count, Unsafe.Add(ref number, i)) & (uint)((first - last - 1) >> 31);
                Unsafe.Add(ref code, i) = first + 31 - BitOperations.LeadingZeroCount(begins);
                Unsafe.Add(ref other, count) = i;
                count += begins == 0 ? 1 : 0;
            }
        }

        foreach (int i in others[..count])
        {
            CodePlace stretch = Unsafe.Add(ref place, i);
            codes[i] = stretch.First <= last ? Behind(stretch, numbers[i]) : Decide(stretch, numbers[i]);
        }
    }
}
