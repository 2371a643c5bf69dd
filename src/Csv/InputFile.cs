using System.IO.Compression;

namespace Perimeter.Csv;

/// <summary>Files as people hand them in: plain, or gzip, told by the first two bytes and not by the name.</summary>
public static class InputFile
{
    private const byte GzipFirst = 0x1F;
    private const byte GzipSecond = 0x8B;

    /// <summary>Opens for one pass from the front; the content is decompressed where it is gzip, all members of it.</summary>
    /// <remarks>Reading throws <see cref="InvalidDataException"/> where compressed content is damaged or cut off: the latter by a setting of the runtime in Directory.Build.targets.</remarks>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Stream OpenRead(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });
        try
        {
            return Decompress(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The stream itself, or what is compressed in it. The stream must be able to seek, and is owned by what is returned.</summary>
    public static Stream Decompress(Stream stream)
    {
        Span<byte> magic = stackalloc byte[2];
        long start = stream.Position;
        int read = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        stream.Position = start;
        return read == magic.Length && magic[0] == GzipFirst && magic[1] == GzipSecond
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
    }
}
