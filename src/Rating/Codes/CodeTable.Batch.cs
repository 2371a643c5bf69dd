using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <content>Many numbers at once.</content>
internal sealed partial class CodeTable
{
    /// <summary>
    /// Finds the longest code that begins each number, or <see cref="None"/>, step by step for all of them: what one step of a number has to wait for in memory
    /// comes while the others take theirs.
    /// </summary>
    public void FindAll(ReadOnlySpan<E164> numbers, Span<int> codes)
    {
        Span<CodePlace> places = stackalloc CodePlace[numbers.Length];
        Span<int> usedBits = stackalloc int[numbers.Length];
        _places.OfAll(numbers, places, usedBits);
        foreach (CodePlace place in places)
        {
            if (!place.IsAnswer)
            {
                // A stretch begins anywhere in a line: it may reach into the next.
                Memory.Prefetch(_tails, place.First);
                Memory.Prefetch(_tails, place.First + CodePlace.MaxStretch - 1);
            }
        }

        for (int i = 0; i < places.Length; i++)
        {
            codes[i] = Decide(places[i], numbers[i], usedBits[i]);
        }
    }
}
