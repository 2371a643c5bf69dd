using Perimeter.Csv;
using Perimeter.Records;

namespace Perimeter.Ingest;

/// <summary>The rows of a CSV file.</summary>
/// <param name="records">What reads them.</param>
/// <param name="fixedValues">What all of them share, where their switch says so; null for what the intake was told.</param>
internal sealed class CsvFileRecords(CsvCallRecords records, IReadOnlyList<FixedValue>? fixedValues = null) : IFileRecords
{
    public long Offset => records.Reader.RowEnd;

    public long NextLine => records.Reader.NextLineNumber;

    public void SkipTo(long offset, long line) => records.Reader.SkipTo(offset, line);

    public bool ReadRecord(CallIntake intake)
    {
        intake.FixedValues = fixedValues ?? intake.FixedValues;
        return records.ReadRow(intake, index: null);
    }
}

/// <summary>Reads one line of a file, without its line end, into the intake.</summary>
/// <param name="line">Never blank.</param>
/// <param name="place">Its number, from 1.</param>
internal delegate void LineReader(ReadOnlySpan<byte> line, long place, CallIntake intake);

/// <summary>A file with a record on each line.</summary>
internal sealed class LineFileRecords(Stream content, IngestLimits limits, LineReader read) : IFileRecords
{
    private byte[] _buffer = new byte[CsvOptions.DefaultBufferBytes];
    private int _start;
    private int _end;
    private bool _ended;

    public long Offset { get; private set; }

    public long NextLine { get; private set; } = 1;

    public void SkipTo(long offset, long line)
    {
        while (Offset < offset)
        {
            if (_start == _end && !Fill())
            {
                throw new EndOfStreamException($"The content ends at byte {Offset}, before byte {offset} at which reading was to go on.");
            }

            int skipped = (int)Math.Min(offset - Offset, _end - _start);
            _start += skipped;
            Offset += skipped;
        }

        NextLine = line;
    }

    public bool ReadRecord(CallIntake intake)
    {
        while (TryReadLine(out ReadOnlySpan<byte> line, out long dropped))
        {
            long number = NextLine++;
            if (number == 1 && line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            line = NdjsonCallRecords.WithoutReturn(line);
            if (dropped > 0)
            {
                intake.BeginRecord();
                intake.Unreadable(number, line, $"the line is {line.Length + dropped} bytes long; only the first {line.Length} are kept");
                return true;
            }

            if (!NdjsonCallRecords.IsBlank(line))
            {
                read(line, number, intake);
                return true;
            }
        }

        return false;
    }

    /// <summary>The next line without its line feed. Of a line longer than what the quarantine keeps, the rest is dropped and counted.</summary>
    private bool TryReadLine(out ReadOnlySpan<byte> line, out long dropped)
    {
        dropped = 0;
        int searched = 0;
        while (true)
        {
            int lineFeed = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (lineFeed >= 0)
            {
                int length = searched + lineFeed;
                line = _buffer.AsSpan(_start, length);
                _start += length + 1;
                Offset += length + 1;
                return true;
            }

            searched = _end - _start;
            if (searched > limits.MaxQuarantinedBytes)
            {
                line = _buffer.AsSpan(_start, limits.MaxQuarantinedBytes).ToArray();
                dropped = DropLine() - line.Length;
                return true;
            }

            if (!Fill())
            {
                line = _buffer.AsSpan(_start, searched);
                _start = _end;
                Offset += searched;

                // What is being written may have more the next time.
                _ended = false;
                return searched > 0;
            }
        }
    }

    /// <returns>The length of the line that was passed over.</returns>
    private long DropLine()
    {
        long length = 0;
        while (true)
        {
            int lineFeed = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            int count = lineFeed < 0 ? _end - _start : lineFeed;
            length += count;
            _start += count;
            Offset += count;
            if (lineFeed >= 0)
            {
                _start++;
                Offset++;
                return length;
            }

            if (!Fill())
            {
                return length;
            }
        }
    }

    private bool Fill()
    {
        if (_ended)
        {
            return false;
        }

        int kept = _end - _start;
        _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        _start = 0;
        _end = kept;
        if (kept == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = content.Read(_buffer.AsSpan(kept));
        _ended = read == 0;
        _end += read;
        return read > 0;
    }
}
