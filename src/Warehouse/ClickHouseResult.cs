using System.Runtime.InteropServices;
using Perimeter.Warehouse.Native;

namespace Perimeter.Warehouse;

/// <summary>What a statement returned, in the engine's own memory: dispose it.</summary>
public sealed unsafe class ClickHouseResult : IWarehouseResult
{
    private IntPtr _handle;

    private ClickHouseResult(IntPtr handle) => _handle = handle;

    /// <summary>The result in the format asked for; empty where there is none. Valid until the result is disposed.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            byte* buffer = LibChdb.chdb_result_buffer(Handle);
            return buffer is null ? [] : new ReadOnlySpan<byte>(buffer, checked((int)LibChdb.chdb_result_length(Handle)));
        }
    }

    /// <summary>Rows of the result.</summary>
    public long Rows => (long)LibChdb.chdb_result_rows_read(Handle);

    /// <summary>Rows that were read from tables to make it.</summary>
    public long RowsRead => (long)LibChdb.chdb_result_storage_rows_read(Handle);

    /// <summary>Bytes that were read from tables to make it.</summary>
    public long BytesRead => (long)LibChdb.chdb_result_storage_bytes_read(Handle);

    public long RowsWritten => (long)LibChdb.chdb_result_rows_written(Handle);

    public TimeSpan Elapsed => TimeSpan.FromSeconds(LibChdb.chdb_result_elapsed(Handle));

    private IntPtr Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle == IntPtr.Zero, this);
            return _handle;
        }
    }

    public void Dispose()
    {
        if (_handle != IntPtr.Zero)
        {
            LibChdb.chdb_destroy_query_result(_handle);
            _handle = IntPtr.Zero;
        }
    }

    internal static ClickHouseResult Take(IntPtr handle)
    {
        ThrowIfFailed(handle);
        return new ClickHouseResult(handle);
    }

    /// <summary>Destroys what failed.</summary>
    internal static void ThrowIfFailed(IntPtr handle)
    {
        if (handle == IntPtr.Zero)
        {
            throw new ClickHouseException(ClickHouseException.NoCode, "The ClickHouse engine returned nothing: it is shutting down, or out of memory.");
        }

        byte* error = LibChdb.chdb_result_error(handle);
        if (error is null)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8((IntPtr)error) ?? "";
        LibChdb.chdb_destroy_query_result(handle);
        throw ClickHouseException.Parse(message);
    }
}
