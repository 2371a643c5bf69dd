using Perimeter.Domain;

namespace Perimeter.RatingEngine;

/// <summary>
/// When the calls of one partition were answered, as their answered events told within the window. Of several of a call the first counts that is still in the window; one
/// a minute is kept, so that what is known does not depend on when it was read. Memory an event: 32 bytes of entry and 8 to 16 of index.
/// </summary>
internal sealed class AnsweredCalls
{
    private readonly KeyQueue<AnswerEntry> _queue;
    private readonly KeyIndex<AnswerEntry> _index;
    private readonly GrainMarks _marks = new();

    public AnsweredCalls(KeyBudget budget)
    {
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
    public void Take(in AnswerEntry entry, long grain)
    {
        long oldest = _index.Find(entry.High, entry.Low, out int slot);
        if (oldest < 0)
        {
            _index.Set(slot, entry.Low, Append(entry, grain));
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

    /// <param name="isFirst">Whether certainly none of the call's left at the limit before it.</param>
    public bool TryFind(ulong high, ulong low, out long answerMs, out long answerBMs, out bool isFirst)
    {
        long oldest = _index.Find(high, low, out _);
        if (oldest < 0)
        {
            answerMs = answerBMs = CallEvent.NoInstant;
            isFirst = true;
            return false;
        }

        ref AnswerEntry entry = ref _queue[oldest];
        (answerMs, answerBMs, isFirst) = (entry.AnswerMs, entry.AnswerBMs, !entry.IsNotFirst);
        return true;
    }

    /// <summary>What came before this minute has left the window.</summary>
    public void ForgetBefore(long grain) => Forget(_marks.FirstSince(grain, _queue.End));

    /// <summary>Gives the oldest segment back.</summary>
    /// <returns>The minute of the last that left.</returns>
    public long ForgetOldest()
    {
        long end = Math.Min((_queue.First | (KeyBudget.SegmentKeys - 1)) + 1, _queue.End);
        long grain = _marks.GrainOf(end - 1);
        for (long number = _queue.First; number < end; number++)
        {
            if (_queue[number].NextAfter is var next && next != 0)
            {
                _queue[number + next].IsNotFirst = true;
            }
        }

        Forget(end);
        return grain;
    }

    public void Release() => _queue.Release();

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
