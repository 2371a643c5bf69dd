using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Perimeter.Ingest;

/// <summary>The answers of the switch edge, in JSON.</summary>
internal static class IngestAnswers
{
    // The answers are never part of a page, so that quotes and letters may stand as they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteTakenAsync(HttpResponse response, CallIntake intake) => WriteAsync(response, StatusCodes.Status202Accepted, json =>
    {
        json.WriteNumber("accepted", intake.Accepted);
        json.WriteNumber("quarantined", intake.Quarantined.Count);
        json.WriteNumber("repeats", intake.Repeats);
        json.WriteNumber("unknown_fields", intake.UnknownFields);
        if (intake.PassedOverCount > 0)
        {
            json.WriteStartObject("passed_over");
            foreach ((string reason, long records) in intake.PassedOver)
            {
                json.WriteNumber(reason, records);
            }

            json.WriteEndObject();
        }

        json.WriteStartArray("errors");
        foreach (RecordError error in intake.Errors)
        {
            json.WriteStartObject();
            json.WriteNumber("index", error.Place);
            json.WriteString("field", error.Field);
            json.WriteString("reason", error.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("errors_not_listed", intake.Quarantined.Count - intake.Errors.Count);
    });

    public static Task WriteRefusedAsync(HttpResponse response, int status, string message, TimeSpan? retryAfter)
    {
        if (retryAfter is { } after)
        {
            response.Headers.RetryAfter = ((long)after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(response, status, json => json.WriteString("error", message));
    }

    public static Task WriteReadinessAsync(HttpResponse response, IReadOnlyList<string> reasons) => WriteAsync(
        response,
        reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
        json =>
        {
            json.WriteBoolean("ready", reasons.Count == 0);
            json.WriteStartArray("reasons");
            foreach (string reason in reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
        });

    private static async Task WriteAsync(HttpResponse response, int status, Action<Utf8JsonWriter> write)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(response.BodyWriter, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        await response.BodyWriter.FlushAsync();
    }
}
