namespace Perimeter.RatingEngine;

/// <summary>Where the entries of each minute begin, oldest first. Minutes without entries have no mark, so there are no more marks than minutes in memory.</summary>
internal sealed class GrainMarks
{
    // Marks before the oldest are dead and are dropped together.
    private const int MostDead = 256;

    private readonly List<(long Grain, long First)> _marks = [];
    private int _oldest;

    /// <summary>An entry was added in this minute: the first of a minute is marked.</summary>
    public void Began(long grain, long number)
    {
        if (_marks.Count == _oldest || _marks[^1].Grain != grain)
        {
            _marks.Add((grain, number));
        }
    }

    /// <summary>The minute of a live entry.</summary>
    public long GrainOf(long number)
    {
        int low = _oldest;
        int high = _marks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_marks[middle].First <= number)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return _marks[low].Grain;
    }

    /// <summary>The first live entry of this minute or a later one: <paramref name="end"/> where there is none.</summary>
    public long FirstSince(long grain, long end)
    {
        int low = _oldest;
        int high = _marks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_marks[middle].Grain < grain)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < _marks.Count ? _marks[low].First : end;
    }

    /// <summary>The entries before this one are no more; <paramref name="end"/> is the number after the last.</summary>
    public void DropBefore(long number, long end)
    {
        while (_oldest < _marks.Count && (_oldest + 1 < _marks.Count ? _marks[_oldest + 1].First : end) <= number)
        {
            _oldest++;
        }

        if (_oldest > MostDead)
        {
            _marks.RemoveRange(0, _oldest);
            _oldest = 0;
        }
    }
}
