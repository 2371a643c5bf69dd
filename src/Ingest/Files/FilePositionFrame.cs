using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>
/// Positions of files as one frame: one after each batch of lines, or all of them as a snapshot. "FP", version, snapshot or not, count,
/// the positions, of version 2 each with its switch behind the path, XXH64 of all before it. Little endian.
/// </summary>
internal static class FilePositionFrame
{
    private const byte Version = 2;

    /// <summary>Before files belonged to switches.</summary>
    private const byte OldestVersion = 1;
    private const int HeaderBytes = 8;
    private const int FixedBytes = 16 + 16 + 8 + 8 + 4 + 16 + 16 + 8 + 4;
    private const int HashBytes = 8;

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<FilePosition> positions, bool isSnapshot)
    {
        var output = new ArrayBufferWriter<byte>(HeaderBytes + HashBytes + (positions.Count * (FixedBytes + 64)));
        Span<byte> header = output.GetSpan(HeaderBytes);
        header[0] = (byte)'F';
        header[1] = (byte)'P';
        header[2] = Version;
        header[3] = isSnapshot ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], positions.Count);
        output.Advance(HeaderBytes);
        foreach (FilePosition position in positions)
        {
            Write(position, output);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(HashBytes), XxHash64.HashToUInt64(output.WrittenSpan));
        output.Advance(HashBytes);
        return output.WrittenMemory;
    }

    /// <summary>Adds the frame's positions to the list.</summary>
    /// <returns>Whether it is a snapshot.</returns>
    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static bool Read(ReadOnlySpan<byte> frame, ICollection<FilePosition> into)
    {
        if (frame.Length < HeaderBytes + HashBytes || frame[0] != 'F' || frame[1] != 'P')
        {
            throw new FrameFormatException("This is no frame of file positions.");
        }

        byte version = frame[2];
        if (version is < OldestVersion or > Version)
        {
            throw new FrameFormatException($"The frame of file positions has version {frame[2]}; this build reads versions {OldestVersion} to {Version}. Use a newer build.");
        }

        if (XxHash64.HashToUInt64(frame[..^HashBytes]) != BinaryPrimitives.ReadUInt64LittleEndian(frame[^HashBytes..]))
        {
            throw new FrameFormatException("The frame of file positions does not match its check.");
        }

        ReadOnlySpan<byte> rest = frame[HeaderBytes..^HashBytes];
        for (int left = BinaryPrimitives.ReadInt32LittleEndian(frame[4..]); left > 0; left--)
        {
            into.Add(Read(ref rest, version));
        }

        return frame[3] == 1;
    }

    private static void Write(FilePosition position, ArrayBufferWriter<byte> output)
    {
        int pathBytes = Encoding.UTF8.GetByteCount(position.Path);
        Span<byte> bytes = output.GetSpan(FixedBytes + pathBytes);
        position.Id.TryWriteBytes(bytes);
        position.Origin.TryWriteBytes(bytes[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], position.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], position.Line);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[48..], position.HeadLength);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[52..], position.HeadHash);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[68..], position.ContentHash);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[84..], position.TakenAtMs);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[92..], pathBytes);
        Encoding.UTF8.GetBytes(position.Path, bytes[FixedBytes..]);
        output.Advance(FixedBytes + pathBytes);
        int switchBytes = Encoding.UTF8.GetByteCount(position.Switch);
        bytes = output.GetSpan(sizeof(int) + switchBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, switchBytes);
        Encoding.UTF8.GetBytes(position.Switch, bytes[sizeof(int)..]);
        output.Advance(sizeof(int) + switchBytes);
    }

    private static FilePosition Read(ref ReadOnlySpan<byte> bytes, byte version)
    {
        int pathBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[92..]);
        var position = new FilePosition
        {
            Id = new Guid(bytes[..16]),
            Origin = new Guid(bytes[16..32]),
            Offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            Line = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            HeadLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]),
            HeadHash = BinaryPrimitives.ReadUInt128LittleEndian(bytes[52..]),
            ContentHash = BinaryPrimitives.ReadUInt128LittleEndian(bytes[68..]),
            TakenAtMs = BinaryPrimitives.ReadInt64LittleEndian(bytes[84..]),
            Path = Encoding.UTF8.GetString(bytes.Slice(FixedBytes, pathBytes)),
        };
        bytes = bytes[(FixedBytes + pathBytes)..];
        if (version == OldestVersion)
        {
            return position;
        }

        int switchBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        position = position with { Switch = Encoding.UTF8.GetString(bytes.Slice(sizeof(int), switchBytes)) };
        bytes = bytes[(sizeof(int) + switchBytes)..];
        return position;
    }
}
