using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Perimeter.Streaming;

/// <summary>What a record of the journal is.</summary>
internal enum RecordKind : byte
{
    None = 0,

    /// <summary>The head of every segment: where each partition stands, and all cursors. It stands in for the segments that were deleted.</summary>
    Checkpoint = 1,

    /// <summary>One atomic group: frames and cursors.</summary>
    Group = 2,

    /// <summary>The log was closed: all before it is known to be durable.</summary>
    Closed = 3,
}

/// <summary>
/// The journal's layout, little-endian. A record: mark (4), length of the whole record (4), kind (1), version (1), count of cursors (2),
/// count of frames (4), append time (8), the length of the segment that was durable when the record was written (8), check (8);
/// then the cursors, then the frames, each a head and its payload. A checkpoint has a <see cref="CheckpointBody"/> in place of frames.
/// </summary>
internal static class JournalFormat
{
    public const uint Mark = 0x4A4C5250;
    public const byte Version = 1;

    public const int LengthAt = 4;
    public const int KindAt = 8;
    public const int VersionAt = 9;
    public const int CursorsAt = 10;
    public const int FramesAt = 12;
    public const int AppendedAt = 16;
    public const int DurableAt = 24;
    public const int CheckAt = 32;
    public const int HeadBytes = 40;

    /// <summary>A frame's head: check (4), length of the payload (4), number of the frame (8), append time (8), partition (2), length of the topic's name (1), the name.</summary>
    public const int FrameHeadBytes = 27;

    /// <summary>Names of topics and groups, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 255;

    public const int MaxCursorsInRecord = ushort.MaxValue;

    /// <summary>XXH3 of the record but for its mark and check. Seeded by the place, so that no record passes for one at another place or of another log.</summary>
    public static ulong RecordCheck(ReadOnlySpan<byte> record, ulong incarnation, long segment, long offset)
    {
        long seed = unchecked((long)incarnation ^ (segment << 40) ^ offset);
        ulong head = XxHash3.HashToUInt64(record[LengthAt..CheckAt], seed);
        return XxHash3.HashToUInt64(record[HeadBytes..], unchecked((long)head));
    }

    /// <summary>The low half of XXH3 of a frame's head behind the check, and the payload.</summary>
    public static uint FrameCheck(ReadOnlySpan<byte> frame, ulong incarnation) =>
        (uint)(XxHash3.HashToUInt64(frame[sizeof(uint)..], unchecked((long)incarnation)) & uint.MaxValue);

    public static byte[] Name(string name, string what)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return bytes.Length is > 0 and <= MaxNameBytes
            ? bytes
            : throw new ArgumentException($"The name of a {what} takes {bytes.Length} bytes; it must be 1 to {MaxNameBytes}.");
    }

    /// <summary>Whether a whole and valid record begins at <paramref name="bytes"/>; its length where so.</summary>
    public static bool IsRecord(ReadOnlySpan<byte> bytes, ulong incarnation, long segment, long offset, out int length)
    {
        length = 0;
        if (bytes.Length < HeadBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark)
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(bytes[LengthAt..]);
        return length >= HeadBytes && length <= bytes.Length
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[CheckAt..]) == RecordCheck(bytes[..length], incarnation, segment, offset);
    }
}
