using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.RatingEngine;

/// <summary>
/// When the calls of one partition were answered, as their answered events told within the window. Of several of a call the first counts that is still in the window; one
/// a minute is kept, so that what is known does not depend on when it was read. Where some in the window had to leave at the limit, it is known which calls that may concern.
/// Memory an event: 32 bytes of entry and 8 to 16 of index.
/// </summary>
internal sealed class AnsweredCalls
{
    private readonly KeyQueue<AnswerEntry> _queue;
    private readonly KeyIndex<AnswerEntry> _index;
    private readonly GrainMarks _marks = new();
    private readonly long _windowGrains;
    private readonly long _skewMs;

    // What came before this minute may have left at the limit.
    private long _from = long.MinValue;

    public AnsweredCalls(KeyBudget budget, long windowGrains, long skewMs)
    {
        (_windowGrains, _skewMs) = (windowGrains, skewMs);
        _queue = new KeyQueue<AnswerEntry>(budget);
        _index = new KeyIndex<AnswerEntry>(_queue);
    }

    public long Entries => _queue.End - _queue.First;

    public long Bytes => _queue.Bytes + _index.Bytes;

    /// <summary>The minute of the oldest; there must be one.</summary>
    public long OldestGrain => _marks.GrainOf(_queue.First);

    public bool TryReserve(int events)
    {
        if (!_queue.TryReserve(events))
        {
            return false;
        }

        _index.Reserve(events);
        return true;
    }

    /// <summary>Takes an event that came in this minute, unless it is a repeat within the minute. Room must have been reserved.</summary>
    public void Take(UInt128 key, long setupMs, long answerMs, long answerBMs, long grain)
    {
        (ulong high, ulong low) = DeduplicationState.Halves(key);
        var entry = new AnswerEntry(high, low, answerMs, answerBMs) { IsNotFirst = MayHaveForgotten(setupMs, grain) };
        long oldest = _index.Find(high, low, out int slot);
        if (oldest < 0)
        {
            _index.Set(slot, low, Append(entry, grain));
            return;
        }

        long newest = oldest;
        while (_queue[newest].NextAfter != 0)
        {
            newest += _queue[newest].NextAfter;
        }

        if (_marks.GrainOf(newest) != grain)
        {
            _queue[newest].NextAfter = checked((uint)(Append(entry, grain) - newest));
        }
    }

    /// <summary>What the first event told that came within the window before this minute.</summary>
    public AnswerFound Find(UInt128 key, long setupMs, long grain, out long answerMs, out long answerBMs)
    {
        (ulong high, ulong low) = DeduplicationState.Halves(key);
        long oldest = _index.Find(high, low, out _);
        if (oldest < 0)
        {
            answerMs = answerBMs = CallEvent.NoInstant;
            return MayHaveForgotten(setupMs, grain) ? AnswerFound.Forgotten : AnswerFound.None;
        }

        ref AnswerEntry entry = ref _queue[oldest];
        (answerMs, answerBMs) = (entry.AnswerMs, entry.AnswerBMs);
        return entry.IsNotFirst && HaveLeft(grain) ? AnswerFound.Forgotten : AnswerFound.Known;
    }

    /// <summary>What came before this minute has left the window.</summary>
    public void ForgetBefore(long grain) => Forget(_marks.FirstSince(grain, _queue.End));

    /// <summary>At the limit: gives the oldest segment back.</summary>
    public void ForgetOldest()
    {
        long end = Math.Min((_queue.First | (KeyBudget.SegmentKeys - 1)) + 1, _queue.End);
        _from = _marks.GrainOf(end - 1) + 1;
        for (long number = _queue.First; number < end; number++)
        {
            if (_queue[number].NextAfter is var next && next != 0)
            {
                _queue[number + next].IsNotFirst = true;
            }
        }

        Forget(end);
    }

    public void Release() => _queue.Release();

    private bool HaveLeft(long grain) => _from > grain - _windowGrains;

    /// <summary>An event comes no earlier than its call's answer less the skew; so those of a call set up this early may be among those that left at the limit.</summary>
    private bool MayHaveForgotten(long setupMs, long grain) =>
        HaveLeft(grain) && setupMs - CallRecord.RoundedTimesMs - _skewMs < _from * DeduplicationState.GrainMs;

    private long Append(in AnswerEntry entry, long grain)
    {
        long number = _queue.Append(entry);
        _marks.Began(grain, number);
        return number;
    }

    private void Forget(long end)
    {
        while (_queue.First < end)
        {
            _index.RemoveFirst();
            _queue.RemoveFirst();
        }

        _marks.DropBefore(end, _queue.End);
    }
}
