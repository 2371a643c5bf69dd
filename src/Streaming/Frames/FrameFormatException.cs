namespace Perimeter.Streaming;

/// <summary>Bytes that are no frame of the kind and version that this build reads: the message tells what was wrong and at which byte of the frame.</summary>
public sealed class FrameFormatException(string message, Exception? inner = null) : IOException(message, inner);
