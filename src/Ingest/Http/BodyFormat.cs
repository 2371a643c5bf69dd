using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Perimeter.Ingest;

internal enum BodyFormat : byte { Json, Ndjson, Csv }

/// <summary>Tells the format of a body by its Content-Type, and by the body itself where that is absent or says nothing.</summary>
internal static class BodyFormats
{
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);

    /// <exception cref="RefusedRequestException">415: the type or the character set is none that is understood.</exception>
    public static BodyFormat? FromContentType(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType))
        {
            return null;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type))
        {
            throw Unsupported(contentType);
        }

        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase) && !type.Charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedRequestException(StatusCodes.Status415UnsupportedMediaType, $"The character set '{type.Charset}' is not understood; send UTF-8.");
        }

        return type.MediaType.Value?.ToUpperInvariant() switch
        {
            "APPLICATION/JSON" or "TEXT/JSON" => BodyFormat.Json,
            "APPLICATION/X-NDJSON" or "APPLICATION/NDJSON" or "APPLICATION/JSONL" or "APPLICATION/X-JSONLINES" => BodyFormat.Ndjson,
            "TEXT/CSV" or "APPLICATION/CSV" => BodyFormat.Csv,
            // What programs send that were told nothing, curl among them: the body itself tells.
            "APPLICATION/X-WWW-FORM-URLENCODED" or "APPLICATION/OCTET-STREAM" or "TEXT/PLAIN" or "APPLICATION/GZIP" or "APPLICATION/X-GZIP" => null,
            _ => throw Unsupported(contentType),
        };
    }

    /// <summary>The body without a byte order mark, and its format.</summary>
    /// <exception cref="RefusedRequestException">400: there is nothing to read, or it is not what its type says.</exception>
    public static BodyFormat Tell(BodyFormat? declared, ref ReadOnlySpan<byte> body)
    {
        if (body.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || body.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, "The body is UTF-16; send UTF-8.");
        }

        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        int start = body.IndexOfAnyExcept(Blank);
        if (start < 0)
        {
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, "The body is empty.");
        }

        byte first = body[start];
        switch (declared)
        {
            case BodyFormat.Csv:
                return BodyFormat.Csv;
            case BodyFormat.Ndjson:
                return first == '[' ? BodyFormat.Json : BodyFormat.Ndjson;
            case BodyFormat.Json:
                return first is (byte)'[' or (byte)'{'
                    ? BodyFormat.Json
                    : throw new RefusedRequestException(StatusCodes.Status400BadRequest, "The body is no JSON object and no array of them.");
            default:
                return first switch
                {
                    (byte)'[' => BodyFormat.Json,
                    (byte)'{' => FirstLineIsWhole(body[start..]) ? BodyFormat.Ndjson : BodyFormat.Json,
                    _ => BodyFormat.Csv,
                };
        }
    }

    private static bool FirstLineIsWhole(ReadOnlySpan<byte> body)
    {
        int end = body.IndexOf((byte)'\n');
        return (end < 0 ? body : body[..end]).TrimEnd(" \t\r"u8).EndsWith("}"u8);
    }

    private static RefusedRequestException Unsupported(string contentType) => new(
        StatusCodes.Status415UnsupportedMediaType,
        $"Content-Type '{contentType}' is not understood; send application/json, application/x-ndjson or text/csv.");
}
