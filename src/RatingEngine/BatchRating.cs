using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>From frames as read to a unit of work: decode, drop what is no new ended attempt, rate, encode. Nothing is allocated for each event.</summary>
internal sealed class BatchRating(DeduplicationState keys, EventReading reading)
{
    /// <summary>
    /// Rows rated and written as one frame, unless one frame brings more. Every step passes over the whole batch, so it should stay in a core's cache: events and
    /// sides take half a kilobyte a row.
    /// </summary>
#if DEBUG
    private const int MaxBatchRows = 256;
#else
    private const int MaxBatchRows = 8192;
#endif

    /// <summary>
    /// A unit of work that has made so many bytes takes no further frame: put aside, a row of a few bytes becomes a kilobyte of JSON. What one frame can make besides,
    /// 200 MB where every one of its rows is put aside and everything in it is as long as it can be, still fits one append.
    /// </summary>
    private const int MaxUnitBytes = 16 << 20;

    /// <summary>Of a longer unreadable frame the quarantine keeps the beginning: no frame that we write is nearly so long.</summary>
    private const int MaxUnreadableBytes = QuarantineFrame.MaxBytes / 2;

    /// <summary>Keys that are asked for at once.</summary>
    private const int KeyBlock = 32;

    private const string ConflictMessage =
        "An attempt with this switch, call and attempt number was taken before, with other content. The first is charged; this one is not.";

    private static readonly string Source = $"topic:{Topics.CallEvents}";

    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();
    private readonly UInt128[] _keysAhead = new UInt128[KeyBlock];

    /// <summary>What the last unit has of events that must be looked up before it is complete.</summary>
    public OldEvents Old { get; } = new();

    /// <summary>
    /// Fills the unit with the frames, all rated by one snapshot. Stops before a frame for which the limit of keys has no room, or the unit: its place is the
    /// unit's <see cref="RatingUnit.NextFrame"/>. <see cref="Complete"/> must follow.
    /// </summary>
    public void Fill(RatingUnit unit, IReadOnlyList<LogFrame> frames, RatingSnapshot snapshot)
    {
        unit.Begin(frames[0].Position.Frame);
        FrameSource source = SourceOf(frames[0]);
        _batch.Clear();
        Old.Clear();
        foreach (LogFrame frame in frames)
        {
            if (unit.Bytes >= MaxUnitBytes)
            {
                break;
            }

            keys.Advance(frame.AppendedAtMs);
            ReadFault? fault = EventReading.CountRows(frame, out int rows);
            if (fault is null)
            {
                if (Old.Count + rows > CallEventBatch.MaxRows)
                {
                    break;
                }

                if (_batch.Count > 0 && _batch.Count + rows > MaxBatchRows)
                {
                    RateInto(unit, _batch, source, snapshot);
                    source = SourceOf(frame);
                }

                int begin = _batch.Count;
                fault = reading.Append(frame, _batch.Events);
                if (fault is null && !TryReserve(keys, _batch.Events.Events[begin..], Old.Count))
                {
                    _batch.Events.Resize(begin);
                    break;
                }

                unit.CountUnknown(reading.UnknownFields);
            }

            if (fault is { } bad)
            {
                unit.PutAside(WholeFrame(frame, bad), SourceOf(frame));
                unit.Pass(frame);
                continue;
            }

            KeepNew(unit, frame, _batch.Count - rows);
            unit.Pass(frame);
        }

        if (_batch.Count > 0 || !_batch.Passed.IsNone)
        {
            RateInto(unit, _batch, source, snapshot);
        }
    }

    /// <summary>Ends a filled unit: what was set aside is decided by what the calls that landed tell of its keys, and what is new of it is rated as one frame more.</summary>
    public void Complete(RatingUnit unit, FrameSource source, IReadOnlyDictionary<UInt128, UInt128> landed, RatingSnapshot snapshot)
    {
        RatedCallBatch batch = Old.Batch;
        batch.FitSides();
        Span<CallEvent> rows = batch.Events.Events;
        int kept = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            OldEvent old = Old[row];
            UInt128? found = landed.TryGetValue(old.Key, out UInt128 content) ? content : null;
            switch (keys.Settle(old.Key, old.Content, found, keep: old.Problem is null))
            {
                case Arrival.Repeat:
                    batch.Passed += new PassedEvents(1, 0, 0, 0);
                    break;
                case Arrival.Conflict:
                    batch.Passed += new PassedEvents(0, 1, 0, 0);
                    unit.PutAside(PutAside(QuarantineReason.Conflict, ConflictMessage, old.Frame, old.Row, rows[row], batch.Events.Texts), source);
                    break;
                case Arrival.New when old.Problem is { } problem:
                    unit.PutAside(PutAside(QuarantineReason.Invalid, problem, old.Frame, old.Row, rows[row], batch.Events.Texts), source);
                    break;
                default:
                    rows[kept] = rows[row];
                    batch.ReceivedMs[kept++] = old.Frame.AppendedAtMs;
                    break;
            }
        }

        batch.Events.Resize(kept);
        if (rows.Length > 0)
        {
            RateInto(unit, batch, source, snapshot);
        }

