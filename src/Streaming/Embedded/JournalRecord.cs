using System.Buffers.Binary;
using System.Text;

namespace Perimeter.Streaming;

/// <summary>Takes apart a record whose check was found right.</summary>
internal readonly ref struct JournalRecord(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public RecordKind Kind => (RecordKind)_bytes[JournalFormat.KindAt];

    public byte Version => _bytes[JournalFormat.VersionAt];

    public int Length => _bytes.Length;

    public int FrameCount => BinaryPrimitives.ReadInt32LittleEndian(_bytes[JournalFormat.FramesAt..]);

    public long AppendedMs => BinaryPrimitives.ReadInt64LittleEndian(_bytes[JournalFormat.AppendedAt..]);

    /// <summary>The length of the segment that was durable when the record was written.</summary>
    public long Durable => BinaryPrimitives.ReadInt64LittleEndian(_bytes[JournalFormat.DurableAt..]);

    /// <param name="rest">Offset of what follows the cursors.</param>
    public List<KeyValuePair<CursorKey, long>> Cursors(out int rest)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[JournalFormat.CursorsAt..]);
        int at = JournalFormat.HeadBytes;
        List<KeyValuePair<CursorKey, long>> cursors = new(count);
        for (int i = 0; i < count; i++)
        {
            string group = Name(ref at);
            string topic = Name(ref at);
            int partition = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);
            cursors.Add(new(new CursorKey(group, topic, partition), BinaryPrimitives.ReadInt64LittleEndian(_bytes[(at + 2)..])));
            at += 10;
        }

        rest = at;
        return cursors;
    }

    public CheckpointBody Checkpoint(Func<string, int, PartitionState> find)
    {
        List<KeyValuePair<CursorKey, long>> cursors = Cursors(out int rest);
        return CheckpointBody.Read(_bytes[rest..], cursors, find);
    }

    /// <summary>Takes the frame at <paramref name="at"/> and moves on to the next.</summary>
    public (PartitionState Partition, long Number, int Length) Frame(ref int at, Func<string, int, PartitionState> find)
    {
        ReadOnlySpan<byte> frame = _bytes[at..];
        int length = BinaryPrimitives.ReadInt32LittleEndian(frame[4..]);
        long number = BinaryPrimitives.ReadInt64LittleEndian(frame[8..]);
        int partition = BinaryPrimitives.ReadUInt16LittleEndian(frame[24..]);
        string topic = Encoding.UTF8.GetString(frame.Slice(JournalFormat.FrameHeadBytes, frame[26]));
        at += JournalFormat.FrameHeadBytes + frame[26] + length;
        return (find(topic, partition), number, length);
    }

    private string Name(ref int at)
    {
        int length = _bytes[at];
        string name = Encoding.UTF8.GetString(_bytes.Slice(at + 1, length));
        at += 1 + length;
        return name;
    }
}
