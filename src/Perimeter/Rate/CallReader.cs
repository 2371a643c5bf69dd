using System.Buffers.Text;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Commands;

/// <summary>Reads calls for one deck, row by row, without allocating: bad rows are told and passed over.</summary>
internal sealed class CallReader
{
    /// <summary>An answer may lie so much before the setup: switches cut some of their times to whole seconds.</summary>
    private const long RoundedTimesMs = 1000;

    private readonly TableReader _table;
    private readonly bool _hasAnswerTime;
    private CallTimeText _setupText;
    private CallTimeText _answerText;
    private CallTimeText _endText;
    private long _setupMs;
    private long _rawMs;
    private bool _answered;
    private byte _tier;

    private readonly bool _byTier;

    public CallReader(Stream stream, string fileName, DeckRequest request, RateMessages messages)
    {
        _byTier = request.Settings.Key == DeckKey.Tier;
        _table = new TableReader(stream, fileName, CallColumns.Known, request.Map, error => messages.Fail(error.ToString()), messages.Note);
        _hasAnswerTime = Has(CallColumn.AnswerTime);
        HasHeader = _table.HasHeader && CheckTimes();
    }

    /// <summary>The header names every column needed.</summary>
    public bool HasHeader { get; }

    public long BadRows { get; private set; }

    /// <summary>The row's id, as received.</summary>
    public ReadOnlySpan<byte> CallId => Cell(CallColumn.CallId);

    /// <summary>Goes to the next good row.</summary>
    public bool Next()
    {
        if (!HasHeader)
        {
            return false;
        }

        long errors = _table.ErrorCount;
        while (_table.NextRow())
        {
            // Rows that cannot be read at all have one error each.
            BadRows += _table.ErrorCount - errors;
            if (ReadTimes() & ReadTier())
            {
                return true;
            }

            BadRows++;
            errors = _table.ErrorCount;
        }

        BadRows += _table.ErrorCount - errors;
        return false;
    }

    /// <summary>The call on the row; valid until the next one.</summary>
    public OneDeckCall Call() => new()
    {
        Ani = Cell(CallColumn.Ani),
        Dnis = Cell(CallColumn.Dnis),
        DnisSent = Cell(CallColumn.DnisSent),
        Lrn = Cell(CallColumn.Lrn),
        Oli = Cell(CallColumn.Oli),
        Tier = _tier,
        SetupMs = _setupMs,
        Answered = _answered,
        RawMs = _rawMs,
    };

    private bool CheckTimes()
    {
        if (!_hasAnswerTime && !Has(CallColumn.DurationMs))
        {
            Fail(CallColumn.AnswerTime, "there is no such column, and no duration_ms either: nothing tells whether a call was answered");
            return false;
        }

        if (!Has(CallColumn.EndTime) && !Has(CallColumn.DurationMs))
        {
            Fail(CallColumn.EndTime, "there is no such column, and no duration_ms either: nothing tells how long a call was");
            return false;
        }

        return true;
    }

    private bool ReadTimes()
    {
        bool good = !_table.FailEmpty((int)CallColumn.CallId);
        good &= !_table.FailEmpty((int)CallColumn.SetupTime) & TryTime(CallColumn.SetupTime, ref _setupText, out _setupMs);
        good &= TryTime(CallColumn.AnswerTime, ref _answerText, out long answerMs);
        good &= TryTime(CallColumn.EndTime, ref _endText, out long endMs);
        good &= TryDuration(out long durationMs);
        if (!good)
        {
            return false;
        }

        _answered = _hasAnswerTime ? answerMs != CallEvent.NoInstant : durationMs > 0;
        if (!_answered)
        {
            _rawMs = 0;
            return true;
        }

        if (answerMs != CallEvent.NoInstant && answerMs < _setupMs - RoundedTimesMs)
        {
            Fail(CallColumn.AnswerTime, $"lies {_setupMs - answerMs} ms before setup_time");
            return false;
        }

        return TryRaw(answerMs, endMs, durationMs);
    }

    /// <summary>How long an answered call was.</summary>
    private bool TryRaw(long answerMs, long endMs, long durationMs)
    {
        bool fromEnd = answerMs != CallEvent.NoInstant && endMs != CallEvent.NoInstant;
        if (!fromEnd && durationMs < 0)
        {
            Fail(Has(CallColumn.EndTime) ? CallColumn.EndTime : CallColumn.DurationMs, "is empty, and the call was answered");
            return false;
        }

        CallColumn source = fromEnd ? CallColumn.EndTime : CallColumn.DurationMs;
        _rawMs = fromEnd ? endMs - answerMs : durationMs;
        if (_rawMs < 0)
        {
            Fail(source, $"lies {-_rawMs} ms before answer_time");
        }
        else if (_rawMs > CallEvent.MaxDurationMs)
        {
            Fail(source, "makes the call longer than 7 days");
        }

        return _rawMs is >= 0 and <= CallEvent.MaxDurationMs;
    }

    private bool TryTime(CallColumn column, ref CallTimeText known, out long ms)
    {
        ReadOnlySpan<byte> text = Cell(column);
        if (text.IsEmpty)
        {
            ms = CallEvent.NoInstant;
            return true;
        }

        if (known.TryRead(text, out ms))
        {
            return true;
        }

        Fail(column, $"{Shown.Text(text)} is no time: write ISO 8601, as in 2026-11-25T08:30:00.250Z");
        return false;
    }

    /// <summary>-1 where there is none.</summary>
    private bool TryDuration(out long ms)
    {
        ReadOnlySpan<byte> text = Cell(CallColumn.DurationMs);
        ms = -1;
        if (text.IsEmpty || (Utf8Parser.TryParse(text, out ms, out int used) && used == text.Length && ms >= 0))
        {
            return true;
        }

        Fail(CallColumn.DurationMs, $"{Shown.Text(text)} is not a whole number of milliseconds");
        return false;
    }

    /// <summary>A tier that no deck can have is none. Only DID decks look at it.</summary>
    private bool ReadTier()
    {
        ReadOnlySpan<byte> text = Cell(CallColumn.Tier);
        _tier = 0;
        if (!_byTier || text.IsEmpty)
        {
            return true;
        }

        if (text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            Fail(CallColumn.Tier, $"{Shown.Text(text)} is no tier: write 1 to {NumberConfig.MaxTier}");
            return false;
        }

        _tier = Utf8Parser.TryParse(text, out byte tier, out _) && tier <= NumberConfig.MaxTier ? tier : (byte)0;
        return true;
    }

    private bool Has(CallColumn column) => _table.Has((int)column);

    private ReadOnlySpan<byte> Cell(CallColumn column) => _table[(int)column];

    private void Fail(CallColumn column, string reason) => _table.Fail((int)column, reason);
}
