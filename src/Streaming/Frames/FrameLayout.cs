using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perimeter.Streaming;

/// <summary>
/// What every frame begins with: four letters that name its kind, the version (1 byte), its length in bytes with all of this (4), and the check (4):
/// the low half of XXH3 over the rest, seeded with kind, version and length. Then the source, and what the kind adds. Numbers are little-endian.
/// </summary>
internal static class FrameLayout
{
    /// <summary>No frame is longer: a writer splits its batch before it comes to that.</summary>
    public const int MaxBytes = 32 << 20;

    public const byte Version = 1;

    private const int VersionAt = 4;
    private const int LengthAt = 5;
    private const int CheckAt = 9;
    private const int BodyAt = 13;

    public static FrameWriter Begin(FrameSource source)
    {
        FrameWriter writer = FrameWriter.ForThisThread();
        writer.Reserve(BodyAt);
        writer.Byte((byte)source.Kind);
        writer.Text(source.Name, FrameSource.MaxNameBytes, "The name of the source");
        writer.ZigZag(source.Place);
        return writer;
    }

    /// <exception cref="ArgumentException">The frame is too long; nothing was written.</exception>
    public static void End(FrameWriter writer, uint kind, IBufferWriter<byte> output)
    {
        Span<byte> frame = writer.Written;
        if (frame.Length > MaxBytes)
        {
            throw new ArgumentException($"The frame would take {frame.Length} bytes, and {MaxBytes} is the most. Write fewer rows at a time.");
        }

        BinaryPrimitives.WriteUInt32LittleEndian(frame, kind);
        frame[VersionAt] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(frame[LengthAt..], frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[CheckAt..], Check(kind, Version, frame));
        output.Write(frame);
    }

    /// <summary>Checks the frame as a whole, and returns a reader that stands behind the source.</summary>
    public static FrameReader Open(ReadOnlySpan<byte> frame, uint kind, string name, out FrameSource source)
    {
        FrameReader reader = new(frame, name);
        if (frame.Length < BodyAt)
        {
            reader.Fail($"{frame.Length} bytes are too few for a frame");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != kind)
        {
            reader.Fail($"it begins with {BinaryPrimitives.ReadUInt32LittleEndian(frame):X8}, which names another kind of frame or none");
        }

        if (frame[VersionAt] != Version)
        {
            reader.Fail($"its version is {frame[VersionAt]}, and this build reads version {Version} only: it was written by a later build");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(frame[LengthAt..]);
        if (length != frame.Length)
        {
            reader.Fail($"it says that it has {length} bytes, and there are {frame.Length}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(frame[CheckAt..]) != Check(kind, Version, frame))
        {
            reader.Fail("it does not match its check: bytes were changed after it was written");
        }

        reader.Skip(BodyAt);
        source = new FrameSource((FrameSourceKind)reader.Byte(), reader.Text(FrameSource.MaxNameBytes), reader.ZigZag());
        return reader;
    }

    private static uint Check(uint kind, byte version, ReadOnlySpan<byte> frame)
    {
        long seed = unchecked(((long)kind << 32) ^ ((long)version << 56) ^ frame.Length);
        return (uint)(XxHash3.HashToUInt64(frame[BodyAt..], seed) & uint.MaxValue);
    }
}
