namespace Perimeter.Streaming;

/// <summary>Where a frame lies in its segment: the begin of its head, and the length of its payload. 8 bytes a frame.</summary>
internal readonly record struct FramePlace(int Offset, int Length);

/// <summary>The places of one partition's frames in one segment.</summary>
internal sealed class FrameList(long first)
{
    private FramePlace[] _places = [];

    public long First { get; } = first;

    public int Count { get; private set; }

    public long End => First + Count;

    public FramePlace this[long frame] => _places.AsSpan(0, Count)[(int)(frame - First)];

    public void Add(FramePlace place)
    {
        if (Count == _places.Length)
        {
            Array.Resize(ref _places, Math.Max(16, _places.Length * 2));
        }

        _places[Count++] = place;
    }
}

/// <summary>The places of all frames of one segment. Kept for the newest segment and those being read; made again by a scan.</summary>
internal sealed class FrameIndex
{
    private readonly Dictionary<PartitionState, FrameList> _lists = [];

    public int Count { get; private set; }

    public FrameList? Of(PartitionState partition) => _lists.GetValueOrDefault(partition);

    public void Add(PartitionState partition, long frame, FramePlace place)
    {
        if (!_lists.TryGetValue(partition, out FrameList? list))
        {
            _lists.Add(partition, list = new FrameList(frame));
        }

        list.Add(place);
        Count++;
    }
}
