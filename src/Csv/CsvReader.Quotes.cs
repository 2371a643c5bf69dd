using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perimeter.Csv;

/// <content>Rows with quotes where they should not be, or with line ends within them: rare, and scanned with more care than speed.</content>
public sealed partial class CsvReader
{
    // Where false, it has none; where true, it may have some.
    private bool _rowHasQuotes;
    private bool _rowHasDoubledQuotes;

    /// <summary>The row is scanned here.</summary>
    private bool _isOdd;

    private QuoteState _quoteState;

    /// <summary>Where the last quote that may have closed its column stands, counted from the start of the row.</summary>
    private int _closedAt;

    /// <summary>Columns with doubled quotes are made single here, each at its own place in the row, so that none overwrites another.</summary>
    private byte[] _unescaped = [];

    private enum QuoteState : byte
    {
        Outside,
        Inside,

        /// <summary>Behind a quote within quotes: it closed the column, or it is the first of a doubled one.</summary>
        Closed,
    }

    private bool ScanOddRow()
    {
        _isOdd = true;
        _rowHasQuotes = true;
        _rowHasDoubledQuotes = true;
        while (true)
        {
            while (_found == 0)
            {
                if (_scan == _end)
                {
                    return false;
                }

                _found = FindAnyInBlock(out ulong quotes, out ulong lineFeeds, out _) | quotes | lineFeeds;
            }

            int at = _foundStart + BitOperations.TrailingZeroCount(_found);
            _found &= _found - 1;
            if (TakeInQuotes(at))
            {
                continue;
            }

            byte special = _buffer[at];
            if (special == Quote)
            {
                int columnStart = _columnCount == 0 ? 0 : _columnEnds[_columnCount - 1] + 1;
                _quoteState = at - _rowStart == columnStart ? QuoteState.Inside : QuoteState.Outside;
                continue;
            }

            if (_columnCount == ColumnCapacity)
            {
                GrowColumns();
            }

            _columnEnds[_columnCount++] = at - _rowStart;
            if (special == LineFeed)
            {
                EndRow(at);
                ScanFrom(_next);
                return true;
            }
        }
    }

    /// <returns>True where the byte at <paramref name="at"/> belongs to a quoted column; false where it stands outside of one and keeps its meaning.</returns>
    private bool TakeInQuotes(int at)
    {
        int place = at - _rowStart;
        byte special = _buffer[at];
        switch (_quoteState)
        {
            case QuoteState.Inside:
                if (special == Quote)
                {
                    _quoteState = QuoteState.Closed;
                    _closedAt = place;
                }
                else if (special == LineFeed)
                {
                    _nextLine++;
                }

                return true;
            case QuoteState.Closed:
                if (special == Quote && place == _closedAt + 1)
                {
                    _quoteState = QuoteState.Inside;
                    return true;
                }

                bool endsLine = special == LineFeed && place == _closedAt + 2 && _buffer[at - 1] == CarriageReturn;
                if (place != _closedAt + 1 && !endsLine)
                {
                    Fail(TextAfterQuote);
                }

                _quoteState = QuoteState.Outside;
                return false;
            default:
                return false;
        }
    }

    private void CheckQuotesAtEnd()
    {
        if (_isOdd ? _quoteState == QuoteState.Inside : _isInside)
        {
            Fail("a quoted column is not closed");
        }

        if (_isOdd && _quoteState == QuoteState.Closed)
        {
            int end = _buffer[_end - 1] == CarriageReturn ? _end - 1 : _end;
            if (end - _rowStart != _closedAt + 1)
            {
                Fail(TextAfterQuote);
            }
        }
    }

    private ReadOnlySpan<byte> QuotedRowColumn(int column)
    {
        int start = column == 0 ? 0 : _columnEnds[column - 1] + 1;
        int length = _columnEnds[column] - start;
        ref byte first = ref _buffer[_rowStart + start];
        if (length == 0 || first != Quote)
        {
            return MemoryMarshal.CreateReadOnlySpan(ref first, length);
        }

        ReadOnlySpan<byte> inner = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref first, 1), length - 2);
        return _rowHasDoubledQuotes && inner.Contains(Quote) ? WithoutDoubledQuotes(inner, start) : inner;
    }

    private ReadOnlySpan<byte> WithoutDoubledQuotes(ReadOnlySpan<byte> inner, int start)
    {
        if (_unescaped.Length < _rowLength)
        {
            // Columns handed out before keep the old array.
            _unescaped = new byte[_buffer.Length];
        }

        Span<byte> target = _unescaped.AsSpan(start, inner.Length);
        int length = 0;
        int quote;
        while ((quote = inner.IndexOf(Quote)) >= 0)
        {
            inner[..(quote + 1)].CopyTo(target[length..]);
            length += quote + 1;
            inner = inner[(quote + 2)..];
        }

        inner.CopyTo(target[length..]);
        return target[..(length + inner.Length)];
    }
}
