using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Perimeter.Ingest;

/// <summary>
/// Tells whether gzip was read to its end. GZipStream takes a file that was cut as one that ends there, so that lines would vanish without a word:
/// the last 8 bytes have to be the CRC-32 and the length of the last member's content.
/// </summary>
internal static class GzipEnd
{
    private const int TrailerBytes = 8;

    public static bool IsWhole(ReadOnlySpan<byte> compressed, ReadOnlySpan<byte> content)
    {
        if (compressed.Length < TrailerBytes)
        {
            return false;
        }

        (uint crc, uint length) = ReadTrailer(compressed[^TrailerBytes..]);
        return length <= content.Length && Crc32.HashToUInt32(content[^(int)length..]) == crc;
    }

    /// <param name="path">The compressed file.</param>
    /// <param name="contentCrc">CRC-32 of all that came out of it.</param>
    /// <param name="contentLength">The length of all that came out of it.</param>
    public static bool IsWhole(string path, uint contentCrc, long contentLength)
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        using (FileStream file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            if (file.Length < TrailerBytes)
            {
                return false;
            }

            file.Position = file.Length - TrailerBytes;
            file.ReadExactly(trailer);
        }

        (uint crc, uint length) = ReadTrailer(trailer);
        if (length == (uint)(contentLength & uint.MaxValue) && crc == contentCrc)
        {
            return true;
        }

        // Several members, as when gzip files were put together: the last one's content is read again.
        return length < contentLength && CrcFrom(path, contentLength - length) == crc;
    }

    private static (uint Crc, uint Length) ReadTrailer(ReadOnlySpan<byte> trailer) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(trailer), BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]));

    private static uint CrcFrom(string path, long offset)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        var crc = new Crc32();
        byte[] buffer = new byte[64 << 10];
        int read;
        for (long at = 0; (read = gzip.Read(buffer)) > 0; at += read)
        {
            crc.Append(buffer.AsSpan((int)Math.Clamp(offset - at, 0, read)..read));
        }

        return crc.GetCurrentHashAsUInt32();
    }
}
