namespace Perimeter.Commands;

/// <summary>The folder that one instance owns. Everything in it is the instance's; nothing outside it is written.</summary>
public sealed class DataFolder : IDisposable
{
    private const string Marker = "perimeter-data";
    private const string LockName = "lock";
    private readonly FileStream? _lock;

    private DataFolder(string path, FileStream? held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string Log => System.IO.Path.Combine(Path, "log");

    public string ClickHouse => System.IO.Path.Combine(Path, "clickhouse");

    /// <summary>Bodies of inserts that the writer's endpoint has not passed on yet.</summary>
    public string Inserts => System.IO.Path.Combine(Path, "inserts");

    /// <summary>The writer's key, beside <see cref="ApiKey"/>.</summary>
    public string WriterKey => System.IO.Path.Combine(Path, "writer-key");

    public string Config => System.IO.Path.Combine(Path, "config");

    public string ApiKey => System.IO.Path.Combine(Path, "api-key");

    public string Admin => System.IO.Path.Combine(Path, "admin.json");

    public string SamplePosition => System.IO.Path.Combine(Path, "sample-position");

    /// <summary>How far re-rating is; there while a run is under way or was cut short.</summary>
    public string RerateMark => System.IO.Path.Combine(Path, "rerate.json");

    /// <summary>There while the folder is being emptied.</summary>
    public string ResetMark => System.IO.Path.Combine(Path, "reset-under-way");

    /// <summary>Looks at a folder without taking it.</summary>
    public static DataFolder Look(string path) => new(System.IO.Path.GetFullPath(path), null);

    /// <summary>True where the folder was made by this program.</summary>
    public bool IsOurs => File.Exists(System.IO.Path.Combine(Path, Marker));

    public bool IsEmpty => !Directory.Exists(Path) || !Directory.EnumerateFileSystemEntries(Path).Any();

    /// <summary>Whether a file is what makes the folder a data folder, and no data.</summary>
    public bool IsItsOwn(string file) => System.IO.Path.GetFileName(file) is Marker or LockName;

    /// <summary>By which this instance is known to others: made once, so that it stays the same when it is started again.</summary>
    public string InstanceName()
    {
        string file = System.IO.Path.Combine(Path, "instance");
        if (!File.Exists(file))
        {
            // Owned by one process: nobody makes another meanwhile. Written aside, so that it is there whole or not at all.
            File.WriteAllText(file + ".new", Guid.NewGuid().ToString("N")[..12]);
            File.Move(file + ".new", file);
        }

        return File.ReadAllText(file).Trim();
    }

    /// <summary>Takes the folder for this process, making it where it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="resetting">To empty it, which nothing else may do where that was begun before.</param>
    /// <exception cref="CommandException">Another process has it, it belongs to something else, it is half emptied, or it cannot be written.</exception>
    public static DataFolder Take(string path, bool resetting = false)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            DataFolder folder = Look(full);
            if (!folder.IsOurs && !folder.IsEmpty)
            {
                throw new CommandException($"{full} holds files that are not Perimeter's. Name another folder with --data (or PERIMETER__Data).");
            }

            if (!resetting && File.Exists(folder.ResetMark))
            {
                throw new CommandException($"{full} is half emptied: a reset was cut short. Run 'perimeter reset --data {path}' again.");
            }

            Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string marker = System.IO.Path.Combine(full, Marker);
            if (!File.Exists(marker))
            {
                File.WriteAllText(marker, "A data folder of Perimeter. 'perimeter reset' empties it.\n");
            }

            FileStream held = new(System.IO.Path.Combine(full, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(full, held);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new CommandException($"{full} cannot be written: {failure.Message} Check its owner and rights, or name another folder with --data.", inner: failure);
        }
        catch (IOException failure) when (DiskSpace.IsFull(failure))
        {
            throw DiskSpace.Full(full, failure);
        }
        catch (IOException failure) when (File.Exists(System.IO.Path.Combine(full, LockName)))
        {
            throw new CommandException(
                $"{full} is in use by another Perimeter{Owner(full)}. Stop it, ask it ('perimeter status --data {path}'), or name another folder with --data.",
                inner: failure);
        }
    }

    public void Dispose() => _lock?.Dispose();

    private static string Owner(string full) =>
        AdminFile.TryRead(System.IO.Path.Combine(full, "admin.json")) is { } admin ? $" (process {admin.ProcessId})" : "";
}
