using System.Text;
using ClickHouse.Driver.ADO;

namespace Perimeter.Warehouse.Server;

/// <summary>The blocks of one answer, as many at a time as the buffer holds whole.</summary>
internal sealed class ServerBlocks(ServerStatement statement, ClickHouseRawResult answer, Stream body, int maxBlockBytes) : IWarehouseStream
{
#if DEBUG
    private const int FirstBufferBytes = 4 << 10;
#else
    private const int FirstBufferBytes = 4 << 20;
#endif

    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _begin;
    private int _filled;
    private bool _ended;

    public IWarehouseResult? Next()
    {
        _buffer.AsSpan(_begin.._filled).CopyTo(_buffer);
        _filled -= _begin;
        _begin = 0;
        while (true)
        {
            Fill();
            int whole = WholeBlocks();
            if (whole > 0)
            {
                _begin = whole;
                return new ServerResult(_buffer.AsMemory(0, whole));
            }

            if (_ended)
            {
                return _filled == 0 ? null : throw CutShort();
            }

            if (_buffer.Length >= maxBlockBytes)
            {
                throw new ClickHouseException(ClickHouseException.NoCode, $"A block of the answer has more than {maxBlockBytes} bytes: lower max_block_size.");
            }

            Array.Resize(ref _buffer, (int)Math.Min(maxBlockBytes, _buffer.Length * 2L));
        }
    }

    public void Dispose()
    {
        answer.Dispose();
        statement.Dispose();
    }

    private void Fill()
    {
        if (!_ended && _filled < _buffer.Length)
        {
            int read = statement.Run(token => body.ReadAtLeastAsync(_buffer.AsMemory(_filled), _buffer.Length - _filled, throwOnEndOfStream: false, token).AsTask());
            _ended = read < _buffer.Length - _filled;
            _filled += read;
        }
    }

    private int WholeBlocks()
    {
        try
        {
            return NativeBlockEnd.OfWholeBlocks(_buffer.AsSpan(0, _filled));
        }
        catch (FormatException)
        {
            // A query that fails on the way has its error in words where the next block would be.
            throw CutShort();
        }
    }

    private ClickHouseException CutShort()
    {
        string rest = Encoding.UTF8.GetString(_buffer.AsSpan(0, _filled));
        int error = rest.LastIndexOf("Code: ", StringComparison.Ordinal);
        return error >= 0
            ? ClickHouseException.Parse(rest[error..].Trim())
            : new ClickHouseException(ClickHouseException.NoCode, "The answer ended within a block: what came is not the whole.");
    }
}
