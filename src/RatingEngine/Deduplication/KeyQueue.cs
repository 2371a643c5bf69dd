using System.Runtime.CompilerServices;

namespace Perimeter.RatingEngine;

/// <summary>
/// The entries in the order in which their events came, so that those that leave the window are always the first. Entries are numbered from 0 for good;
/// they live in segments that are taken from the budget at one end and returned at the other, and never move.
/// </summary>
internal sealed class KeyQueue<TEntry>(KeyBudget budget)
    where TEntry : struct
{
    private const int SegmentBits = KeyBudget.SegmentBits;
    private const int SegmentKeys = KeyBudget.SegmentKeys;

    // A ring: segment s is at s & (length - 1).
    private TEntry[][] _segments = new TEntry[16][];
    private long _segmentsEnd;
    private TEntry[]? _spare;

    /// <summary>The number of the oldest entry.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next entry gets.</summary>
    public long End { get; private set; }

    public long Bytes => (_segmentsEnd - FirstSegment + (_spare is null ? 0 : 1)) * SegmentKeys * Unsafe.SizeOf<TEntry>();

    private long FirstSegment => First >> SegmentBits;

    public ref TEntry this[long number] => ref _segments[(int)((number >> SegmentBits) & (_segments.Length - 1))][(int)(number & (SegmentKeys - 1))];

    /// <summary>The number whose low 32 bits these are: fewer than 2^32 entries live at a time.</summary>
    public long Number(uint low) => unchecked(First + (uint)(low - (uint)First));

    /// <summary>Makes room for so many more entries; what was taken stays taken where the budget does not reach.</summary>
    public bool TryReserve(int count)
    {
        long wanted = (End + count + SegmentKeys - 1) >> SegmentBits;
        while (_segmentsEnd < wanted)
        {
            if (!budget.TryTake(SegmentKeys))
            {
                return false;
            }

            AddSegment();
        }

        return true;
    }

    /// <summary>Adds an entry; room must have been reserved.</summary>
    public long Append(in TEntry entry)
    {
        this[End] = entry;
        return End++;
    }

    public void RemoveFirst()
    {
        long segment = FirstSegment;
        First++;
        if (FirstSegment != segment)
        {
            ref TEntry[] emptied = ref _segments[(int)(segment & (_segments.Length - 1))];
            _spare = emptied;
            emptied = [];
            budget.Return(SegmentKeys);
        }
    }

    /// <summary>Returns everything to the budget; the queue is of no use after.</summary>
    public void Release()
    {
        budget.Return((int)(_segmentsEnd - FirstSegment) * SegmentKeys);
        _segmentsEnd = FirstSegment;
        _segments = [];
        _spare = null;
    }

    private void AddSegment()
    {
        if (_segmentsEnd - FirstSegment == _segments.Length)
        {
            var larger = new TEntry[_segments.Length * 2][];
            for (long s = FirstSegment; s < _segmentsEnd; s++)
            {
                larger[(int)(s & (larger.Length - 1))] = _segments[(int)(s & (_segments.Length - 1))];
            }

            _segments = larger;
        }

        _segments[(int)(_segmentsEnd & (_segments.Length - 1))] = _spare ?? KeyMemory.Uncleared<TEntry>(SegmentKeys);
        _spare = null;
        _segmentsEnd++;
    }
}
