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
        Span<int> usedBits = stackalloc int[CodePlaces.MaxTogether];
        _places.OfAll(numbers, places, usedBits);
        ref CodePlace place = ref MemoryMarshal.GetReference(places);
        ref int used = ref MemoryMarshal.GetReference(usedBits);
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

        for (int i = 0; i < numbers.Length; i++)
        {
            codes[i] = Decide(Unsafe.Add(ref place, i), numbers[i], Unsafe.Add(ref used, i));
        }
    }
}
