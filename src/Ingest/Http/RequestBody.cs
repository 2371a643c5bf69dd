using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Perimeter.Ingest;

/// <summary>A request that is not taken: the status and what to tell the sender.</summary>
internal sealed class RefusedRequestException(int status, string message, bool retry = false) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>Whether sending the same again later makes sense.</summary>
    public bool Retry { get; } = retry;
}

/// <summary>The whole body of one request in memory, decompressed, within the limits.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 64 << 10;

    private byte[] _bytes = [];

    private RequestBody()
    {
    }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public MemoryStream AsStream() => new(_bytes, 0, Length, writable: false);

    /// <exception cref="RefusedRequestException">Too long, no gzip, or no room.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, RequestRoom.Place place, IngestLimits limits)
    {
        if (request.ContentLength > limits.MaxBodyBytes)
        {
            throw TooLong(limits.MaxBodyBytes, "");
        }

        bool declared = IsGzipDeclared(request);
        var sent = new RequestBody();
        try
        {
            await sent.FillAsync(request.Body, (int)(request.ContentLength ?? FirstBytes), limits.MaxBodyBytes, "", place, request.HttpContext.RequestAborted);
            bool isGzip = sent.Span.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
            if (declared && !isGzip)
            {
                throw new RefusedRequestException(StatusCodes.Status400BadRequest, "The body is not gzip, though Content-Encoding says so.");
            }

            return isGzip ? await DecompressAsync(sent, place, limits, request.HttpContext.RequestAborted) : sent;
        }
        catch
        {
            sent.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private static bool IsGzipDeclared(HttpRequest request)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        return encoding.ToUpperInvariant() switch
        {
            "" or "IDENTITY" => false,
            "GZIP" or "X-GZIP" => true,
            _ => throw new RefusedRequestException(
                StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding '{encoding}' is not understood; send gzip, or no encoding."),
        };
    }

    private static async Task<RequestBody> DecompressAsync(RequestBody sent, RequestRoom.Place place, IngestLimits limits, CancellationToken cancellationToken)
    {
        var body = new RequestBody();
        try
        {
            await using var gzip = new GZipStream(sent.AsStream(), CompressionMode.Decompress);
            await body.FillAsync(gzip, Math.Min(sent.Length * 4L, limits.MaxDecompressedBytes), limits.MaxDecompressedBytes, " after decompression", place, cancellationToken);
        }
        catch (InvalidDataException)
        {
            body.Dispose();
            throw BrokenGzip();
        }
        catch
        {
            body.Dispose();
            throw;
        }

        if (!GzipEnd.IsWhole(sent.Span, body.Span))
        {
            body.Dispose();
            throw BrokenGzip();
        }

        sent.Dispose();
        return body;
    }

    private static RefusedRequestException BrokenGzip() =>
        new(StatusCodes.Status400BadRequest, "The body is broken gzip: it does not decompress to its end.");

    private static RefusedRequestException TooLong(int limit, string stage) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is longer than {limit} bytes{stage}; send fewer records at once.");

    private async Task FillAsync(Stream from, long expected, int limit, string stage, RequestRoom.Place place, CancellationToken cancellationToken)
    {
        // One byte more than is allowed, so that a body of just the limit is told from a longer one.
        Grow((int)Math.Min(expected + 1, limit + 1L), place);
        while (true)
        {
            if (Length > limit)
            {
                throw TooLong(limit, stage);
            }

            if (Length == _bytes.Length)
            {
                Grow((int)Math.Min(_bytes.Length * 2L, limit + 1L), place);
            }

            int read = await from.ReadAsync(_bytes.AsMemory(Length), cancellationToken);
            if (read == 0)
            {
                return;
            }

            Length += read;
        }
    }

    private void Grow(int size, RequestRoom.Place place)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        if (!place.TryHold(larger.Length - _bytes.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw new RefusedRequestException(StatusCodes.Status429TooManyRequests, "Too many bytes are being worked on; send this again later.", retry: true);
        }

        Span.CopyTo(larger);
        int length = Length;
        Dispose();
        _bytes = larger;
        Length = length;
    }
}
