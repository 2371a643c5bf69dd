namespace Perimeter.Domain;

/// <summary>Events with what both of their sides came to, row by row. Allocated once and used again.</summary>
/// <param name="events">Events that may be filled elsewhere.</param>
public sealed class RatedCallBatch(CallEventBatch events)
{
    private RatedSide[] _a = new RatedSide[64];
    private RatedSide[] _b = new RatedSide[64];
    private long[] _receivedMs = new long[64];

    public RatedCallBatch()
        : this(new CallEventBatch())
    {
    }

    public CallEventBatch Events => events;

    /// <summary>The configuration that the whole batch was rated by: it is captured once per batch.</summary>
    public ConfigRevision Revision { get; set; }

    public int Count => Events.Count;

    /// <summary>Side A of each row; as long as <see cref="Events"/>. Call <see cref="FitSides"/> after rows were added.</summary>
    public Span<RatedSide> A => _a.AsSpan(0, Count);

    public Span<RatedSide> B => _b.AsSpan(0, Count);

    /// <summary>When the log took each row's event, by the log's own clock: milliseconds of UTC since 1970.</summary>
    public Span<long> ReceivedMs => _receivedMs.AsSpan(0, Count);

    /// <summary>What else was read on the way to these rows and made none.</summary>
    public PassedEvents Passed { get; set; }

    /// <summary>Makes room for the sides of as many rows as there are events.</summary>
    public void FitSides()
    {
        if (_a.Length < Count)
        {
            Array.Resize(ref _a, Math.Max(Count, _a.Length * 2));
            Array.Resize(ref _b, _a.Length);
            Array.Resize(ref _receivedMs, _a.Length);
        }
    }

    public void Clear()
    {
        Events.Clear();
        Revision = default;
        Passed = default;
    }
}
