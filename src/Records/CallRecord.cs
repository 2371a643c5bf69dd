using System.Buffers.Text;
using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Records;

/// <summary>What is wrong with one record: the field, empty where the record as a whole is bad, and the reason.</summary>
public readonly record struct RecordFault(string Field, string Reason);

/// <summary>
/// The one checker of call records, whatever format they came in. Begin, one Set for each field that the record carries, then Check.
/// Used again for every record of a source.
/// </summary>
public sealed class CallRecord
{
    /// <summary>
    /// An answer may lie so much before the setup, and an end before the setup of a call that was not answered: switches cut some of their times to whole seconds.
    /// </summary>
    public const long RoundedTimesMs = 1000;

    private const long NoDuration = -1;

    private const int LongestNumber = 20;

    private readonly CallEventBatch _one = new();
    private readonly long _aheadMs;
    private ulong _seen;
    private RecordFault _fault;

    /// <param name="maxAhead">How far ahead of the clock an event's times may lie.</param>
    /// <param name="times">How times are read.</param>
    public CallRecord(TimeSpan maxAhead, InstantText times)
    {
        Times = times;
        _aheadMs = (long)maxAhead.TotalMilliseconds;
        AheadText = maxAhead.TotalMinutes >= 120 || maxAhead.TotalMinutes < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)maxAhead.TotalMinutes} minutes")
            : "1 hour";
    }

    internal InstantText Times { get; }

    public ref CallEvent Event => ref _one[0];

    /// <summary>Where the texts of <see cref="Event"/> are.</summary>
    public TextArena Texts => _one.Texts;

    internal long DurationMs { get; set; }

    /// <summary>The latest instant that a record may carry.</summary>
    public long LatestMs { get; private set; }

    public string AheadText { get; }

    public bool IsFaulty => _fault.Reason is not null;

    public RecordFault Fault => _fault;

    public ReadOnlySpan<byte> SwitchId => _one.Texts[Event.SwitchId];

    public ReadOnlySpan<byte> CallId => _one.Texts[Event.CallId];

    /// <summary>Whether all that is set was looked at as a whole and holds printable ASCII alone: no text of it need be looked at again.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>Whether nobody has made sure yet that what is set is UTF-8.</summary>
    internal bool IsOfBytes { get; private set; }

    /// <summary>A record whose values are all parts of the row, or written by us.</summary>
    public void Begin(long nowMs, ReadOnlySpan<byte> row) => Begin(nowMs, !row.ContainsAnyExceptInRange((byte)' ', (byte)'~'));

    /// <summary>A record whose values are bytes that nobody has looked at, or written by us.</summary>
    /// <param name="nowMs">The clock.</param>
    /// <param name="isPlain">Whether they are known to hold printable ASCII alone.</param>
    public void Begin(long nowMs, bool isPlain)
    {
        Begin(nowMs);
        IsPlain = isPlain;
        IsOfBytes = true;
    }

    /// <summary>From here on values come from elsewhere too.</summary>
    public void EndRow() => IsPlain = false;

    public void Begin(long nowMs)
    {
        IsPlain = false;
        IsOfBytes = false;
        _one.Clear();
        _one.Add();
        _seen = 0;
        _fault = default;
        DurationMs = NoDuration;
        LatestMs = nowMs + _aheadMs;
    }

    public bool Has(CallField field) => (_seen & (1UL << field.Number)) != 0;

    /// <summary>An empty text is an absent field. After a first fault the rest is still read, so that the quarantine knows the call's key.</summary>
    public void Set(CallField field, in FieldValue value)
    {
        if (value.Form == FieldForm.Text && value.Bytes.IsEmpty)
        {
            return;
        }

        if (Has(field))
        {
            Fail(field.Name, "is there twice");
            return;
        }

        _seen |= 1UL << field.Number;
        if (IsPlain && value.Form == FieldForm.Text && value.Bytes.Length <= field.MaxTextBytes)
        {
            SetText(field.Text, value.Bytes);
            return;
        }

        string? fault = field.Parse(this, value);
        if (fault is not null)
        {
            Fail(field.Name, fault);
        }
    }

    /// <summary>As its digits would be taken.</summary>
    public void Set(CallField field, long number)
    {
        if (!Has(field) && field.TryTake(this, number))
        {
            _seen |= 1UL << field.Number;
            return;
        }

        Span<byte> text = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, text, out int written);
        Set(field, FieldValue.Text(text[..written]));
    }

    public void SetText(CallEventText field, ReadOnlySpan<byte> utf8) => CallEventTexts.Of(ref Event, field) = _one.Texts.Add(utf8);

    /// <summary>The first fault counts.</summary>
    public void Fail(string field, string reason)
    {
        if (!IsFaulty)
        {
            _fault = new RecordFault(field, reason);
        }
    }

    public void CopyTo(CallEventBatch batch) => _one.CopyTo(0, batch);

    /// <summary>What fields must hold together. True where the record is good; <see cref="Fault"/> tells why not.</summary>
    public bool Check()
    {
        if (IsFaulty)
        {
            return false;
        }

        ref CallEvent e = ref Event;
        if (e.SwitchId.IsEmpty)
        {
            Fail("switch_id", "is missing");
        }
        else if (e.CallId.IsEmpty)
        {
            Fail("call_id", "is missing");
        }
        else if (e.SetupMs == CallEvent.NoInstant)
        {
            Fail("setup_time", "is missing");
        }
        else if (e.AnswerMs != CallEvent.NoInstant && e.AnswerMs < e.SetupMs - RoundedTimesMs)
        {
            Fail("answer_time", $"lies {e.SetupMs - e.AnswerMs} ms before setup_time");
        }
        else if (e.AnswerBMs != CallEvent.NoInstant && e.AnswerBMs < e.SetupMs - RoundedTimesMs)
        {
            Fail("answer_time_b", $"lies {e.SetupMs - e.AnswerBMs} ms before setup_time");
        }
        else if (e.Kind == CallEventKind.Ended)
        {
            FindEnd(ref e);
        }
        else if (e.Kind == CallEventKind.Answered && e.AnswerMs == CallEvent.NoInstant)
        {
            Fail("answer_time", "is missing; an answered event needs it");
        }

        if (!IsFaulty)
        {
            CheckDurations(e);
        }

        return !IsFaulty;
    }

    /// <summary>end_time, else answer and duration, else (no answer) the setup.</summary>
    private void FindEnd(ref CallEvent e)
    {
        bool answered = e.IsAnsweredB;
        if (e.EndMs != CallEvent.NoInstant)
        {
            if (!answered && e.EndMs < e.SetupMs - RoundedTimesMs)
            {
                Fail("end_time", $"lies {e.SetupMs - e.EndMs} ms before setup_time");
            }
        }
        else if (DurationMs == NoDuration)
        {
            e.EndMs = e.SetupMs;
            if (answered)
            {
                Fail("end_time", "is missing; an answered call that ended needs it, or duration_ms");
            }
        }
        else if (e.AnswerMs != CallEvent.NoInstant)
        {
            e.EndMs = e.AnswerMs + DurationMs;
            if (e.EndMs > LatestMs)
            {
                Fail("duration_ms", $"puts the end more than {AheadText} ahead of the clock here");
            }
        }
        else
        {
            // A duration without an answer would be rated as not answered, at nothing: it has to be seen instead.
            e.EndMs = e.SetupMs;
            if (DurationMs > 0)
            {
                Fail("answer_time", $"is missing, but duration_ms is {DurationMs}");
            }
        }
    }

    private void CheckDurations(in CallEvent e)
    {
        if (e.EndMs == CallEvent.NoInstant)
        {
            return;
        }

        if (e.RawMsA < 0)
        {
            Fail("end_time", $"lies {-e.RawMsA} ms before answer_time");
        }
        else if (e.RawMsA > CallEvent.MaxDurationMs)
        {
            Fail(DurationMs == NoDuration ? "end_time" : "duration_ms", "makes the call longer than 7 days");
        }
        else if (e.RawMsB < 0)
        {
            Fail(e.EndBMs == CallEvent.NoInstant ? "answer_time_b" : "end_time_b", $"makes side B's duration {e.RawMsB} ms");
        }
        else if (e.RawMsB > CallEvent.MaxDurationMs)
        {
            Fail(e.EndBMs == CallEvent.NoInstant ? "answer_time_b" : "end_time_b", "makes side B's call longer than 7 days");
        }
    }
}
