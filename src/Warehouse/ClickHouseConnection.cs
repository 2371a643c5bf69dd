using System.Text;
using Perimeter.Warehouse.Columns;
using Perimeter.Warehouse.Native;

namespace Perimeter.Warehouse;

/// <summary>A named value for a <c>{name:Type}</c> in a statement. The value is text, escaped as in TabSeparated: what the HTTP interface takes as <c>param_name</c>.</summary>
public readonly record struct QueryParameter(string Name, string Value);

/// <summary>
/// One session with the engine: settings made by SET hold here alone. Statements run on the caller's thread, one at a time;
/// a second caller waits. While a <see cref="ClickHouseStream"/> is open it is the only statement.
/// </summary>
/// <remarks>
/// No statement may carry its rows in its text (INSERT ... VALUES, or with a FORMAT): the engine is the client too, and takes what is on the process's
/// standard input for more of them. Rows come by <see cref="Insert"/> or by a SELECT.
/// </remarks>
public sealed unsafe class ClickHouseConnection : IWarehouseConnection
{
    private static int _lastStream;

    private readonly Action<ClickHouseConnection> _closed;
    private readonly WriteWatch? _writes;
    private readonly Lock _statement = new();

    // Names of Arrow streams are of the whole process.
    private readonly string _streamName = $"rows_{Interlocked.Increment(ref _lastStream)}";
    private IntPtr* _handle;

    /// <param name="handle">The library's.</param>
    /// <param name="closed">Told when this is disposed.</param>
    /// <param name="writes">Without which nothing that was done or answered is believed; null for what it asks itself, and before it is there.</param>
    internal ClickHouseConnection(IntPtr* handle, Action<ClickHouseConnection> closed, WriteWatch? writes)
    {
        _handle = handle;
        _closed = closed;
        _writes = writes;
    }

    /// <summary>Of no meaning here: the folder has one process.</summary>
    public IReadOnlyList<LaneClaim> Claims { get; set; } = [];

    /// <inheritdoc/>
    public void Execute(string sql) => Query(sql, "Null").Dispose();

    /// <summary>Runs a statement and returns its whole result in <paramref name="format"/>, unless the statement names another.</summary>
    /// <exception cref="ClickHouseException">The engine refused it, or it failed on the way.</exception>
    public ClickHouseResult Query(string sql, string format) => Query(sql, format, []);

    /// <inheritdoc cref="Query(string, string)"/>
    public ClickHouseResult Query(string sql, string format, IReadOnlyList<QueryParameter> parameters) =>
        Query(Encoding.UTF8.GetBytes(sql), format, parameters);

