namespace Perimeter.Warehouse;

/// <summary>A result that comes in pieces; the pieces one after the other are the whole in its format. Disposing it early ends the query.</summary>
public sealed class ClickHouseStream : IWarehouseStream
{
    private readonly ClickHouseConnection _connection;
    private IntPtr _handle;

    internal ClickHouseStream(ClickHouseConnection connection, IntPtr handle)
    {
        _connection = connection;
        _handle = handle;
    }

    /// <summary>The next piece, to be disposed; null after the last.</summary>
    /// <exception cref="ClickHouseException">The query failed on the way: what came before is not the whole.</exception>
    /// <exception cref="WarehouseUnavailableException">The engine could not write what it wanted to put down for it: what came before may be wrong.</exception>
    public ClickHouseResult? Next()
    {
        ObjectDisposedException.ThrowIf(_handle == IntPtr.Zero, this);
        ClickHouseResult piece = _connection.Fetch(_handle);
        if (piece.Bytes.IsEmpty)
        {
            piece.Dispose();
            _connection.EndStream();
            return null;
        }

        return piece;
    }

    IWarehouseResult? IWarehouseStream.Next() => Next();

    public void Dispose()
    {
        if (_handle != IntPtr.Zero)
        {
            _connection.Cancel(_handle);
            _handle = IntPtr.Zero;
        }
    }
}
