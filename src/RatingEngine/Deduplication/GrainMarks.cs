namespace Perimeter.RatingEngine;

/// <summary>Where the entries of each minute begin, oldest first. Minutes without entries have no mark, so there are as many as minutes in the window at most.</summary>
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

    /// <summary>Drops the minutes before this one, and returns the first entry that stays: <paramref name="end"/> where none does.</summary>
    public long DropBefore(long grain, long end)
    {
        while (_oldest < _marks.Count && _marks[_oldest].Grain < grain)
        {
            _oldest++;
        }

        if (_oldest > MostDead)
        {
            _marks.RemoveRange(0, _oldest);
            _oldest = 0;
        }

        return _oldest < _marks.Count ? _marks[_oldest].First : end;
    }
}