    /// <inheritdoc cref="Query(string, string)"/>
    /// <param name="sql">UTF-8.</param>
    /// <param name="format">Where the statement names none.</param>
    /// <param name="parameters">Values for the statement's placeholders; a name that it does not use is ignored.</param>
    public ClickHouseResult Query(ReadOnlySpan<byte> sql, string format, IReadOnlyList<QueryParameter> parameters)
    {
        bool onlyReads = _writes?.Begin(sql) ?? true;
        ClickHouseResult result = Run(sql, Encoding.UTF8.GetBytes(format), parameters);
        try
        {
            _writes?.End(onlyReads);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Begins a statement whose result comes in pieces, so that a large one never lies in memory whole. Dispose the stream before the next statement.</summary>
    /// <exception cref="ClickHouseException">The engine refused it.</exception>
    public ClickHouseStream Stream(ReadOnlySpan<byte> sql, string format, IReadOnlyList<QueryParameter> parameters)
    {
        _writes?.Begin(sql);
        byte[] formatName = Encoding.UTF8.GetBytes(format);
        lock (_statement)
        {
            IntPtr connection = Handle();
            fixed (byte* sqlBytes = sql, formatBytes = formatName)
            {
                using var names = new Utf8Arguments([.. parameters.Select(p => p.Name)]);
                using var values = new Utf8Arguments([.. parameters.Select(p => p.Value)]);
                IntPtr stream = parameters.Count == 0
                    ? LibChdb.chdb_stream_query_n(connection, sqlBytes, (nuint)sql.Length, formatBytes, (nuint)formatName.Length)
                    : LibChdb.chdb_stream_query_with_params_n(
                        connection, sqlBytes, (nuint)sql.Length, formatBytes, (nuint)formatName.Length,
                        names.Pointers, names.Lengths, values.Pointers, values.Lengths, (nuint)parameters.Count);
                ClickHouseResult.ThrowIfFailed(stream);
                return new ClickHouseStream(this, stream);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The values are read where they are: nothing may change the set until this returns.</remarks>
    public void Insert(string table, ColumnSet rows, params ReadOnlySpan<(string Column, string Expression)> constants)
    {
        string sql = rows.InsertInto(table, $"arrowstream('{_streamName}')", constants);
        using var name = new Utf8Arguments([_streamName]);
        using var export = new ArrowExport(rows);
        lock (_statement)
        {
            if (LibChdb.chdb_arrow_scan(Handle(), *name.Pointers, export.Stream) != 0)
            {
                throw new ClickHouseException(ClickHouseException.NoCode, $"The ClickHouse engine did not take the rows for {table}.");
            }

            try
            {
                Execute(sql);
            }
            finally
            {
                _ = LibChdb.chdb_arrow_unregister_table(Handle(), *name.Pointers);

                // The engine reads the set's buffers by their addresses, which hold nothing alive.
                GC.KeepAlive(rows);
            }
        }
    }

    /// <inheritdoc/>
    public void InsertSelect(string sql, IReadOnlyList<QueryParameter> parameters) => Query(sql, "Null", parameters).Dispose();

    IWarehouseResult IWarehouseConnection.Query(ReadOnlySpan<byte> sql, string format, IReadOnlyList<QueryParameter> parameters) => Query(sql, format, parameters);

    IWarehouseStream IWarehouseConnection.StreamBlocks(ReadOnlySpan<byte> sql, IReadOnlyList<QueryParameter> parameters) => Stream(sql, "Native", parameters);

    public void Dispose()
    {
        lock (_statement)
        {
            if (_handle is null)
            {
                return;
            }

            LibChdb.chdb_close_conn(_handle);
            _handle = null;
        }

        _closed(this);
    }

    internal ClickHouseResult Fetch(IntPtr stream)
    {
        lock (_statement)
        {
            return ClickHouseResult.Take(LibChdb.chdb_stream_fetch_result(Handle(), stream));
        }
    }

    /// <summary>Before the end of a stream is believed.</summary>
    internal void EndStream() => _writes?.End(onlyReads: true);

    internal void Cancel(IntPtr stream)
    {
        lock (_statement)
        {
            if (_handle is not null)
            {
                LibChdb.chdb_stream_cancel_query(*_handle, stream);
            }

            LibChdb.chdb_destroy_query_result(stream);
        }
    }

    private ClickHouseResult Run(ReadOnlySpan<byte> sql, byte[] formatName, IReadOnlyList<QueryParameter> parameters)
    {
        lock (_statement)
        {
            IntPtr connection = Handle();
            fixed (byte* sqlBytes = sql, formatBytes = formatName)
            {
                if (parameters.Count == 0)
                {
                    return ClickHouseResult.Take(
                        LibChdb.chdb_query_n(connection, sqlBytes, (nuint)sql.Length, formatBytes, (nuint)formatName.Length));
                }

                using var names = new Utf8Arguments([.. parameters.Select(p => p.Name)]);
                using var values = new Utf8Arguments([.. parameters.Select(p => p.Value)]);
                return ClickHouseResult.Take(LibChdb.chdb_query_with_params_n(
                    connection, sqlBytes, (nuint)sql.Length, formatBytes, (nuint)formatName.Length,
                    names.Pointers, names.Lengths, values.Pointers, values.Lengths, (nuint)parameters.Count));
            }
        }
    }

    internal IntPtr Handle()
    {
        ObjectDisposedException.ThrowIf(_handle is null, this);
        return *_handle;
    }
}
