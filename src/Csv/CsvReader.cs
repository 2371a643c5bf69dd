using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Perimeter.Csv;

/// <summary>
/// Reads CSV (RFC 4180, UTF-8) row by row from a stream, as bytes, with no allocation per row. The byte order mark and empty lines are passed over;
/// a line ends with LF or CRLF. A quote inside a column that does not begin with one is an ordinary byte.
/// </summary>
/// <remarks>
/// Offsets count the bytes of the stream as given (decompressed), so that reading can be taken up again at <see cref="RowEnd"/> of a row done:
/// <see cref="SkipTo"/>. Everything that a row gives is valid until the next <see cref="ReadRow"/>.
/// </remarks>
public sealed partial class CsvReader
{
    private const int BlockBytes = 64;
    private const byte Quote = (byte)'"';
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly Stream _stream;
    private readonly CsvOptions _options;
    private byte _delimiter;

    // _buffer[.._end] holds bytes of the stream from _bufferStart on. Behind _end there is always room for one whole block to be loaded.
    private byte[] _buffer;
    private int _end;
    private long _bufferStart;
    private bool _streamEnded;
    private bool _begun;

    // Bytes before _scan have been looked at; what was found in the last block and is not used up is in _found, bit 0 being the byte at _foundStart.
    private int _scan;
    private int _foundStart;
    private ulong _found;

    private int _rowStart;
    private int _rowLength;
    private int _next;
    private long _nextLine = 1;

    /// <summary>Ends of the columns, counted from the start of the row.</summary>
    private int[] _columnEnds;
    private int _columnCount;

    public CsvReader(Stream stream, CsvOptions? options = null)
    {
        _stream = stream;
        _options = options ?? CsvOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BufferBytes, CsvOptions.MinBufferBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxRowBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxColumns, 1);
        _buffer = new byte[_options.BufferBytes + BlockBytes];
        _columnEnds = new int[Math.Min(32, _options.MaxColumns) + BitPlaces.Room];
    }

    /// <summary>What stands between columns; known once the first row was read.</summary>
    public byte Delimiter => _delimiter;

    public int ColumnCount => _columnCount;

    /// <summary>The line, from 1, on which the row begins. A row with line ends in quotes takes several.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Offset in the stream of the row's first byte.</summary>
    public long RowStart => _bufferStart + _rowStart - _skippedInRow;

    /// <summary>Offset in the stream of the first byte after the row and its line end.</summary>
    public long RowEnd => _bufferStart + _next;

    /// <summary>The row as it stands in the stream, without its line end. Of a row that was too long, its first bytes.</summary>
    public ReadOnlySpan<byte> RawRow => _buffer.AsSpan(_rowStart, _rowLength);

    /// <summary>A column's content: without its quotes, doubled quotes made single.</summary>
    public ReadOnlySpan<byte> this[int column]
    {
        get
        {
            if (unchecked((uint)column >= (uint)_columnCount))
            {
                ThrowNoColumn(column);
            }

            if (_rowHasQuotes)
            {
                return QuotedRowColumn(column);
            }

            int start = column == 0 ? 0 : _columnEnds[column - 1] + 1;
            return MemoryMarshal.CreateReadOnlySpan(ref _buffer[_rowStart + start], _columnEnds[column] - start);
        }
    }

    /// <returns>False at the end of the stream; the next call looks whether there is more by then.</returns>
    /// <exception cref="CsvFormatException">The row is malformed. <see cref="RawRow"/> and the offsets are those of its first line; the next call reads on behind it.</exception>
    public bool ReadRow()
    {
        if (!_begun)
        {
            Begin();
        }

        while (true)
        {
            StartRow();
            while (!ScanRow())
            {
                if (_end - _rowStart > _options.MaxRowBytes + 2)
                {
                    Fail(TooLong);
                }

                if (!Fill())
                {
                    if (_rowStart == _end)
                    {
                        // What is being written may have more the next time.
                        _streamEnded = false;
                        _next = _end;
                        _rowLength = 0;
                        return false;
                    }

                    EndLastRow();
                    break;
                }
            }

            if (_rowLength > _options.MaxRowBytes)
            {
                Fail(TooLong);
            }

            if (_rowLength > 0)
            {
                return true;
            }
        }
    }

    /// <summary>Moves forward to where a row begins, so that an earlier reading can be taken up again.</summary>
    /// <param name="offset"><see cref="RowEnd"/> of the last row that was done.</param>
    /// <param name="line">The line on which the next row begins, where it is known: it is what <see cref="LineNumber"/> counts on from.</param>
    /// <exception cref="EndOfStreamException">The stream is shorter than that.</exception>
    public void SkipTo(long offset, long line)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, RowEnd);
        if (!_begun)
        {
            Begin();
        }

        // What was found in the block begun is passed over with it.
        ScanFrom(_end);
        while (offset > _bufferStart + _end)
        {
            _rowStart = _next = _scan = _end;
            if (!Fill())
            {
                throw new EndOfStreamException($"The content ends at byte {_bufferStart + _end}, before byte {offset} at which reading was to go on.");
            }
        }

        _rowStart = _next = (int)(offset - _bufferStart);
        ScanFrom(_next);
        _rowLength = 0;
        _columnCount = 0;
        _nextLine = line;
    }

    /// <summary>The line on which the row after this one begins.</summary>
    public long NextLineNumber => _nextLine;

    private void StartRow()
    {
        _rowStart = _next;
        LineNumber = _nextLine;
        _columnCount = 0;
        bool isOfBlock = _scan > _next;
        _rowHasQuotes = isOfBlock && _blockHasQuotes;
        _rowHasDoubledQuotes = isOfBlock && _blockHasDoubledQuotes;
        _isOdd = false;
        _skippedInRow = 0;
    }

    /// <summary>Brings more bytes, keeping the row begun. What was found in it keeps its place relative to the row.</summary>
    /// <returns>False at the end of the stream.</returns>
    private bool Fill()
    {
        Debug.Assert(_found == 0);
        if (_streamEnded)
        {
            return false;
        }

        int kept = _end - _rowStart;
        int capacity = _buffer.Length - BlockBytes;
        if (kept == capacity)
        {
            Array.Resize(ref _buffer, (capacity * 2) + BlockBytes);
            capacity *= 2;
        }

        if (_rowStart > 0)
        {
            _buffer.AsSpan(_rowStart, kept).CopyTo(_buffer);
            _bufferStart += _rowStart;
            _scan -= _rowStart;
            _end = kept;
            _rowStart = 0;
        }

        int read = _stream.Read(_buffer.AsSpan(_end, capacity - _end));
        _streamEnded = read == 0;
        _end += read;
        return read > 0;
    }
}