        unit.Seal(source);
    }

    /// <summary>Moves the new ended attempts of the frame's rows together and cuts off the rest, each of which is counted or put aside.</summary>
    private void KeepNew(RatingUnit unit, LogFrame frame, int begin)
    {
        CallEventBatch events = _batch.Events;
        Span<CallEvent> rows = events.Events;
        PassedEvents passed = _batch.Passed;
        int kept = begin;
        for (int row = begin; row < rows.Length; row++)
        {
            int ofBlock = (row - begin) % KeyBlock;
            if (ofBlock == 0)
            {
                AskForKeys(rows[row..Math.Min(row + KeyBlock, rows.Length)], events.Texts);
            }

            ref CallEvent callEvent = ref rows[row];
            UInt128 key = _keysAhead[ofBlock];
            if (callEvent.Kind == CallEventKind.Started)
            {
                passed = passed with { Started = passed.Started + 1 };
                continue;
            }

            if (callEvent.Kind == CallEventKind.Answered)
            {
                passed = passed with { Answered = passed.Answered + 1 };
                if (EventCheck.TellsAnswer(callEvent))
                {
                    keys.TakeAnswer(key, callEvent.SetupMs, callEvent.AnswerMs, callEvent.AnswerBMs);
                }

                continue;
            }

            if (EventCheck.Problem(callEvent) is { } problem)
            {
                unit.PutAside(PutAside(QuarantineReason.Invalid, problem, frame, row - begin, callEvent, events.Texts), SourceOf(frame));
                continue;
            }

            UInt128 content = CallKey.ContentHash(callEvent, events.Texts);
            string? unfit = AnswerTaking.Applies(callEvent) ? AnswerTaking.Fill(ref callEvent, key, keys) : null;
            switch (Old.Holds(key) ? Arrival.Unknown : keys.Take(key, content, callEvent.EndMs, keep: unfit is null))
            {
                case Arrival.Unknown:
                    Old.Add(events, row, new OldEvent(frame, row - begin, key, content, unfit));
                    break;
                case Arrival.Repeat:
                    passed = passed with { Repeats = passed.Repeats + 1 };
                    break;
                case Arrival.Conflict:
                    passed = passed with { Conflicts = passed.Conflicts + 1 };
                    unit.PutAside(PutAside(QuarantineReason.Conflict, ConflictMessage, frame, row - begin, callEvent, events.Texts), SourceOf(frame));
                    break;
                case Arrival.New when unfit is not null:
                    unit.PutAside(PutAside(QuarantineReason.Invalid, unfit, frame, row - begin, callEvent, events.Texts), SourceOf(frame));
                    break;
                default:
                    if (kept != row)
                    {
                        rows[kept] = callEvent;
                    }

                    kept++;
                    break;
            }
        }

        _batch.Passed = passed;
        events.Resize(kept);
        _batch.FitSides();
        _batch.ReceivedMs[begin..].Fill(frame.AppendedAtMs);
    }

    /// <summary>What is known of these keys lies anywhere in memory: all of it is asked for before any is looked at. The keys of calls that began are never looked at.</summary>
    private void AskForKeys(ReadOnlySpan<CallEvent> rows, TextArena texts)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Kind != CallEventKind.Started)
            {
                _keysAhead[i] = EventCheck.KeyOf(rows[i], texts);
                keys.AskFor(_keysAhead[i]);
            }
        }
    }

    /// <summary>Room in memory for all that the events of a frame may leave there, and for those that are set aside.</summary>
    public static bool TryReserve(DeduplicationState keys, ReadOnlySpan<CallEvent> events, int setAside)
    {
        int ended = 0;
        int answered = 0;
        foreach (ref readonly CallEvent one in events)
        {
            ended += one.Kind == CallEventKind.Ended ? 1 : 0;
            answered += one.Kind == CallEventKind.Answered ? 1 : 0;
        }

        return keys.TryReserve(ended + setAside, answered);
    }

    private void RateInto(RatingUnit unit, RatedCallBatch batch, FrameSource source, RatingSnapshot snapshot)
    {
        batch.Revision = snapshot.Revision;
        if (batch.Count > 0)
        {
            _rater.Rate(snapshot, batch);
        }

        unit.AddRated(batch, source);
        batch.Clear();
    }

    public static FrameSource SourceOf(LogFrame frame) => new(FrameSourceKind.Topic, Topics.CallEvents, (long)frame.Position.Packed);

    private static QuarantinedEvent WholeFrame(LogFrame frame, ReadFault fault)
    {
        bool cut = frame.Payload.Length > MaxUnreadableBytes;
        return new QuarantinedEvent
        {
            Reason = fault.Reason,
            Field = fault.Field,
            Message = cut ? $"{fault.Message} These are the first {MaxUnreadableBytes} of its {frame.Payload.Length} bytes." : fault.Message,
            Source = Source,
            Place = (long)frame.Position.Packed,
            SourcePartition = frame.Position.Partition,
            Key = MessageOrigin.Key(frame),
            Headers = MessageOrigin.Headers(frame),
            SwitchId = fault.SwitchId,
            CallId = fault.CallId,
            Attempt = fault.Attempt,
            ReceivedMs = frame.AppendedAtMs,
            Content = cut ? frame.Payload[..MaxUnreadableBytes] : frame.Payload,
        };
    }

    private static QuarantinedEvent PutAside(QuarantineReason reason, string message, LogFrame frame, int row, in CallEvent callEvent, TextArena texts)
    {
        return new QuarantinedEvent
        {
            Reason = reason,
            Message = message,
            Source = Source,
            Place = (long)(frame.Position with { Row = row }).Packed,
            SourcePartition = frame.Position.Partition,
            Key = MessageOrigin.Key(frame),
            Headers = MessageOrigin.Headers(frame),
            SwitchId = texts.GetString(callEvent.SwitchId),
            CallId = texts.GetString(callEvent.CallId),
            Attempt = callEvent.Attempt,
            ReceivedMs = frame.AppendedAtMs,
            Content = EventReading.IsFrame(frame) ? CallEventJson.Write(callEvent, texts) : frame.Payload,
        };
    }
}
