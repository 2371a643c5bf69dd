using System.Diagnostics;

namespace Perimeter.RatingEngine;

/// <summary>
/// The keys of one partition, of all events that came since <see cref="KnownFromMs"/>. A key leaves when it has landed and its window is over, or sooner where
/// room is needed; one that has not landed never leaves. So whatever came before is in rated_calls, and an event whose first may have come so early is
/// <see cref="Arrival.Unknown"/> here until it is looked up there. Beside them, when calls were answered: what an ended event that does not tell takes. docs/decisions/0005-deduplication.md tells why nothing falls between the two.
/// </summary>
/// <remarks>Time is counted in whole minutes of the log's clock. Memory a key: 24 bytes of entry and 11 to 16 of index. Used by one caller at a time.</remarks>
public sealed class DeduplicationState
{
    /// <summary>The grain in which keys grow old.</summary>
    public const long GrainMs = 60_000;

    private const long GrainTicks = GrainMs * TimeSpan.TicksPerMillisecond;

    /// <summary>Memory begins with the first event: nothing came before.</summary>
    private const long Ever = long.MinValue;

    private readonly KeyBudget _budget;
    private readonly KeyQueue<KeyEntry> _queue;
    private readonly KeyIndex<KeyEntry> _index;
    private readonly AnsweredCalls _answers;
    private readonly GrainMarks _marks = new();
    private readonly LandingPlaces _places = new();
    private readonly long _windowGrains;
    private readonly long _skewMs;
    private long _now = long.MinValue;
    private long _knownFrom = Ever;
    private bool _beginsWithNext;
    private long _landed;
    private long _committed;
    private bool _waitsForRoom;

    public DeduplicationState(DeduplicationOptions options, KeyBudget budget)
    {
        _budget = budget;
        _queue = new KeyQueue<KeyEntry>(budget);
        _index = new KeyIndex<KeyEntry>(_queue);
        _windowGrains = (options.Window.Ticks + GrainTicks - 1) / GrainTicks;
        _skewMs = (long)options.ClockSkew.TotalMilliseconds;
        _answers = new AnsweredCalls(budget, _windowGrains, _skewMs);
        budget.Join();
    }

    /// <summary>Keys in memory.</summary>
    public int Keys => _index.Count;

    /// <summary>Events in memory: a key has one for each minute in which it came.</summary>
    public long Entries => _queue.End - _queue.First;

    /// <summary>Answered events in memory: a call has one for each minute in which it came.</summary>
    public long Answers => _answers.Entries;

    /// <summary>Memory of the keys and answers, in bytes.</summary>
    public long Bytes => _queue.Bytes + _index.Bytes + _answers.Bytes;

    /// <summary>Every event that the log took at this instant or later has its key here; long.MinValue where every event there ever was has.</summary>
    public long KnownFromMs => _knownFrom == Ever ? long.MinValue : _knownFrom * GrainMs;

    /// <summary>Whether everything before <see cref="KnownFromMs"/> is known to have landed: until then a look-up could miss it.</summary>
    public bool IsCovered { get; private set; } = true;

    /// <summary>A unit of work was committed of which is not known that it has landed.</summary>
    public bool AwaitsLanding => !_places.IsEmpty;

    /// <summary>Keys would leave, their window being over, if it were known that they have landed.</summary>
    public bool IsOverdue => _now != long.MinValue && _queue.First < _marks.FirstSince(_now - _windowGrains, _queue.End);

    /// <summary>There are keys that may leave for others.</summary>
    public bool CanForget => _landed > _queue.First;

    /// <summary>Events that the log took before this instant are out of the window of an event that it took at <paramref name="appendedAtMs"/> or later.</summary>
    public long NeededFromMs(long appendedAtMs) => (GrainOf(appendedAtMs) - _windowGrains) * GrainMs;

    /// <summary>
    /// Memory is to hold every event from this instant on (or, with null, those that come next), and events came before, which another may have rated and of
    /// which is not known that they have landed.
    /// </summary>
    public void BeginAt(long? instantMs)
    {
        _beginsWithNext = instantMs is null;
        if (instantMs is { } instant)
        {
            _knownFrom = GrainOf(instant + GrainMs - 1);
        }

        IsCovered = false;
    }

    /// <summary>The log's time of the events that come next. Keys that landed and left the window are forgotten. A time before an earlier one counts as that one.</summary>
    public void Advance(long appendedAtMs)
    {
        long grain = GrainOf(appendedAtMs);
        if (grain <= _now)
        {
            return;
        }

        _now = grain;
        if (_beginsWithNext)
        {
            // Of the minute in which it begins, events may have come before.
            _beginsWithNext = false;
            _knownFrom = grain + 1;
        }

        ForgetOld();
    }

