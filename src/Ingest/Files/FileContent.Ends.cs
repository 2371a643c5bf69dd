using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Perimeter.Ingest;

/// <content>Whether another opening of a file, or the same one later, still holds what was read: told by its first and its last bytes, not by its name.</content>
internal sealed partial class FileContent
{
    /// <summary>Compared at each end.</summary>
    public const int EndBytes = 4096;

    private readonly byte[] _first = new byte[EndBytes];
    private readonly byte[] _last = new byte[EndBytes];
    private int _firstLength;
    private int _lastLength;

    /// <summary>The open file; null where it is compressed.</summary>
    public FileStream? File => _inner as FileStream;

    /// <summary>A GZipStream that fails at the very end of its file: it was cut, or is still being written.</summary>
    public static bool IsCutGzip(Stream stream) => stream is GZipStream { BaseStream: FileStream file } && file.Position == file.Length;

    /// <summary>Whether the file begins with all that was read. Of the middle nothing is compared: no two files of calls differ there alone.</summary>
    public bool IsIn(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[EndBytes];
        return RandomAccess.GetLength(file) >= _read
            && Holds(file, 0, _first.AsSpan(0, _firstLength), bytes) && Holds(file, _read - _lastLength, _last.AsSpan(0, _lastLength), bytes);
    }

    /// <summary>Reads on in another opening of the file, which <see cref="IsIn"/> is true of.</summary>
    public void GoOnIn(FileStream file)
    {
        _inner.Dispose();
        _inner = file;
        file.Position = _read;
    }

    /// <param name="bytes">Room for as many as are expected.</param>
    public static bool Holds(SafeFileHandle file, long offset, ReadOnlySpan<byte> expected, Span<byte> bytes)
    {
        int done = 0;
        while (done < expected.Length)
        {
            int read = RandomAccess.Read(file, bytes[..(expected.Length - done)], offset + done);
            if (read == 0 || !expected.Slice(done, read).SequenceEqual(bytes[..read]))
            {
                return false;
            }

            done += read;
        }

        return true;
    }

    private void KeepEnds(ReadOnlySpan<byte> read)
    {
        int first = Math.Min(EndBytes - _firstLength, read.Length);
        read[..first].CopyTo(_first.AsSpan(_firstLength));
        _firstLength += first;

        ReadOnlySpan<byte> newest = read[Math.Max(0, read.Length - EndBytes)..];
        int kept = Math.Min(_lastLength, EndBytes - newest.Length);
        _last.AsSpan(_lastLength - kept, kept).CopyTo(_last);
        newest.CopyTo(_last.AsSpan(kept));
        _lastLength = kept + newest.Length;
    }
}
