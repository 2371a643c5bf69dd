using Perimeter.Warehouse.Native;

namespace Perimeter.Warehouse;

/// <summary>
/// The ClickHouse engine inside this process, over one data folder. There is one per process at a time, because the library has one;
/// its connections run side by side. Dispose it before the process ends: exit waits for minutes otherwise.
/// </summary>
public sealed class EmbeddedClickHouse : IWarehouse, IDisposable
{
    private static readonly Lock Engine = new();
    private static string? _openFolder;

    private const int MergedPartsSeconds = 60;

    private readonly List<ClickHouseConnection> _connections = [];
    private readonly string[] _arguments;
    private WriteWatch? _writes;
    private bool _disposed;

    private EmbeddedClickHouse(EmbeddedClickHouseOptions options)
    {
        DataFolder = Path.GetFullPath(options.DataFolder);
        _arguments =
        [
            "clickhouse",
            $"--path={DataFolder}",
            $"--max_server_memory_usage={options.MaxMemoryBytes}",
            $"--mark_cache_size={options.MarkCacheBytes}",
            $"--uncompressed_cache_size={options.UncompressedCacheBytes}",
            $"--background_pool_size={options.MergeThreads}",
            $"--storage_configuration.disks.default.keep_free_space_bytes={options.KeepFreeBytes}",
        ];
    }

    public string DataFolder { get; }

    /// <summary>Why the data cannot be relied on, for people; null where it can. Found when the engine was opened.</summary>
    public string? Damage { get; private set; }

    /// <summary>Starts the engine. It stays up, whatever connections come and go, until it is disposed.</summary>
    /// <exception cref="WarehouseUnavailableException">The library is missing, the folder is in use or cannot be read, or an engine is open already.</exception>
    public static EmbeddedClickHouse Open(EmbeddedClickHouseOptions options)
    {
        LibChdb.Load(options.LibraryPath ?? LibChdbFile.Find());
        var engine = new EmbeddedClickHouse(options);
        lock (Engine)
        {
            if (_openFolder is not null)
            {
                throw new WarehouseUnavailableException($"This process has the ClickHouse engine open on {_openFolder} already; close that before opening {engine.DataFolder}.");
            }

            Directory.CreateDirectory(engine.DataFolder);
            ClickHouseConnection first = engine.Connect();
            _openFolder = engine.DataFolder;
            engine.Damage = DescribeDamage(IncompleteParts.Settle(first, engine.DataFolder));
            engine._writes = new WriteWatch(engine.DataFolder, engine.Connect(), options.WriteFailed);
        }

        return engine;
    }

    /// <summary>A connection of its own: statements of one run one after the other, those of several run side by side.</summary>
    public unsafe ClickHouseConnection Connect()
    {
        lock (_connections)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var arguments = new Utf8Arguments(_arguments);
            IntPtr* handle = LibChdb.chdb_connect(arguments.Count, arguments.Pointers);
            if (handle is null || *handle == IntPtr.Zero)
            {
                throw new WarehouseUnavailableException(
                    $"The ClickHouse engine could not open {DataFolder}. Another process may have it open, or it is not writable, or its disk is full.");
            }

            var connection = new ClickHouseConnection(handle, Forget, _writes);
            _connections.Add(connection);
            return connection;
        }
    }

    /// <summary>A connection with settings.</summary>
    public ClickHouseConnection Connect(IReadOnlyList<QuerySetting> settings)
    {
        ClickHouseConnection connection = Connect();
        if (settings.Count > 0)
        {
            connection.Execute("SET " + string.Join(", ", settings.Select(setting => $"{setting.Name} = {setting.Value}")));
        }

        return connection;
    }

    IWarehouseConnection IWarehouse.Connect(IReadOnlyList<QuerySetting> settings) => Connect(settings);

    /// <summary>Nothing to wait for: what one statement inserted, the next one sees.</summary>
    public void Settle(string table)
    {
    }

    /// <summary>None: the folder has one process, and a statement has ended when it returns.</summary>
    public LaneClaim? Claim(string lane) => null;

    /// <summary>As it is: here nobody else can have come in between.</summary>
    public LaneClaim Renew(LaneClaim claim) => claim;

    /// <exception cref="WarehouseUnavailableException">Part of the data is damaged: see <see cref="Damage"/>.</exception>
    public void RequireWhole()
    {
        if (Damage is not null)
        {
            throw new WarehouseUnavailableException(Damage);
        }
    }

    /// <summary>
    /// Sees to it that what was merged stays on disk long enough for a write that failed to be heard of. The library's own default is not at all, ClickHouse's eight minutes.
    /// </summary>
    public void KeepMergedParts()
    {
        using ClickHouseConnection connection = Connect();
        string tables = connection.QueryText(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND position(engine_full, 'old_parts_lifetime') = 0 ORDER BY name", "TSVRaw");
        foreach (string table in tables.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            connection.Execute($"ALTER TABLE {SqlText.QuotedName(table)} MODIFY SETTING old_parts_lifetime = {MergedPartsSeconds}");
        }
    }

    /// <summary>Closes every connection, and with the last one the engine.</summary>
    public void Dispose()
    {
        ClickHouseConnection[] open;
        lock (_connections)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            open = [.. _connections];
        }

        _writes?.Dispose();

        // The first one opened keeps the engine up, so it goes last.
        for (int i = open.Length - 1; i >= 0; i--)
        {
            open[i].Dispose();
        }

        lock (Engine)
        {
            _openFolder = null;
        }
    }

    private static string? DescribeDamage(IReadOnlyList<string> parts) => parts.Count == 0
        ? null
        : $"ClickHouse found damaged data and set it aside, so its rows are missing: {string.Join("; ", parts)}. "
            + "Restore the folder from a backup; to go on without these rows, move the parts out of their `detached` folders. Then start again.";

    private void Forget(ClickHouseConnection connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
        }
    }
}
