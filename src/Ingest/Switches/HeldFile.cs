using Microsoft.Win32.SafeHandles;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// A file of a watched folder that is open: what is not taken of it outlives its name. What reads it may be given up and begun anew at the place reached; the opening stays.
/// </summary>
/// <param name="path">The name by which it was opened.</param>
/// <param name="file">The open file; null where it is compressed and opened by what reads it.</param>
internal sealed class HeldFile(string path, FileStream? file) : IDisposable
{
    private const int EndBytes = 4096;

    private FileReading? _reading;
    private FilePosition? _place;

    /// <summary>The name it had when it was seen under one last.</summary>
    public string Path { get; private set; } = path;

    /// <summary>Null where it is compressed.</summary>
    public FileStream? File { get; private set; } = file;

    /// <summary>Null where it is to be begun, or begun anew.</summary>
    public FileReading? Reading
    {
        get => _reading;
        set
        {
            _place = value?.Place ?? Place;
            _reading = value;
            File ??= value?.Content.File;
        }
    }

    /// <summary>The place reached; null where nothing was read of it yet.</summary>
    public FilePosition? Place => _reading?.Place ?? _place;

    /// <summary>Bytes that are not on the log, as far as that can be told.</summary>
    public long BytesBehind => Math.Max(0, Length - (Place?.Offset ?? 0));

    public long Length => File is null ? 0 : RandomAccess.GetLength(File.SafeFileHandle);

    /// <summary>Whether another opening holds all that this one does, by its first and its last bytes: it is the same file, or stands for it.</summary>
    public bool IsIn(SafeFileHandle other)
    {
        SafeFileHandle mine = File!.SafeFileHandle;
        long length = RandomAccess.GetLength(mine);
        return RandomAccess.GetLength(other) >= length && IsSame(mine, other, 0, length) && IsSame(mine, other, length - EndBytes, length);
    }

    /// <summary>Goes on in another opening, which <see cref="IsIn"/> is true of.</summary>
    public void GoOnIn(FileStream now, string path)
    {
        if (Reading is { } reading && reading.Content.IsIn(now.SafeFileHandle))
        {
            reading.Content.GoOnIn(now);
            if (path != Path)
            {
                reading.MoveTo(path);
            }
        }
        else
        {
            if (Reading is not null)
            {
                WasCut();
            }

            File!.Dispose();
        }

        File = now;
        Path = path;
    }

    /// <summary>Gives up what reads it, of which the last batch is on no log. What is compressed is closed.</summary>
    public void BeginAnew()
    {
        if (File is null)
        {
            Reading?.Dispose();
        }

        Reading = null;
    }

    /// <summary>What was read of it is in it no more: it is begun as a file that nobody has seen.</summary>
    public void WasCut()
    {
        BeginAnew();
        _place = null;
    }

    public void Dispose()
    {
        Reading?.Dispose();
        File?.Dispose();
    }

    private static bool IsSame(SafeFileHandle mine, SafeFileHandle other, long from, long end)
    {
        from = Math.Max(0, from);
        Span<byte> expected = stackalloc byte[(int)Math.Min(EndBytes, end - from)];
        Span<byte> found = stackalloc byte[expected.Length];
        return IsRead(mine, expected, from) && IsRead(other, found, from) && expected.SequenceEqual(found);
    }

    private static bool IsRead(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }
}
