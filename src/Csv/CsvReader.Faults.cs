using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Perimeter.Csv;

/// <content>What happens once: the beginning of the stream, more columns than expected, malformed rows.</content>
public sealed partial class CsvReader
{
    private const string TextAfterQuote = "text stands between the closing quote of a column and the next delimiter";

    /// <summary>Bytes of the row that were dropped because it was too long.</summary>
    private long _skippedInRow;

    private string TooLong => string.Create(CultureInfo.InvariantCulture, $"the row is longer than {_options.MaxRowBytes} bytes");

    private static ReadOnlySpan<byte> Candidates => ",;\t|"u8;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Passes over the byte order mark and finds the delimiter.</summary>
    private void Begin()
    {
        _begun = true;
        while (_end < 3 && Fill())
        {
        }

        if (_end >= 2 && ((_buffer[0] == 0xFF && _buffer[1] == 0xFE) || (_buffer[0] == 0xFE && _buffer[1] == 0xFF)))
        {
            throw new CsvFormatException(1, "the content is UTF-16; save it as UTF-8");
        }

        if (_buffer.AsSpan(0, _end).StartsWith(ByteOrderMark))
        {
            _rowStart = _next = _scan = ByteOrderMark.Length;
        }

        _delimiter = _options.Delimiter ?? FindDelimiter();
    }

    /// <summary>The candidate that the first line has most of, outside of quotes; a comma where it has none.</summary>
    private byte FindDelimiter()
    {
        while (_buffer.AsSpan(_rowStart, _end - _rowStart).IndexOf(LineFeed) < 0 && _end - _rowStart <= _options.MaxRowBytes && Fill())
        {
        }

        ReadOnlySpan<byte> line = _buffer.AsSpan(_rowStart, _end - _rowStart);
        int lineFeed = line.IndexOf(LineFeed);
        Span<int> counts = stackalloc int[Candidates.Length];
        bool quoted = false;
        foreach (byte b in lineFeed < 0 ? line : line[..lineFeed])
        {
            quoted ^= b == Quote;
            int candidate = quoted ? -1 : Candidates.IndexOf(b);
            if (candidate >= 0)
            {
                counts[candidate]++;
            }
        }

        int best = 0;
        for (int i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        // Fill may have moved the row to the front of the buffer.
        _next = _scan = _rowStart;
        return Candidates[best];
    }

    private void GrowColumns()
    {
        if (ColumnCapacity >= _options.MaxColumns)
        {
            Fail(string.Create(CultureInfo.InvariantCulture, $"the row has more than {_options.MaxColumns} columns"));
        }

        Array.Resize(ref _columnEnds, Math.Min(ColumnCapacity * 2, _options.MaxColumns) + BitPlaces.Room);
    }

    /// <summary>Makes the row begun end with its first line, however far it was read, and says what is wrong with it.</summary>
    [DoesNotReturn]
    private void Fail(string reason)
    {
        int searched = 0;
        int lineFeed;
        while ((lineFeed = _buffer.AsSpan(_rowStart + searched, _end - _rowStart - searched).IndexOf(LineFeed)) < 0)
        {
            searched = _end - _rowStart;
            if (searched > _options.MaxRowBytes)
            {
                DropRestOfLine();
                break;
            }

            _found = 0;
            if (!Fill())
            {
                break;
            }
        }

        int end = lineFeed < 0 ? _end : _rowStart + searched + lineFeed;
        if (_skippedInRow == 0)
        {
            _next = Math.Min(end + 1, _end);
            int length = end - _rowStart;
            bool carriageReturn = length > 0 && _buffer[end - 1] == CarriageReturn;
            _rowLength = Math.Min(carriageReturn ? length - 1 : length, _options.MaxRowBytes);
        }

        ScanFrom(_next);
        _columnCount = 0;
        _nextLine = LineNumber + 1;
        throw new CsvFormatException(LineNumber, reason);
    }

    /// <summary>Keeps the first bytes of a line that is too long, for <see cref="RawRow"/>, and reads over the others.</summary>
    private void DropRestOfLine()
    {
        _rowLength = _options.MaxRowBytes;
        int keptEnd = _rowStart + _rowLength;
        while (true)
        {
            int lineFeed = _buffer.AsSpan(keptEnd, _end - keptEnd).IndexOf(LineFeed);
            if (lineFeed >= 0)
            {
                _next = keptEnd + lineFeed + 1;
                return;
            }

            int dropped = _end - keptEnd;
            _skippedInRow += dropped;
            _bufferStart += dropped;
            _end = keptEnd;
            int read = _streamEnded ? 0 : _stream.Read(_buffer.AsSpan(keptEnd, _buffer.Length - BlockBytes - keptEnd));
            _streamEnded = read == 0;
            _end += read;
            if (_streamEnded)
            {
                _next = _end;
                return;
            }
        }
    }

    [DoesNotReturn]
    private void ThrowNoColumn(int column) =>
        throw new ArgumentOutOfRangeException(nameof(column), column, $"The row on line {LineNumber} has {_columnCount} columns.");
}
