using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perimeter.Warehouse.Native;

/// <summary>The functions of libchdb that are used here. Strings carry their length; a result is destroyed once, whatever it holds.</summary>
internal static unsafe partial class LibChdb
{
    private const string Library = "chdb";

    private static readonly Lock Loading = new();
    private static IntPtr _handle;

    /// <summary>Loads the library from <paramref name="path"/>; a process has one, and later calls keep the first.</summary>
    /// <exception cref="WarehouseUnavailableException">It cannot be loaded.</exception>
    public static void Load(string path)
    {
        lock (Loading)
        {
            if (_handle != IntPtr.Zero)
            {
                return;
            }

            try
            {
                _handle = NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new WarehouseUnavailableException(
                    $"The ClickHouse engine at {path} cannot be loaded: {e.Message} Run `npm ci` beside package.json again, or set {LibChdbFile.Variable} to a working libchdb.so.", e);
            }

            NativeLibrary.SetDllImportResolver(typeof(LibChdb).Assembly, static (name, _, _) => name == Library ? _handle : IntPtr.Zero);

            // The engine would take SIGTERM, SIGINT and SIGSEGV from the runtime, which needs them: must come before the first connection.
            chdb_set_signal_handlers_enabled(0);
        }
    }

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial void chdb_set_signal_handlers_enabled(int enabled);

    /// <summary>Returns a pointer to the connection, or null; closing takes that pointer, everything else what it points to.</summary>
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial IntPtr* chdb_connect(int argc, byte** argv);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void chdb_close_conn(IntPtr* connection);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial IntPtr chdb_query_n(IntPtr connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial IntPtr chdb_query_with_params_n(
        IntPtr connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength,
        byte** names, nuint* nameLengths, byte** values, nuint* valueLengths, nuint count);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial IntPtr chdb_stream_query_with_params_n(
        IntPtr connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength,
        byte** names, nuint* nameLengths, byte** values, nuint* valueLengths, nuint count);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial IntPtr chdb_stream_query_n(IntPtr connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial IntPtr chdb_stream_fetch_result(IntPtr connection, IntPtr stream);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void chdb_stream_cancel_query(IntPtr connection, IntPtr stream);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void chdb_destroy_query_result(IntPtr result);

    /// <summary>May be null, for an empty result.</summary>
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial byte* chdb_result_buffer(IntPtr result);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nuint chdb_result_length(IntPtr result);

    /// <summary>Seconds.</summary>
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial double chdb_result_elapsed(IntPtr result);

    /// <summary>Rows of the result, whatever the name says.</summary>
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ulong chdb_result_rows_read(IntPtr result);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ulong chdb_result_storage_rows_read(IntPtr result);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ulong chdb_result_storage_bytes_read(IntPtr result);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ulong chdb_result_rows_written(IntPtr result);

    /// <summary>Null where there was no error; otherwise text that ends with a zero byte and lives as long as the result.</summary>
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial byte* chdb_result_error(IntPtr result);

    /// <summary>0 is success.</summary>
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int chdb_arrow_scan(IntPtr connection, byte* name, ArrowArrayStream* stream);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int chdb_arrow_unregister_table(IntPtr connection, byte* name);
}
