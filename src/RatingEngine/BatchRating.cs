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

    private const string ConflictMessage =
        "An attempt with this switch, call and attempt number was taken before, with other content. The first is charged; this one is not.";

    private static readonly string Source = $"topic:{Topics.CallEvents}";

    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();

    /// <summary>
    /// Fills the unit with the frames, all rated by one snapshot. Stops before a frame for which the limit of keys has no room, or the unit: its place is the
    /// unit's <see cref="RatingUnit.NextFrame"/>.
    /// </summary>
    public void Fill(RatingUnit unit, IReadOnlyList<LogFrame> frames, RatingSnapshot snapshot)
    {
        unit.Begin(frames[0].Position.Frame);
        FrameSource source = SourceOf(frames[0]);
        _batch.Clear();
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
                if (!keys.TryReserve(rows))
                {
                    break;
                }

                if (_batch.Count > 0 && _batch.Count + rows > MaxBatchRows)
                {
                    RateInto(unit, source, snapshot);
                    source = SourceOf(frame);
                }

                fault = reading.Append(frame, _batch.Events);
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
            RateInto(unit, source, snapshot);
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
            ref CallEvent callEvent = ref rows[row];
            if (callEvent.Kind == CallEventKind.Started)
            {
                passed = passed with { Started = passed.Started + 1 };
                continue;
            }

            if (callEvent.Kind == CallEventKind.Answered)
            {
                passed = passed with { Answered = passed.Answered + 1 };
                continue;
            }

            if (EventCheck.Problem(callEvent) is { } problem)
            {
                unit.PutAside(PutAside(QuarantineReason.Invalid, problem, frame, row - begin, callEvent), SourceOf(frame));
                continue;
            }

            switch (keys.Take(EventCheck.KeyOf(callEvent, events.Texts), CallKey.ContentHash(callEvent, events.Texts)))
            {
                case Arrival.Repeat:
                    passed = passed with { Repeats = passed.Repeats + 1 };
                    break;
                case Arrival.Conflict:
                    passed = passed with { Conflicts = passed.Conflicts + 1 };
                    unit.PutAside(PutAside(QuarantineReason.Conflict, ConflictMessage, frame, row - begin, callEvent), SourceOf(frame));
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

    private void RateInto(RatingUnit unit, FrameSource source, RatingSnapshot snapshot)
    {
        _batch.Revision = snapshot.Revision;
        if (_batch.Count > 0)
        {
            _rater.Rate(snapshot, _batch);
        }

        unit.AddRated(_batch, source);
        _batch.Clear();
    }

    private static FrameSource SourceOf(LogFrame frame) => new(FrameSourceKind.Topic, Topics.CallEvents, (long)frame.Position.Packed);

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

    private QuarantinedEvent PutAside(QuarantineReason reason, string message, LogFrame frame, int row, in CallEvent callEvent)
    {
        TextArena texts = _batch.Events.Texts;
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
