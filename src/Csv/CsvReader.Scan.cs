using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Perimeter.Csv;

/// <content>The scan of rows without quotes: the inner loop.</content>
public sealed partial class CsvReader
{
    /// <summary>Looks for the end of the row in what is buffered.</summary>
    /// <returns>False where more bytes are needed; the next call goes on where this one stopped.</returns>
    private bool ScanRow()
    {
        if (_rowHasQuotes)
        {
            return ScanQuotedRow();
        }

        ref byte buffer = ref MemoryMarshal.GetArrayDataReference(_buffer);
        int[] ends = _columnEnds;
        int count = _columnCount;
        int rowStart = _rowStart;
        ulong found = _found;
        while (true)
        {
            while (found == 0)
            {
                if (_scan == _end)
                {
                    _found = 0;
                    _columnCount = count;
                    return false;
                }

                found = FindInBlock();
            }

            int at = _foundStart + BitOperations.TrailingZeroCount(found);
            byte special = Unsafe.Add(ref buffer, at);
            if (special == Quote)
            {
                _found = found;
                _columnCount = count;
                return ScanQuotedRow();
            }

            found &= found - 1;
            if (count == ends.Length)
            {
                ends = GrowColumns(count);
            }

            ends[count++] = at - rowStart;
            if (special == LineFeed)
            {
                _found = found;
                _columnCount = count;
                EndRow(at);
                return true;
            }
        }
    }

    /// <summary>The bytes among the next 64 that mean something: delimiter, quote, line feed.</summary>
    private ulong FindInBlock()
    {
        ref byte block = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _scan);
        var delimiter = Vector256.Create(_delimiter);
        var quote = Vector256.Create(Quote);
        var lineFeed = Vector256.Create(LineFeed);
        Vector256<byte> low = Vector256.LoadUnsafe(ref block);
        Vector256<byte> high = Vector256.LoadUnsafe(ref block, 32);
        uint lowFound = (Vector256.Equals(low, delimiter) | Vector256.Equals(low, quote) | Vector256.Equals(low, lineFeed)).ExtractMostSignificantBits();
        uint highFound = (Vector256.Equals(high, delimiter) | Vector256.Equals(high, quote) | Vector256.Equals(high, lineFeed)).ExtractMostSignificantBits();
        ulong found = lowFound | ((ulong)highFound << 32);
        _foundStart = _scan;
        int available = _end - _scan;
        if (available < BlockBytes)
        {
            found &= (1UL << available) - 1;
            _scan = _end;
        }
        else
        {
            _scan += BlockBytes;
        }

        return found;
    }

    private void EndRow(int lineFeed)
    {
        _next = lineFeed + 1;
        _nextLine++;
        int length = lineFeed - _rowStart;
        if (length > 0 && _buffer[lineFeed - 1] == CarriageReturn)
        {
            length--;
            _columnEnds[_columnCount - 1] = length;
        }

        _rowLength = length;
    }

    /// <summary>The stream ended inside a row: what is there is the last one.</summary>
    private void EndLastRow()
    {
        if (_rowHasQuotes)
        {
            CheckQuotesAtEnd();
        }

        if (_columnCount == _columnEnds.Length)
        {
            GrowColumns(_columnCount);
        }

        _columnEnds[_columnCount++] = _end - _rowStart;
        EndRow(_end);
        _next = _end;
    }
}
