using System.Buffers.Binary;
using System.Text;

namespace Perimeter.Streaming;

/// <summary>What stands at the head of a segment behind the cursors: where each partition stands, and how long the segment before it is.</summary>
internal sealed record CheckpointBody(
    ulong Incarnation, long PreviousLength, IReadOnlyList<(PartitionState Partition, long End)> Partitions, IReadOnlyList<KeyValuePair<CursorKey, long>> Cursors)
{
    private const int FixedBytes = 8 + 8 + 4;
    private const int PartitionFixedBytes = 8 + 2 + 1;

    public int Bytes => FixedBytes + Partitions.Sum(entry => PartitionFixedBytes + entry.Partition.TopicName.Length);

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Incarnation);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], PreviousLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], Partitions.Count);
        target = target[FixedBytes..];
        foreach ((PartitionState partition, long end) in Partitions)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, end);
            BinaryPrimitives.WriteUInt16LittleEndian(target[8..], (ushort)partition.Partition);
            target[10] = (byte)partition.TopicName.Length;
            partition.TopicName.CopyTo(target[PartitionFixedBytes..]);
            target = target[(PartitionFixedBytes + partition.TopicName.Length)..];
        }
    }

    /// <param name="body">What follows the cursors.</param>
    public static CheckpointBody Read(ReadOnlySpan<byte> body, IReadOnlyList<KeyValuePair<CursorKey, long>> cursors, Func<string, int, PartitionState> find)
    {
        ulong incarnation = BinaryPrimitives.ReadUInt64LittleEndian(body);
        long previousLength = BinaryPrimitives.ReadInt64LittleEndian(body[8..]);
        int count = BinaryPrimitives.ReadInt32LittleEndian(body[16..]);
        body = body[FixedBytes..];
        List<(PartitionState, long)> partitions = [];
        for (int i = 0; i < count; i++)
        {
            long end = BinaryPrimitives.ReadInt64LittleEndian(body);
            int partition = BinaryPrimitives.ReadUInt16LittleEndian(body[8..]);
            int length = body[10];
            partitions.Add((find(Encoding.UTF8.GetString(body.Slice(PartitionFixedBytes, length)), partition), end));
            body = body[(PartitionFixedBytes + length)..];
        }

        return new CheckpointBody(incarnation, previousLength, partitions, cursors);
    }
}
