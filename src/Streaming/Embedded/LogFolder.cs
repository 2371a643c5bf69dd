using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Perimeter.Streaming;

/// <summary>What a log was made with.</summary>
internal readonly record struct LogIdentity(ulong Incarnation, int PartitionCount);

/// <summary>The folder of the journal: names, the lock, the file that says what the log is, and syncing the folder itself.</summary>
internal sealed class LogFolder(string path, Action<string>? beforeDiskCall)
{
    private const string SegmentSuffix = ".journal";
    private const string UnfinishedSuffix = ".new";
    private const string IdentityName = "identity";
    private const string LockName = "lock";

    private const ulong IdentityMark = 0x4C52504D49524550;
    private const int IdentityBytes = 28;
    private const int IdentityCheckAt = 20;

    public string Path { get; } = path;

    private string IdentityPath => System.IO.Path.Combine(Path, IdentityName);

    /// <summary>Takes the folder for this process until the stream is closed.</summary>
    /// <exception cref="LogInUseException">Another process has it.</exception>
    public FileStream Lock()
    {
        MakeFolder(System.IO.Path.GetFullPath(Path));
        string file = System.IO.Path.Combine(Path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException and not FileNotFoundException)
        {
            throw new LogInUseException(
                $"The log in {Path} is open in another process (its lock is {file}). Stop that process, or use another data folder.", exception);
        }
    }

    public string SegmentPath(long number) =>
        System.IO.Path.Combine(Path, number.ToString("D20", CultureInfo.InvariantCulture) + SegmentSuffix);

    /// <summary>The numbers of the segments, in order.</summary>
    public List<long> Segments()
    {
        List<long> numbers = [];
        foreach (string file in Directory.EnumerateFiles(Path, "*" + SegmentSuffix))
        {
            string name = System.IO.Path.GetFileNameWithoutExtension(file);
            if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }

    public void DeleteUnfinished()
    {
        foreach (string file in Directory.EnumerateFiles(Path, "*" + UnfinishedSuffix))
        {
            File.Delete(file);
        }
    }

    public bool HasIdentity() => File.Exists(IdentityPath);

    /// <exception cref="LogDamagedException">The file does not match its check.</exception>
    public LogIdentity ReadIdentity()
    {
        byte[] bytes = File.ReadAllBytes(IdentityPath);
        if (bytes.Length != IdentityBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != IdentityMark
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(IdentityCheckAt)) != XxHash3.HashToUInt64(bytes.AsSpan(0, IdentityCheckAt)))
        {
            throw new LogDamagedException($"{IdentityPath} does not match its check: it was changed by something else. Restore the folder {Path} from a copy.");
        }

        return new LogIdentity(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16)));
    }

    public void WriteIdentity(LogIdentity identity)
    {
        byte[] bytes = new byte[IdentityBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, IdentityMark);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), identity.Incarnation);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), identity.PartitionCount);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(IdentityCheckAt), XxHash3.HashToUInt64(bytes.AsSpan(0, IdentityCheckAt)));
        Create(IdentityPath, bytes).Dispose();
    }

    /// <summary>
    /// Makes a file with this content, durably and in one step: after a crash it is there whole or not at all.
    /// </summary>
    /// <exception cref="LogFailedException">The file has its name, and the folder could not be synced.</exception>
    public SafeFileHandle Create(string file, ReadOnlySpan<byte> content)
    {
        string unfinished = file + UnfinishedSuffix;
        SafeFileHandle? handle = null;
        bool moved = false;
        try
        {
            beforeDiskCall?.Invoke("create");
            handle = File.OpenHandle(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
            File.Move(unfinished, file, overwrite: true);
            moved = true;
            Sync();
            return handle;
        }
        catch (IOException exception)
        {
            handle?.Dispose();
            if (moved)
            {
                throw new LogFailedException($"{file} was made, and whether its name is on the disk is not known: {exception.Message}", exception);
            }

            File.Delete(unfinished);
            throw;
        }
    }

    public void Delete(string file)
    {
        beforeDiskCall?.Invoke("delete");
        File.Delete(file);
        Sync();
    }

    /// <summary>Makes names that were added or removed durable.</summary>
    public void Sync() => Sync(Path);

    /// <summary>Makes the folder and those above it that are missing, each durable in the one above.</summary>
    private static void MakeFolder(string folder)
    {
        string? parent = System.IO.Path.GetDirectoryName(folder);
        if (Directory.Exists(folder) || parent is null)
        {
            return;
        }

        MakeFolder(parent);
        Directory.CreateDirectory(folder);
        Sync(parent);
    }

    private static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"The folder {folder} cannot be opened to sync it: error {Marshal.GetLastPInvokeError()}.");
        }

        int result = FSync(descriptor);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"The folder {folder} cannot be synced: error {error}.");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