    /// <summary>The unit of work with everything taken so far was committed, with its last output at this place of rated-calls.</summary>
    public void Committed(ulong place)
    {
        _committed = _queue.End;
        Marked(place);
    }

    /// <summary>A frame of no calls is at this place of rated-calls: behind what was committed, and before what the unit of work under way has taken.</summary>
    public void Marked(ulong place) => _places.Add(place, _committed);

    /// <summary>Everything before this place of rated-calls has landed.</summary>
    public void Landed(ulong landedTo)
    {
        if (_places.Take(landedTo) is { } end)
        {
            _landed = end;
            IsCovered = true;
            ForgetOld();
        }
    }

    /// <summary>
    /// Makes room for so many ended and answered events, so that <see cref="Take"/> and <see cref="TakeAnswer"/> cannot fail. At the limit the oldest keys that have
    /// landed and the oldest answers leave; false where there are none: wait until some keys have landed.
    /// </summary>
    public bool TryReserve(int events, int answers = 0)
    {
        bool room;
        do
        {
            room = _queue.TryReserve(events) && _answers.TryReserve(answers);
        }
        while (!room && TryForgetOldest());

        if (room == _waitsForRoom)
        {
            _waitsForRoom = !room;
            _budget.WaitForRoom(_waitsForRoom);
        }

        if (room)
        {
            _index.Reserve(events);
        }

        return room;
    }

    /// <summary>Where another partition finds no room, and this one has more than its share, its oldest keys that have landed leave.</summary>
    public void Relieve()
    {
        if (_budget.IsShort && !_waitsForRoom && Entries + Answers > _budget.Share)
        {
            ForgetBefore(Math.Min(_landed, _queue.End - Math.Max(0, _budget.Share - Answers)));
            while (Answers > _budget.Share)
            {
                _answers.ForgetOldest();
            }
        }
    }

    /// <summary>Takes an answered event, by its key's hash and its call's setup. Time must have been given and room reserved.</summary>
    public void TakeAnswer(UInt128 key, long setupMs, long answerMs, long answerBMs)
    {
        Debug.Assert(_now != long.MinValue);
        _answers.Take(key, setupMs, answerMs, answerBMs, _now);
    }

    /// <summary>What the first of a call's answered events told that came within the window before now.</summary>
    public AnswerFound FindAnswer(UInt128 key, long setupMs, out long answerMs, out long answerBMs) => _answers.Find(key, setupMs, _now, out answerMs, out answerBMs);

    /// <summary>Asks for the memory that <see cref="Take"/> begins with.</summary>
    public void AskFor(UInt128 key) => _index.AskFor(Halves(key).Low);

    /// <summary>
    /// Takes one ended attempt, by its key's and its content's hash and its end. Time must have been given and room reserved. One that is new and cannot be rated is
    /// not kept, so that it is new again once it is mended.
    /// </summary>
    public Arrival Take(UInt128 key, UInt128 content, long endMs, bool keep = true)
    {
        Debug.Assert(_now != long.MinValue);
        (ulong high, ulong low) = Halves(key);
        long oldest = _index.Find(high, low, out int slot);
        if (oldest < 0)
        {
            if (IsOld(endMs))
            {
                return Arrival.Unknown;
            }

            if (keep)
            {
                _index.Set(slot, low, Append(new KeyEntry { High = high, Low = low, Content = Bits(content) }));
            }

            return Arrival.New;
        }

        if (_queue[oldest].IsUnsure || _queue[oldest].IsDoubtful)
        {
            return Arrival.Unknown;
        }

        Hold(oldest);
        return Compare(oldest, content);
    }

    /// <summary>
    /// Takes an attempt that was <see cref="Arrival.Unknown"/>, or that came behind one with its key, with what the calls that landed tell of the key: the
    /// content it landed with, or null where none has. A key that landed needs no place here: another event of it is as old, and is looked up as well.
    /// </summary>
    public Arrival Settle(UInt128 key, UInt128 content, UInt128? landed, bool keep = true)
    {
        (ulong high, ulong low) = Halves(key);
        long oldest = _index.Find(high, low, out int slot);
        if (oldest >= 0)
        {
            KeyEntry entry = _queue[oldest];
            if (entry.IsDoubtful && landed is null)
            {
                // Nothing of the key was ever rated. Its entries may have landed as far as memory knows, so it is held by one that has not.
                if (keep)
                {
                    long newest = Tell(oldest, Bits(content));
                    Link(newest, _queue[oldest]);
                }

                return Arrival.New;
            }

            if (entry.IsUnsure || entry.IsDoubtful)
            {
                Tell(oldest, landed is { } first ? Bits(first) : entry.Content);
            }

            Hold(oldest);
            return Compare(oldest, content);
        }

        if (landed is { } known)
        {
            return Bits(known) == Bits(content) ? Arrival.Repeat : Arrival.Conflict;
        }

        if (keep)
        {
            _index.Set(slot, low, Append(new KeyEntry { High = high, Low = low, Content = Bits(content) }));
        }

        return Arrival.New;
    }

