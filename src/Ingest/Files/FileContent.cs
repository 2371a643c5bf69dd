using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.IO.Hashing;

namespace Perimeter.Ingest;

/// <summary>
/// The content of a file on its way to a reader that reads ahead: keeps what was read and is not yet taken, so that the hash of what was taken is known
/// at every line's end. A last line without a line end is given only if <paramref name="isLastLineWhole"/> says, at the end, that it is one.
/// </summary>
/// <remarks>At its end it gives nothing, and more when there is more: a file that grows is read on by the same reader.</remarks>
internal sealed partial class FileContent(Stream inner, long resumeAt, Func<FileContent, bool> isLastLineWhole) : Stream
{
    /// <summary>A line is held until its end is seen; one that is longer ends the reading.</summary>
    public const int MaxLineBytes = 64 << 20;

    private const int ChunkBytes = 64 << 10;

    private readonly XxHash128 _hash = new();
    private Stream _inner = inner;
    private byte[] _pending = new byte[ChunkBytes];
    private int _pendingLength;
    private long _hashedTo;
    private long _given;

    // Read from the file and not yet given on: the beginning of a line whose end was not seen.
    private byte[] _ahead = [];
    private int _aheadGiven;
    private int _aheadComplete;
    private int _aheadLength;

    // Of everything that came out of the file.
    private readonly Crc32 _crc = new();
    private long _read;

    /// <summary>CRC-32 of all content read from the file so far.</summary>
    public uint Crc => _crc.GetCurrentHashAsUInt32();

    /// <summary>Bytes of content read from the file so far.</summary>
    public long BytesRead => _read;

    /// <summary>Bytes at the end of the content that were held back.</summary>
    public int HeldBackBytes => _aheadLength - _aheadComplete;

    public ReadOnlySpan<byte> HeldBack => _ahead.AsSpan(_aheadComplete, HeldBackBytes);

    /// <summary>What was held back is the beginning of a record, and nobody goes on writing it.</summary>
    public bool IsCut { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _given;
        set => throw new NotSupportedException();
    }

    /// <summary>The hash of all content before the offset, which may not go back.</summary>
    public UInt128 HashTo(long offset)
    {
        int count = (int)(offset - _hashedTo);
        _hash.Append(_pending.AsSpan(0, count));
        _pending.AsSpan(count, _pendingLength - count).CopyTo(_pending);
        _pendingLength -= count;
        _hashedTo = offset;
        return _hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Gives back the memory that large batches and long lines took, where it is more than that.</summary>
    public void GiveBack(long maxHeldBytes)
    {
        if (_pending.Length > maxHeldBytes)
        {
            Array.Resize(ref _pending, Math.Max(ChunkBytes, _pendingLength));
        }

        if (_ahead.Length > maxHeldBytes)
        {
            Array.Resize(ref _ahead, _aheadLength);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = ReadWholeLines(buffer);
        Keep(buffer[..read]);
        _given += read;
        return read;
    }

    public override void Flush()
    {
    }

    [DoesNotReturn]
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    [DoesNotReturn]
    public override void SetLength(long value) => throw new NotSupportedException();

    [DoesNotReturn]
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>What lies before the place to resume at was taken before, and is hashed as it comes.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        int before = (int)Math.Clamp(resumeAt - _given, 0, bytes.Length);
        if (before > 0)
        {
            _hash.Append(bytes[..before]);
            _hashedTo += before;
            bytes = bytes[before..];
        }

        if (_pending.Length - _pendingLength < bytes.Length)
        {
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingLength + bytes.Length));
        }

        bytes.CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += bytes.Length;
    }

    /// <summary>A gzip that was cut ends where it was cut: the lines before are good, and whoever takes the file looks whether its end was there (<see cref="GzipEnd"/>).</summary>
    private int ReadInner(Span<byte> buffer)
    {
        try
        {
            return _inner.Read(buffer);
        }
        catch (InvalidDataException) when (IsCutGzip(_inner))
        {
            return 0;
        }
    }

    private int ReadWholeLines(Span<byte> buffer)
    {
        while (_aheadGiven == _aheadComplete)
        {
            int rest = _aheadLength - _aheadComplete;
            _ahead.AsSpan(_aheadComplete, rest).CopyTo(_ahead);
            _aheadGiven = _aheadComplete = 0;
            _aheadLength = rest;
            if (_ahead.Length - rest < ChunkBytes)
            {
                Array.Resize(ref _ahead, Math.Max(_ahead.Length * 2, rest + ChunkBytes));
            }

            int read = ReadInner(_ahead.AsSpan(rest));
            if (read == 0)
            {
                _aheadComplete = rest > 0 && isLastLineWhole(this) ? rest : 0;
                if (_aheadComplete == 0)
                {
                    return 0;
                }

                continue;
            }

            _crc.Append(_ahead.AsSpan(rest, read));
            KeepEnds(_ahead.AsSpan(rest, read));
            _read += read;
            _aheadLength += read;
            int lineFeed = _ahead.AsSpan(rest, read).LastIndexOf((byte)'\n');
            _aheadComplete = lineFeed < 0 ? 0 : rest + lineFeed + 1;
            if (_aheadComplete == 0 && _aheadLength > MaxLineBytes)
            {
                throw new InvalidDataException($"a line has no end within {MaxLineBytes} bytes: this is no file of call records, or it is damaged");
            }
        }

        int count = Math.Min(buffer.Length, _aheadComplete - _aheadGiven);
        _ahead.AsSpan(_aheadGiven, count).CopyTo(buffer);
        _aheadGiven += count;
        return count;
    }
}
