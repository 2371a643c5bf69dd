using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Perimeter.Domain;

namespace Perimeter.Aggregator.Quarantine;

/// <summary>Headers of a message as the text of a column: a name may come more than once, and a value be any bytes.</summary>
internal static class QuarantinedHeaders
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlySpan<byte> ToJson(IReadOnlyList<QuarantinedHeader> headers)
    {
        if (headers.Count == 0)
        {
            return [];
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartArray();
        foreach (QuarantinedHeader header in headers)
        {
            json.WriteStartObject();
            json.WriteString("name", header.Name);
            if (Utf8.IsValid(header.Value.Span))
            {
                json.WriteString("value", header.Value.Span);
            }
            else
            {
                json.WriteBase64String("base64", header.Value.Span);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan;
    }
}
