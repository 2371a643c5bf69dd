using System.Buffers;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>Call events of one partition as one frame.</summary>
public static class CallEventFrame
{
    public static void Write(CallEventBatch batch, FrameSource source, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Clears the batch and fills it with the frame's rows.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static FrameSource Read(ReadOnlySpan<byte> frame, CallEventBatch into) => throw new NotImplementedException();

    /// <summary>Adds the frame's rows to the batch, so that many small frames make one batch.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame; the batch is as it was.</exception>
    public static FrameSource Append(ReadOnlySpan<byte> frame, CallEventBatch into) => throw new NotImplementedException();

    /// <summary>How many rows the frame holds, without reading them.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static int CountRows(ReadOnlySpan<byte> frame) => throw new NotImplementedException();
}
