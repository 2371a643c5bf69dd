namespace Perimeter.Streaming;

/// <summary>Where the rows of a frame came from. Stored: never change or reuse a number, add at the end.</summary>
public enum FrameSourceKind : byte { None = 0, Request = 1, File = 2, Topic = 3, Quarantine = 4 }

/// <summary>
/// Where the rows of a frame came from: the request's id; the file's name, and the byte at which the first row begins; the topic, and the packed position;
/// the id of the event in the quarantine that was sent again.
/// </summary>
public readonly record struct FrameSource(FrameSourceKind Kind, string Name, long Place)
{
    /// <summary>A longer name, in bytes of UTF-8, is refused when a frame is written.</summary>
    public const int MaxNameBytes = 4096;

    public static FrameSource None => new(FrameSourceKind.None, "", 0);
}
