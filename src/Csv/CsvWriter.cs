using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Perimeter.Csv;

/// <summary>
/// Writes CSV rows as UTF-8 into a buffer and that into a stream. A column is quoted where it holds the delimiter, a quote or a line end.
/// Nothing is in the stream for certain before <see cref="Flush"/>.
/// </summary>
public sealed class CsvWriter : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>The most that a number takes: sign, 19 digits, point.</summary>
    private const int MaxNumberBytes = 32;

    private readonly Stream _stream;
    private readonly byte _delimiter;
    private readonly SearchValues<byte> _needQuotes;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _length;
    private bool _inRow;

    /// <param name="stream">Not closed by the writer.</param>
    public CsvWriter(Stream stream, byte delimiter = (byte)',')
    {
        _stream = stream;
        _delimiter = delimiter;
        _needQuotes = SearchValues.Create([delimiter, (byte)'"', (byte)'\r', (byte)'\n']);
    }

    public void Write(ReadOnlySpan<byte> utf8)
    {
        StartColumn();
        if (utf8.IndexOfAny(_needQuotes) >= 0)
        {
            WriteQuoted(utf8);
        }
        else
        {
            Append(utf8);
        }
    }

    public void Write(string text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> utf8 = rented ?? stackalloc byte[512];
        Write(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void Write(long number)
    {
        StartColumn();
        Reserve(MaxNumberBytes);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary>Writes <paramref name="scaled"/> / 10^<paramref name="scale"/> exactly, without trailing zeros.</summary>
    public void WriteFixed(long scaled, int scale)
    {
        StartColumn();
        Reserve(MaxNumberBytes);
        Span<byte> digits = stackalloc byte[MaxNumberBytes];
        ulong rest = scaled < 0 ? unchecked((ulong)-scaled) : (ulong)scaled;
        int at = digits.Length;
        bool fraction = false;
        for (int i = 0; i < scale; i++)
        {
            (rest, ulong digit) = Math.DivRem(rest, 10);
            if (digit != 0 || fraction)
            {
                fraction = true;
                digits[--at] = (byte)('0' + digit);
            }
        }

        if (fraction)
        {
            digits[--at] = (byte)'.';
        }

        do
        {
            (rest, ulong digit) = Math.DivRem(rest, 10);
            digits[--at] = (byte)('0' + digit);
        }
        while (rest != 0);
        if (scaled < 0)
        {
            digits[--at] = (byte)'-';
        }

        Append(digits[at..]);
    }

    /// <summary>An empty column.</summary>
    public void WriteEmpty() => StartColumn();

    public void EndRow()
    {
        Reserve(1);
        _buffer[_length++] = (byte)'\n';
        _inRow = false;
    }

    public void Flush()
    {
        Empty();
        _stream.Flush();
    }

    public void Dispose() => Flush();

    private void StartColumn()
    {
        if (_inRow)
        {
            Reserve(1);
            _buffer[_length++] = _delimiter;
        }

        _inRow = true;
    }

    private void WriteQuoted(ReadOnlySpan<byte> utf8)
    {
        Append("\""u8);
        int quote;
        while ((quote = utf8.IndexOf((byte)'"')) >= 0)
        {
            Append(utf8[..(quote + 1)]);
            Append("\""u8);
            utf8 = utf8[(quote + 1)..];
        }

        Append(utf8);
        Append("\""u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes)
        {
            Empty();
            _stream.Write(bytes);
            return;
        }

        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int count)
    {
        if (BufferBytes - _length < count)
        {
            Empty();
        }
    }

    private void Empty()
    {
        _stream.Write(_buffer.AsSpan(0, _length));
        _length = 0;
    }
}
