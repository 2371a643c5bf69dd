using Perimeter.Domain;

namespace Perimeter.Rating.Decks;

/// <summary>From an instant on, until the next segment begins, this row holds; <see cref="NoRow"/> where none does.</summary>
internal readonly record struct TimelineSegment(long FromMs, int Row)
{
    public const int NoRow = -1;
}

/// <summary>
/// For every code of a deck, which row holds when: its own row while one is in force, its parent's while none is, so that
/// falling back to a parent in time costs nothing during a call. Segments of a code stand together, the latest first, and the last begins with time.
/// </summary>
internal sealed class RateTimelines
{
    private readonly TimelineSegment[] _segments;

    /// <summary>For each row the timeline of its code.</summary>
    private readonly int[] _ownTimelines;

    private RateTimelines(ulong[] codes, int[] starts, TimelineSegment[] segments, int[] ownTimelines)
    {
        _ownTimelines = ownTimelines;
        Codes = codes;
        Starts = starts;
        _segments = segments;
    }

    /// <summary>The deck's distinct codes, packed, ascending.</summary>
    public ulong[] Codes { get; }

    /// <summary>For each code, where its segments begin.</summary>
    public int[] Starts { get; }

    /// <summary>The row that a code's timeline ends with, where it is a row of the code itself; <see cref="TimelineSegment.NoRow"/> where it is not.</summary>
    public int OwnLatestRow(int code)
    {
        int latest = _segments[Starts[code]].Row;
        return latest != TimelineSegment.NoRow && _ownTimelines[latest] == Starts[code] ? latest : TimelineSegment.NoRow;
    }

    /// <summary>The row that holds at the instant, or <see cref="TimelineSegment.NoRow"/>.</summary>
    public int RowAt(int start, long instantMs)
    {
        int segment = start;
        while (_segments[segment].FromMs > instantMs)
        {
            segment++;
        }

        return _segments[segment].Row;
    }

    public static RateTimelines Build(IReadOnlyList<RateRow> rows)
    {
        ulong[] keys = new ulong[rows.Count];
        int[] order = new int[rows.Count];
        Interval[] inForce = new Interval[rows.Count];
        ReadKeys(rows, ref keys, ref order, inForce);
        int[] ownTimelines = new int[rows.Count];
        List<ulong> codes = new(rows.Count);
        List<int> starts = new(rows.Count);
        List<TimelineSegment> segments = new(rows.Count + 16);
        Stack<int> ancestors = [];
        List<TimelineSegment> merged = [];
        for (int first = 0; first < keys.Length;)
        {
            E164 code = E164.FromPacked(keys[first]);
            int end = first + 1;
            while (end < keys.Length && keys[end] == keys[first])
            {
                end++;
            }

            while (ancestors.TryPeek(out int candidate) && !code.StartsWith(E164.FromPacked(codes[candidate])))
            {
                ancestors.Pop();
            }

            int parentStart = ancestors.TryPeek(out int parent) ? starts[parent] : -1;
            Merge(inForce, order.AsSpan(first, end - first), segments, parentStart, merged);
            ancestors.Push(codes.Count);
            codes.Add(code.Packed);
            starts.Add(segments.Count);
            foreach (int row in order.AsSpan(first, end - first))
            {
                ownTimelines[row] = segments.Count;
            }

            for (int i = merged.Count - 1; i >= 0; i--)
            {
                segments.Add(merged[i]);
            }

            first = end;
        }

        return new RateTimelines([.. codes], [.. starts], [.. segments], ownTimelines);
    }

    /// <summary>
    /// Rows by code, and those of one code as <see cref="KeyedRows"/> have them. All that is needed of a row is read here, in the order of the file:
    /// rows are objects far apart in memory, and reading them by code would wait for each.
    /// </summary>
    private static void ReadKeys(IReadOnlyList<RateRow> rows, ref ulong[] keys, ref int[] order, Interval[] inForce)
    {
        bool sorted = true;
        for (int i = 0; i < keys.Length; i++)
        {
            RateRow row = rows[i];
            keys[i] = row.Code.Packed;
            order[i] = i;
            inForce[i] = row.InForce;
            sorted &= i == 0 || keys[i - 1] < keys[i];
        }

        if (sorted)
        {
            return;
        }

        CodeSort.Sort(ref keys, ref order);
        Comparison<int> byDate = (left, right) => KeyedRows.Compare(rows, left, right);
        for (int first = 0; first < keys.Length;)
        {
            int end = first + 1;
            while (end < keys.Length && keys[end] == keys[first])
            {
                end++;
            }

            if (end - first > 1)
            {
                order.AsSpan(first, end - first).Sort(byDate);
            }

            first = end;
        }
    }

    /// <summary>
    /// One code's timeline, ascending. What no row of the code covers is the parent's.
    /// </summary>
    private static void Merge(
        Interval[] inForce, ReadOnlySpan<int> ofCode, List<TimelineSegment> segments, int parentStart, List<TimelineSegment> merged)
    {
        merged.Clear();
        long covered = Interval.BeginningMs;
        for (int i = 0; i < ofCode.Length; i++)
        {
            long from = inForce[ofCode[i]].FromMs;
            long to = KeyedRows.EndMs(inForce, ofCode, i);
            if (from >= to)
            {
                continue;
            }

            if (covered < from)
            {
                AddParent(segments, parentStart, covered, from, merged);
            }

            AddSegment(merged, new TimelineSegment(from, ofCode[i]));
            covered = to;
        }

        if (covered < Interval.EndlessMs)
        {
            AddParent(segments, parentStart, covered, Interval.EndlessMs, merged);
        }
    }

    private static void AddParent(List<TimelineSegment> segments, int parentStart, long fromMs, long toMs, List<TimelineSegment> merged)
    {
        if (parentStart < 0)
        {
            AddSegment(merged, new TimelineSegment(fromMs, TimelineSegment.NoRow));
            return;
        }

        int last = parentStart;
        while (segments[last].FromMs > fromMs)
        {
            last++;
        }

        AddSegment(merged, new TimelineSegment(fromMs, segments[last].Row));
        for (int i = last - 1; i >= parentStart && segments[i].FromMs < toMs; i--)
        {
            AddSegment(merged, segments[i]);
        }
    }

    private static void AddSegment(List<TimelineSegment> merged, TimelineSegment segment)
    {
        if (merged.Count == 0 || merged[^1].Row != segment.Row)
        {
            merged.Add(segment);
        }
    }
}
