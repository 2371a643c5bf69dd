using System.Buffers;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Load.EndToEnd;

/// <summary>A frame of call events, as Ingest writes them.</summary>
/// <param name="Partition">That of all its calls.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="Events">How many it holds.</param>
/// <param name="Distinct">Those that are no repeats; a repeat lies in the same frame as its first.</param>
internal sealed record BacklogFrame(int Partition, ReadOnlyMemory<byte> Payload, int Events, int Distinct);

/// <summary>The events of a backlog in frames by partition, always the same.</summary>
internal static class BacklogFrames
{
    public static IEnumerable<BacklogFrame> Make(RatingConfig carrier, int events, int partitions, int frameRows)
    {
        var made = new BacklogEvents(carrier);
        var one = new CallEventBatch();
        var parts = Enumerable.Range(0, partitions).Select(_ => new CallEventBatch()).ToArray();
        int[] distinct = new int[partitions];
        int count = 0;
        for (long call = 1; count < events; call++)
        {
            one.Clear();
            int firsts = made.AddCall(call, one);
            count += one.Count;
            int partition = CallKey.PartitionOf(one.Texts[one[0].SwitchId], one.Texts[one[0].CallId], partitions);
            distinct[partition] += firsts;
            for (int row = 0; row < one.Count; row++)
            {
                one.CopyTo(row, parts[partition]);
            }

            if (parts[partition].Count >= frameRows)
            {
                yield return Close(partition);
            }
        }

        for (int partition = 0; partition < partitions; partition++)
        {
            if (parts[partition].Count > 0)
            {
                yield return Close(partition);
            }
        }

        BacklogFrame Close(int partition)
        {
            var bytes = new ArrayBufferWriter<byte>();
            CallEventFrame.Write(parts[partition], FrameSource.None, bytes);
            BacklogFrame frame = new(partition, bytes.WrittenMemory, parts[partition].Count, distinct[partition]);
            parts[partition].Clear();
            distinct[partition] = 0;
            return frame;
        }
    }
}
