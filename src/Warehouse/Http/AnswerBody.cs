using System.Buffers;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Perimeter.Warehouse.Http;

/// <summary>The body of an answer. Its first bytes are held back, so that a query which fails soon still gets the status of its failure.</summary>
internal sealed class AnswerBody(HttpResponse response, ReaderRequest request, int heldBackBytes, Func<string> summary) : IAsyncDisposable
{
    private const int CopyBytes = 64 << 10;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
    private readonly ArrayBufferWriter<byte> _held = new();
    private Stream? _out;

    public bool HasStarted => _out is not null;

    public async Task WriteAsync(AnswerPiece piece, CancellationToken cancellation)
    {
        if (_out is null && !request.Whole && _held.WrittenCount + piece.Length <= heldBackBytes)
        {
            int length = piece.CopyTo(0, _held.GetSpan(Math.Max(piece.Length, 1)));
            _held.Advance(length);
            return;
        }

        Stream body = await StartAsync(cancellation);
        for (int offset = 0; offset < piece.Length;)
        {
            int length = piece.CopyTo(offset, _buffer);
            await body.WriteAsync(_buffer.AsMemory(0, length), cancellation);
            offset += length;
        }
    }

    /// <summary>All of it was written.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        Stream body = await StartAsync(cancellation);
        if (request.Compress)
        {
            // Writes what gzip ends with.
            await body.DisposeAsync();
        }
    }

    public async Task FailAsync(string text, CancellationToken cancellation)
    {
        Stream body = await StartAsync(cancellation);
        await body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
        await body.FlushAsync(cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    public ValueTask DisposeAsync()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        return ValueTask.CompletedTask;
    }

    private async Task<Stream> StartAsync(CancellationToken cancellation)
    {
        if (_out is not null)
        {
            return _out;
        }

        response.ContentType = request.Format.ContentType;
        response.Headers["X-ClickHouse-Format"] = request.Format.Name;
        response.Headers["X-ClickHouse-Summary"] = summary();
        _out = response.Body;
        if (request.Compress)
        {
            response.Headers.ContentEncoding = "gzip";
            _out = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        }

        await _out.WriteAsync(_held.WrittenMemory, cancellation);
        return _out;
    }
}
