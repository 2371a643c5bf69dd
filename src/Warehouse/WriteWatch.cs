using System.Globalization;
using System.Text;
using Perimeter.Warehouse.Http;

namespace Perimeter.Warehouse;

/// <summary>
/// Sees to it that nothing is believed which the engine could not write. The library passes over a write that fails (chDB, in WriteBufferFromFileDescriptor): an insert or a
/// merge on a disk that is full succeeds, and its part is empty files. It counts such writes, though, so the count is asked for before an insert is believed, and now and
/// then for what goes on in the background. After the first the process must end: on disk is what was there before, and in memory is not.
/// docs/decisions/0003-landing.md tells what then becomes of the parts.
/// </summary>
internal sealed class WriteWatch : IDisposable
{
    /// <summary>Room without which no statement that writes begins: definitions of tables are a few KiB, and written without asking for room first.</summary>
    private const long LeastFreeBytes = 4L << 20;

    /// <summary>Where less is free, answers are not believed either before the count was looked at: what did not fit into memory was put down on the way.</summary>
    private const long AmpleFreeBytes = 1L << 30;

    /// <summary>The sources of a merge are there for longer: <see cref="EmbeddedClickHouse.KeepMergedParts"/>.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly byte[] FailedWrites = Encoding.ASCII.GetBytes("SELECT value FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'");

    private static readonly string[] ReadingVerbs = ["SELECT", "WITH", "SET", "USE", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "KILL"];

    private readonly string _folder;
    private readonly DriveInfo _disk;
    private readonly ClickHouseConnection _connection;
    private readonly Action<string> _failed;
    private readonly ManualResetEventSlim _ending = new();
    private readonly Lock _gate = new();
    private readonly Thread _watching;
    private readonly long _before;
    private volatile string? _failure;

    /// <param name="folder">Of the engine.</param>
    /// <param name="connection">Of this alone; disposed with it.</param>
    /// <param name="failed">Told once, and why, when a write has failed.</param>
    public WriteWatch(string folder, ClickHouseConnection connection, Action<string> failed)
    {
        _folder = folder;
        _disk = new DriveInfo(folder);
        _connection = connection;
        _failed = failed;
        _before = Count();
        _watching = new Thread(Watch) { IsBackground = true, Name = "ClickHouse's writes" };
        _watching.Start();
    }

    /// <summary>Before a statement.</summary>
    /// <returns>Whether it only reads, for <see cref="End"/>.</returns>
    /// <exception cref="ClickHouseException">It writes, and there is no room.</exception>
    /// <exception cref="WarehouseUnavailableException">An earlier write has failed.</exception>
    public bool Begin(ReadOnlySpan<byte> sql)
    {
        ThrowIfFailed();
        bool onlyReads = OnlyReads(sql);
        if (!onlyReads && _disk.AvailableFreeSpace is var free && free < LeastFreeBytes)
        {
            throw ReaderErrors.Refusal(ReaderErrors.NotEnoughSpace, $"{free} bytes are free on the disk that holds {_folder}, and {LeastFreeBytes} are needed.");
        }

        return onlyReads;
    }

    /// <summary>Before what a statement did, or answered, is believed.</summary>
    /// <exception cref="WarehouseUnavailableException">A write has failed.</exception>
    public void End(bool onlyReads)
    {
        if (!onlyReads || _disk.AvailableFreeSpace < AmpleFreeBytes)
        {
            Look();
        }

        ThrowIfFailed();
    }

    public void Dispose()
    {
        _ending.Set();
        _watching.Join();
        _connection.Dispose();
        _ending.Dispose();
    }

    /// <summary>Whether a statement leaves the disk as it is: what is not known to, does not.</summary>
    internal static bool OnlyReads(ReadOnlySpan<byte> sql)
    {
        ReadOnlySpan<byte> text = sql.TrimStart(" \t\r\n("u8);
        int length = text.IndexOfAnyExceptInRange((byte)'A', (byte)'z');
        ReadOnlySpan<byte> first = length < 0 ? text : text[..length];
        foreach (string verb in ReadingVerbs)
        {
            if (Ascii.EqualsIgnoreCase(first, verb))
            {
                return true;
            }
        }

        return false;
    }

    private void Watch()
    {
        while (!_ending.Wait(Interval))
        {
            try
            {
                Look();
            }
            catch (ClickHouseException)
            {
                // No memory for it just now.
            }
        }
    }

    private void Look()
    {
        if (_failure is null && Count() > _before)
        {
            Fail();
        }
    }

    private void Fail()
    {
        lock (_gate)
        {
            if (_failure is null)
            {
                long free = _disk.AvailableFreeSpace;
                _failure =
                    $"ClickHouse could not write to {_folder} ({free >> 20} MiB are free on its disk), and what it holds in memory cannot be relied on from here on. Nothing is lost: "
                    + "what had not landed is on the log, and what was being merged is there as before. Make room, or see to the disk, and start again.";
                IncompleteParts.Expect(_folder);
                _failed(_failure);
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new WarehouseUnavailableException(failure);
        }
    }

    private long Count()
    {
        using ClickHouseResult result = _connection.Query(FailedWrites, "TSVRaw", []);
        ReadOnlySpan<byte> text = result.Bytes.TrimEnd((byte)'\n');
        return text.IsEmpty ? 0 : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
