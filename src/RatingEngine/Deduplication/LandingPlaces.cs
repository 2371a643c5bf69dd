using System.Runtime.InteropServices;

namespace Perimeter.RatingEngine;

/// <summary>
/// Where the units of work lie on rated-calls, with the entries that were taken until then: what tells how many of the entries have landed. There are few:
/// where they become too many every other one is left out, and what it covered counts as landed with the next.
/// </summary>
internal sealed class LandingPlaces
{
#if DEBUG
    private const int Most = 4;
#else
    private const int Most = 1024;
#endif

    private readonly List<(ulong Place, long End)> _places = [];

    public bool IsEmpty => _places.Count == 0;

    /// <summary>The entries before <paramref name="end"/> are of calls that lie at or before this place, or were never rated.</summary>
    public void Add(ulong place, long end)
    {
        if (_places.Count == Most)
        {
            // The later one of each two stays.
            Span<(ulong Place, long End)> all = CollectionsMarshal.AsSpan(_places);
            for (int i = 0; i < Most / 2; i++)
            {
                all[i] = all[(2 * i) + 1];
            }

            _places.RemoveRange(Most / 2, Most / 2);
        }

        _places.Add((place, end));
    }

    /// <summary>Everything before <paramref name="landedTo"/> has landed: the number after the last entry that is covered by it, or null where none is.</summary>
    public long? Take(ulong landedTo)
    {
        int landed = 0;
        while (landed < _places.Count && _places[landed].Place < landedTo)
        {
            landed++;
        }

        if (landed == 0)
        {
            return null;
        }

        long end = _places[landed - 1].End;
        _places.RemoveRange(0, landed);
        return end;
    }
}
