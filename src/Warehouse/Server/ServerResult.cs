namespace Perimeter.Warehouse.Server;

/// <summary>Bytes that came from a server.</summary>
internal sealed class ServerResult(ReadOnlyMemory<byte> bytes) : IWarehouseResult
{
    public ReadOnlySpan<byte> Bytes => bytes.Span;

    public void Dispose()
    {
    }
}