    /// <summary>
    /// Takes an attempt that was decided by an earlier owner of the partition: whatever it was, its key is known from here on. Where its bytes do not tell whether it
    /// was rated, another of its key is looked up, once all that was rated before has landed.
    /// </summary>
    public void TakeDecided(UInt128 key, UInt128 content, long endMs, bool doubtful = false)
    {
        (ulong high, ulong low) = Halves(key);
        long oldest = _index.Find(high, low, out int slot);
        if (oldest < 0)
        {
            _index.Set(slot, low, Append(new KeyEntry { High = high, Low = low, Content = Bits(content), IsUnsure = IsOld(endMs), IsDoubtful = doubtful }));
            IsCovered &= !doubtful;
        }
        else
        {
            Hold(oldest);
        }

        _committed = _queue.End;
    }

    /// <summary>Gives its share of the limit back to the other partitions; the state is of no use after.</summary>
    public void Release()
    {
        _queue.Release();
        _answers.Release();
        _budget.Leave();
        if (_waitsForRoom)
        {
            _budget.WaitForRoom(false);
        }
    }

    /// <summary>An event of a call comes no earlier than the call's end less the skew; so one that ended this long ago may have come before memory begins.</summary>
    private bool IsOld(long endMs) => _knownFrom != Ever && endMs - _skewMs < _knownFrom * GrainMs;

    private Arrival Compare(long oldest, UInt128 content) => _queue[oldest].Content == Bits(content) ? Arrival.Repeat : Arrival.Conflict;

    /// <summary>Keeps the key for a window from this event on, with the content it was first taken with. One entry a minute is enough: it bounds what a call that is repeated for ever costs.</summary>
    private void Hold(long oldest)
    {
        long newest = oldest;
        while (_queue[newest].NextAfter != 0)
        {
            newest += _queue[newest].NextAfter;
        }

        if (_marks.GrainOf(newest) != _now)
        {
            Link(newest, _queue[oldest]);
        }
    }

    /// <summary>All entries of a key have this content for certain.</summary>
    /// <returns>The newest of them.</returns>
    private long Tell(long oldest, uint content)
    {
        for (long number = oldest; ; number += _queue[number].NextAfter)
        {
            ref KeyEntry entry = ref _queue[number];
            entry.Content = content;
            entry.IsUnsure = entry.IsDoubtful = false;
            if (entry.NextAfter == 0)
            {
                return number;
            }
        }
    }

    private void Link(long newest, KeyEntry entry)
    {
        entry.NextAfter = 0;
        _queue[newest].NextAfter = checked((uint)(Append(entry) - newest));
    }

    private long Append(in KeyEntry entry)
    {
        long number = _queue.Append(entry);
        _marks.Began(_now, number);
        return number;
    }

    /// <summary>
    /// The older of the oldest key that has landed and the oldest answer. Where no key has landed, an answer leaves only where landing would not make room: it waits for an
    /// event that lies behind this place of the log, so the partition would wait for itself.
    /// </summary>
    private bool TryForgetOldest()
    {
        if (Answers > 0 && (CanForget ? _answers.OldestGrain < _marks.GrainOf(_queue.First) : Entries == 0 || Answers > _budget.Share))
        {
            _answers.ForgetOldest();
            return true;
        }

        bool can = CanForget;
        if (can)
        {
            ForgetBefore(Math.Min(_landed, (_queue.First | (KeyBudget.SegmentKeys - 1)) + 1));
        }

        return can;
    }

    private void ForgetOld()
    {
        if (_now != long.MinValue)
        {
            ForgetBefore(Math.Min(_landed, _marks.FirstSince(_now - _windowGrains, _queue.End)));
            _answers.ForgetBefore(_now - _windowGrains);
        }
    }

    private void ForgetBefore(long number)
    {
        if (number <= _queue.First)
        {
            return;
        }

        _knownFrom = Math.Max(_knownFrom, _marks.GrainOf(number - 1) + 1);
        while (_queue.First < number)
        {
            _index.RemoveFirst();
            _queue.RemoveFirst();
        }

        _marks.DropBefore(number, _queue.End);
    }

    internal static (ulong High, ulong Low) Halves(UInt128 key) => ((ulong)(key >> 64), (ulong)(key & ulong.MaxValue));

    private static uint Bits(UInt128 content) => (uint)(content & uint.MaxValue);

    private static long GrainOf(long instantMs) => (instantMs - (((instantMs % GrainMs) + GrainMs) % GrainMs)) / GrainMs;
}
