using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Perimeter.Csv;

/// <content>The scan of rows that have their quotes where they should be, or none: the inner loop, in blocks of 64 bytes.</content>
public sealed partial class CsvReader
{
    // Of the last block, as _found: its line ends outside of quotes.
    private ulong _lineFeeds;
    private bool _blockHasQuotes;
    private bool _blockHasDoubledQuotes;

    /// <summary>Whether the byte at <see cref="_scan"/> stands within quotes.</summary>
    private bool _isInside;

    private int ColumnCapacity => _columnEnds.Length - BitPlaces.Room;

    /// <summary>Looks for the end of the row in what is buffered.</summary>
    /// <returns>False where more bytes are needed; the next call goes on where this one stopped.</returns>
    private bool ScanRow()
    {
        if (_isOdd)
        {
            return ScanOddRow();
        }

        while (true)
        {
            while (_found == 0)
            {
                if (_scan == _end)
                {
                    return false;
                }

                if (!FindInBlock())
                {
                    return ScanOddRow();
                }
            }

            // Up to the first line end, that included.
            ulong ends = _found & _lineFeeds;
            ulong ofRow = _found & (ends == 0 ? ulong.MaxValue : ends ^ unchecked(ends - 1));
            int count = _columnCount + BitOperations.PopCount(ofRow);
            while (count > ColumnCapacity)
            {
                GrowColumns();
            }

            BitPlaces.Write(ofRow, _foundStart - _rowStart, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_columnEnds), _columnCount));
            _columnCount = count;
            _found ^= ofRow;
            if (ends != 0)
            {
                EndRow(_foundStart + BitOperations.TrailingZeroCount(ends));
                return true;
            }
        }
    }

    /// <summary>Finds the delimiters and line ends outside of quotes among the next 64 bytes.</summary>
    /// <returns>False where quotes or line ends in quotes ask for more care; what was found is all that means something then, quotes too.</returns>
    private bool FindInBlock()
    {
        ulong delimiters = FindAnyInBlock(out ulong quotes, out ulong lineFeeds, out int length);
        _found = delimiters | lineFeeds;
        _lineFeeds = lineFeeds;
        _blockHasQuotes = quotes != 0 || _isInside;
        _blockHasDoubledQuotes = false;
        if (!_blockHasQuotes && (_foundStart == _rowStart || _buffer[_foundStart - 1] != Quote))
        {
            return true;
        }

        // Of the byte before the block, in bit 0 as the one before the first.
        _rowHasQuotes = true;
        ulong inside = BitPlaces.Between(quotes) ^ (_isInside ? ulong.MaxValue : 0);
        ulong opening = quotes & inside;
        ulong closing = quotes & ~inside;
        ulong breaks = _found & ~inside & ~quotes;
        bool isBehindClosing = !_isInside && _foundStart > _rowStart && _buffer[_foundStart - 1] == Quote;
        bool isBehindBreak = !_isInside && (_foundStart == _rowStart || _buffer[_foundStart - 1] == _delimiter);
        ulong mayOpen = ((breaks | closing) << 1) | (isBehindClosing || isBehindBreak ? 1UL : 0);
        ulong behindClosing = (closing << 1) | (isBehindClosing ? 1UL : 0);
        ulong text = behindClosing & ~(breaks | opening) & (ulong.MaxValue >> (BlockBytes - length));
        if ((opening & ~mayOpen) != 0 || (lineFeeds & inside) != 0 || (text != 0 && !AreReturns(text, breaks & lineFeeds)))
        {
            // What stood before the block is as it should be.
            _quoteState = _isInside ? QuoteState.Inside : isBehindClosing ? QuoteState.Closed : QuoteState.Outside;
            _closedAt = _foundStart - 1 - _rowStart;
            _found |= quotes;
            return false;
        }

        _found = breaks;
        _blockHasDoubledQuotes = (opening & behindClosing) != 0;
        _rowHasDoubledQuotes |= _blockHasDoubledQuotes;
        _isInside = ((inside >> (length - 1)) & 1) != 0;
        return true;
    }

    /// <summary>Whether all of these bytes of the block are carriage returns before line feeds in it.</summary>
    private bool AreReturns(ulong places, ulong lineFeeds)
    {
        for (ulong rest = places; rest != 0; rest &= rest - 1)
        {
            if (_buffer[_foundStart + BitOperations.TrailingZeroCount(rest)] != CarriageReturn)
            {
                return false;
            }
        }

        return (places & ~(lineFeeds >> 1)) == 0;
    }

    /// <returns>The delimiters among the next 64 bytes.</returns>
    private ulong FindAnyInBlock(out ulong quotes, out ulong lineFeeds, out int length)
    {
        ref byte block = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _scan);
        ulong delimiters;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref block);
            delimiters = Vector512.Equals(bytes, Vector512.Create(_delimiter)).ExtractMostSignificantBits();
            quotes = Vector512.Equals(bytes, Vector512.Create(Quote)).ExtractMostSignificantBits();
            lineFeeds = Vector512.Equals(bytes, Vector512.Create(LineFeed)).ExtractMostSignificantBits();
        }
        else
        {
            Vector256<byte> low = Vector256.LoadUnsafe(ref block);
            Vector256<byte> high = Vector256.LoadUnsafe(ref block, 32);
            delimiters = Places(low, high, _delimiter);
            quotes = Places(low, high, Quote);
            lineFeeds = Places(low, high, LineFeed);
        }

        _foundStart = _scan;
        length = Math.Min(_end - _scan, BlockBytes);
        _scan += length;
        ulong available = ulong.MaxValue >> (BlockBytes - length);
        quotes &= available;
        lineFeeds &= available;
        return delimiters & available;
    }

    private static ulong Places(Vector256<byte> low, Vector256<byte> high, byte of) =>
        Vector256.Equals(low, Vector256.Create(of)).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, Vector256.Create(of)).ExtractMostSignificantBits() << 32);

    /// <summary>Goes on from where a row begins: what was found behind is found again.</summary>
    private void ScanFrom(int rowStart)
    {
        _scan = rowStart;
        _found = 0;
        _isInside = false;
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
        CheckQuotesAtEnd();
        if (_columnCount == ColumnCapacity)
        {
            GrowColumns();
        }

        _columnEnds[_columnCount++] = _end - _rowStart;
        EndRow(_end);
        _next = _end;
    }
}
