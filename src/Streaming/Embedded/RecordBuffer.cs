using System.Buffers.Binary;

namespace Perimeter.Streaming;

/// <summary>Encodes the records of one write, one behind the other, as they will lie in the segment.</summary>
internal sealed class RecordBuffer(ulong incarnation)
{
    /// <summary>A buffer that one large append made is given up after it.</summary>
    private const int KeptBytes = 8 << 20;

    private byte[] _bytes = new byte[1 << 16];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptBytes)
        {
            _bytes = new byte[1 << 16];
        }
    }

    /// <summary>Adds a group that will begin at <paramref name="durable"/> plus what the buffer holds, and notes its frames and cursors in the batch.</summary>
    public void AddGroup(PendingAppend append, long segment, long durable, WrittenBatch batch)
    {
        int begin = BeginRecord(RecordKind.Group, append.Cursors, append.Frames.Count, batch.AppendedMs, durable);
        for (int i = 0; i < append.Frames.Count; i++)
        {
            append.Numbers[i] = append.Partitions[i].Assigned;
            AddFrame(append.Partitions[i], append.Frames[i].Payload.Span, durable, batch);
        }

        batch.Cursors.AddRange(append.Cursors);
        EndRecord(begin, segment, durable);
    }

    public void AddCheckpoint(CheckpointBody checkpoint, long segment, long appendedMs)
    {
        int begin = BeginRecord(RecordKind.Checkpoint, checkpoint.Cursors, 0, appendedMs, 0);
        checkpoint.Write(Reserve(checkpoint.Bytes));
        EndRecord(begin, segment, 0);
    }

    public void AddClosed(long segment, long durable, long appendedMs) =>
        EndRecord(BeginRecord(RecordKind.Closed, [], 0, appendedMs, durable), segment, durable);

    private void AddFrame(PartitionState partition, ReadOnlySpan<byte> payload, long durable, WrittenBatch batch)
    {
        int begin = Length;
        long number = partition.Assigned++;
        Span<byte> frame = Reserve(partition.FrameHeadBytes + payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], number);
        BinaryPrimitives.WriteInt64LittleEndian(frame[16..], batch.AppendedMs);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[24..], (ushort)partition.Partition);
        frame[26] = (byte)partition.TopicName.Length;
        partition.TopicName.CopyTo(frame[JournalFormat.FrameHeadBytes..]);
        payload.CopyTo(frame[partition.FrameHeadBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, JournalFormat.FrameCheck(frame, incarnation));
        batch.Frames.Add(new WrittenFrame(partition, number, new FramePlace(checked((int)(durable + begin)), payload.Length)));
    }

    private int BeginRecord(RecordKind kind, IReadOnlyList<KeyValuePair<CursorKey, long>> cursors, int frames, long appendedMs, long durable)
    {
        int begin = Length;
        Span<byte> head = Reserve(JournalFormat.HeadBytes);
        head.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(head, JournalFormat.Mark);
        head[JournalFormat.KindAt] = (byte)kind;
        head[JournalFormat.VersionAt] = JournalFormat.Version;
        BinaryPrimitives.WriteUInt16LittleEndian(head[JournalFormat.CursorsAt..], checked((ushort)cursors.Count));
        BinaryPrimitives.WriteInt32LittleEndian(head[JournalFormat.FramesAt..], frames);
        BinaryPrimitives.WriteInt64LittleEndian(head[JournalFormat.AppendedAt..], appendedMs);
        BinaryPrimitives.WriteInt64LittleEndian(head[JournalFormat.DurableAt..], durable);
        foreach ((CursorKey key, long next) in cursors)
        {
            Name(key.Group, "group");
            Name(key.Topic, "topic");
            Span<byte> rest = Reserve(10);
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)key.Partition);
            BinaryPrimitives.WriteInt64LittleEndian(rest[2..], next);
        }

        return begin;
    }

    private void EndRecord(int begin, long segment, long durable)
    {
        Span<byte> record = _bytes.AsSpan(begin, Length - begin);
        BinaryPrimitives.WriteInt32LittleEndian(record[JournalFormat.LengthAt..], record.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(
            record[JournalFormat.CheckAt..], JournalFormat.RecordCheck(record, incarnation, segment, durable + begin));
    }

    private void Name(string name, string what)
    {
        byte[] bytes = JournalFormat.Name(name, what);
        Reserve(1)[0] = (byte)bytes.Length;
        bytes.CopyTo(Reserve(bytes.Length));
    }

    private Span<byte> Reserve(int count)
    {
        int needed = checked(Length + count);
        if (_bytes.Length < needed)
        {
            Array.Resize(ref _bytes, (int)Math.Max(needed, Math.Min(_bytes.Length * 2L, Array.MaxLength)));
        }

        Length = needed;
        return _bytes.AsSpan(needed - count, count);
    }
}
