using System.Buffers;
using System.Text;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>Events that were put aside, as frames of the quarantine.</summary>
public static class QuarantineWriter
{
    /// <summary>A frame is closed when its contents reach so many bytes.</summary>
    public const int FrameBytes = 4 << 20;

    /// <summary>Events of one frame.</summary>
    public const int FrameRows = 10_000;

    /// <summary>Adds the frames of the events to <paramref name="frames"/>; none where there are no events.</summary>
    /// <param name="nextWriter">An empty writer for each frame, which stays as it is until the frames are appended.</param>
    public static void Write(
        IReadOnlyList<QuarantinedEvent> events, FrameSource source, int partitionCount, Func<ArrayBufferWriter<byte>> nextWriter, ICollection<LogOutput> frames)
    {
        int first = 0;
        while (first < events.Count)
        {
            int end = first;
            long bytes = 0;
            while (end < events.Count && end - first < FrameRows && (end == first || bytes + events[end].Content.Length <= FrameBytes))
            {
                bytes += events[end++].Content.Length;
            }

            ArrayBufferWriter<byte> writer = nextWriter();
            QuarantineFrame.Write(first == 0 && end == events.Count ? events : [.. events.Skip(first).Take(end - first)], source, writer);
            frames.Add(new LogOutput(Topics.Quarantine, PartitionOf(events[first], partitionCount), writer.WrittenMemory));
            first = end;
        }
    }

    /// <summary>The order of the quarantine means nothing: a frame goes where its first event's key would.</summary>
    private static int PartitionOf(QuarantinedEvent first, int partitionCount) =>
        CallKey.PartitionOf(Encoding.UTF8.GetBytes(first.SwitchId), Encoding.UTF8.GetBytes(first.CallId), partitionCount);
}
