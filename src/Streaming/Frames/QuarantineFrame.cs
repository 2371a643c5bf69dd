using System.Buffers;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>Events that were put aside, as one frame.</summary>
public static class QuarantineFrame
{
    public static void Write(IReadOnlyList<QuarantinedEvent> events, FrameSource source, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Adds the frame's events to the list; their contents are copies.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static FrameSource Read(ReadOnlySpan<byte> frame, ICollection<QuarantinedEvent> into) => throw new NotImplementedException();
}
