using System.Buffers;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>What a frame of rated calls says of itself before its rows.</summary>
public readonly record struct RatedCallFrameHeader(int Rows, ConfigRevision Revision, PassedEvents Passed, FrameSource Source);

/// <summary>
/// Rated calls of one partition as one frame, with the events, both sides, the revision they were rated by and what else was passed on the way.
/// A frame of no rows is legal: a unit of work may have only passed events. <see cref="RatedSide.DeckRow"/> is not stored and is read as -1.
/// </summary>
public static class RatedCallFrame
{
    public static void Write(RatedCallBatch batch, FrameSource source, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Clears the batch and fills it with the frame's rows, revision and passed events.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static FrameSource Read(ReadOnlySpan<byte> frame, RatedCallBatch into) => throw new NotImplementedException();

    /// <summary>Adds the frame's rows and passed events to the batch, so that many small frames make one batch.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame; the batch is as it was.</exception>
    /// <exception cref="ArgumentException">The batch holds rows of another revision: see <see cref="ReadHeader"/>.</exception>
    public static FrameSource Append(ReadOnlySpan<byte> frame, RatedCallBatch into) => throw new NotImplementedException();

    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static RatedCallFrameHeader ReadHeader(ReadOnlySpan<byte> frame) => throw new NotImplementedException();
}
