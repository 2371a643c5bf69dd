using Microsoft.Win32.SafeHandles;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// A file of a watched folder that is open: what is not taken of it outlives its name. What reads it may be given up and begun anew at the place reached; the opening stays.
/// </summary>
/// <param name="path">The name by which it was opened.</param>
/// <param name="file">The open file; null where it is compressed and opened by what reads it.</param>
internal sealed class HeldFile(string path, FileStream? file) : IDisposable
{
    private FileReading? _reading;
    private FilePosition? _place;
    private long _length = file is null ? 0 : RandomAccess.GetLength(file.SafeFileHandle);

    /// <summary>The name by which it was seen last.</summary>
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

    /// <summary>Its length when it was asked for last.</summary>
    public long LengthSeen => _length;

    /// <summary>As it was last where the file cannot be asked any more.</summary>
    public long Length
    {
        get
        {
            try
            {
                return _length = File is null ? 0 : RandomAccess.GetLength(File.SafeFileHandle);
            }
            catch (IOException)
            {
                return _length;
            }
        }
    }

    /// <summary>When it was written to last; long ago where it cannot be asked any more.</summary>
    public DateTimeOffset Modified
    {
        get
        {
            try
            {
                return System.IO.File.GetLastWriteTimeUtc(File!.SafeFileHandle);
            }
            catch (IOException)
            {
                return DateTimeOffset.MinValue;
            }
        }
    }

    /// <summary>
    /// Whether another opening holds all that this one does, by its first and its last bytes: it is the same file, or stands for it. Of two that are empty that is not
    /// known yet; an empty one is none that has something.
    /// </summary>
    public bool IsIn(SafeFileHandle other)
    {
        SafeFileHandle mine = File!.SafeFileHandle;
        try
        {
            long otherLength = RandomAccess.GetLength(other);
            long length = RandomAccess.GetLength(mine);
            return length == 0 ? otherLength == 0 : otherLength >= length && IsSame(mine, other, 0, length) && IsSame(mine, other, length - FileContent.EndBytes, length);
        }
        catch (IOException)
        {
            // Reading on tells why.
            return false;
        }
    }

    /// <summary>It has this name now, and what was opened by it, which <see cref="IsIn"/> is true of. The older opening stays while the other has no more: it may be the one that is written to.</summary>
    public void GoOnIn(FileStream now, string path)
    {
        Look();
        if (path != Path)
        {
            Path = path;
            Reading?.MoveTo(path);
        }

        if (now.Length <= Length)
        {
            now.Dispose();
            return;
        }

        if (Reading is { } reading && reading.Content.IsIn(now.SafeFileHandle))
        {
            reading.Content.GoOnIn(now);
        }
        else
        {
            BeginAnew();
            File!.Dispose();
        }

        File = now;
    }

    /// <summary>Looks whether it was cut since.</summary>
    public void Look()
    {
        try
        {
            if (Reading is { IsAsItWas: false } || Length < Place?.Offset)
            {
                WasCut();
            }
        }
        catch (IOException)
        {
            // Reading on tells why.
            BeginAnew();
        }
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
        Span<byte> expected = stackalloc byte[(int)Math.Min(FileContent.EndBytes, end - from)];
        Span<byte> found = stackalloc byte[expected.Length];
        return IsRead(mine, expected, from) && FileContent.Holds(other, from, expected, found);
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
