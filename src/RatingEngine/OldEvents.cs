using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>An event that was set aside.</summary>
/// <param name="Frame">What brought it; valid until the next read.</param>
/// <param name="Row">Its row there.</param>
/// <param name="Key">Hash of its key.</param>
/// <param name="Content">Hash of its content.</param>
/// <param name="Problem">Why it cannot be rated if it is new; null where it can.</param>
internal readonly record struct OldEvent(LogFrame Frame, int Row, UInt128 Key, UInt128 Content, string? Problem);

/// <summary>
/// The events of one unit of work of which memory cannot tell whether they are new, in their order, until the calls that landed have been asked for all of them
/// together. An event that comes behind one with its key waits with it.
/// </summary>
internal sealed class OldEvents
{
    private readonly List<OldEvent> _events = [];
    private readonly HashSet<UInt128> _keys = [];

    /// <summary>The events themselves, row by row; they become rated calls here.</summary>
    public RatedCallBatch Batch { get; } = new();

    public int Count => _events.Count;

    public OldEvent this[int row] => _events[row];

    public bool Holds(UInt128 key) => _keys.Count > 0 && _keys.Contains(key);

    public void Add(CallEventBatch from, int row, in OldEvent old)
    {
        from.CopyTo(row, Batch.Events);
        _events.Add(old);
        _keys.Add(old.Key);
    }

    public IReadOnlyList<LandedKeyQuestion> Questions()
    {
        var questions = new LandedKeyQuestion[_events.Count];
        for (int row = 0; row < questions.Length; row++)
        {
            ref CallEvent one = ref Batch.Events[row];
            questions[row] = new LandedKeyQuestion(_events[row].Key, CallKey.CallIdHash(Batch.Events.Texts[one.CallId]), one.EndMs);
        }

        return questions;
    }

    public void Clear()
    {
        Batch.Clear();
        _events.Clear();
        _keys.Clear();
    }
}
