using System.Buffers.Binary;

namespace Perimeter.Streaming;

/// <summary>Walks over the records of a segment from its begin, checking each.</summary>
internal sealed class SegmentScan(Segment segment, ulong incarnation, long length, int windowBytes = SegmentScan.WindowBytes)
{
    /// <summary>Enough for most checkpoints, where no more than the head of a segment is read.</summary>
    public const int HeadWindowBytes = 16 << 10;

    private const int WindowBytes = 1 << 20;

    private byte[] _window = new byte[windowBytes];
    private long _windowAt;
    private int _windowLength;

    /// <summary>Where the next record begins, or would.</summary>
    public long Offset { get; private set; }

    /// <summary>False at the end of the segment, or where no valid record begins: <see cref="Offset"/> tells which.</summary>
    public bool TryNext(out JournalRecord record)
    {
        if (!TryRecord(Offset, out ReadOnlySpan<byte> bytes))
        {
            record = default;
            return false;
        }

        record = new JournalRecord(bytes);
        if (record.Version != JournalFormat.Version)
        {
            throw new LogDamagedException(
                $"{segment.Path}, offset {Offset}: a record of version {record.Version}, and this build reads version {JournalFormat.Version} only. Use the build that wrote it.");
        }

        Offset += bytes.Length;
        return true;
    }

    /// <summary>
    /// Whether what begins at <see cref="Offset"/> was once durable: a valid record behind it says so. Where none does, it is the torn tail of a write
    /// that was never acknowledged.
    /// </summary>
    public bool WasDurable()
    {
        Span<byte> mark = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, JournalFormat.Mark);
        long from = Offset + 1;
        while (length - from >= JournalFormat.HeadBytes)
        {
            ReadOnlySpan<byte> window = Bytes(from, (int)Math.Min(WindowBytes, length - from));
            int hit = window.IndexOf(mark);
            if (hit < 0)
            {
                from += window.Length - sizeof(uint) + 1;
                continue;
            }

            from += hit;
            if (TryRecord(from, out ReadOnlySpan<byte> record) && new JournalRecord(record).Durable > Offset)
            {
                return true;
            }

            from++;
        }

        return false;
    }

    public LogDamagedException Damaged(string what) =>
        new($"{segment.Path}, offset {Offset}: {what}. The log does not go on without it: restore the folder from a copy, or the disk.");

    private bool TryRecord(long offset, out ReadOnlySpan<byte> record)
    {
        record = default;
        if (length - offset < JournalFormat.HeadBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> head = Bytes(offset, JournalFormat.HeadBytes);
        int recordLength = BinaryPrimitives.ReadInt32LittleEndian(head[JournalFormat.LengthAt..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != JournalFormat.Mark || recordLength < JournalFormat.HeadBytes || recordLength > length - offset)
        {
            return false;
        }

        record = Bytes(offset, recordLength);
        return JournalFormat.IsRecord(record, incarnation, segment.Number, offset, out _);
    }

    private ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (offset < _windowAt || offset + count > _windowAt + _windowLength)
        {
            if (_window.Length < count)
            {
                _window = new byte[count];
            }

            _windowAt = offset;
            _windowLength = 0;
            int wanted = (int)Math.Min(_window.Length, length - offset);
            while (_windowLength < wanted)
            {
                int read = RandomAccess.Read(segment.Handle, _window.AsSpan(_windowLength, wanted - _windowLength), offset + _windowLength);
                if (read == 0)
                {
                    throw Damaged($"the file ends at {offset + _windowLength}, and {length} bytes were there");
                }

                _windowLength += read;
            }
        }

        return _window.AsSpan((int)(offset - _windowAt), count);
    }
}
