using Microsoft.AspNetCore.Http;
using Perimeter.Csv;

namespace Perimeter.Ingest;

/// <summary>Reads one body after another into its intake.</summary>
internal abstract class RequestReader(CallIntake intake)
{
    public CallIntake Intake { get; } = intake;

    /// <exception cref="RefusedRequestException">The body cannot be read at all.</exception>
    public abstract void Read(BodyFormat? declared, RequestBody body);
}

/// <summary>Bodies of call records in our own fields: JSON, NDJSON, CSV.</summary>
internal sealed class RecordBodies(CallIntake intake) : RequestReader(intake)
{
    private readonly JsonCallRecords _json = new();

    public override void Read(BodyFormat? declared, RequestBody body)
    {
        ReadOnlySpan<byte> bytes = body.Span;
        switch (BodyFormats.Tell(declared, ref bytes))
        {
            case BodyFormat.Json:
                _json.ReadBody(bytes, Intake);
                break;
            case BodyFormat.Ndjson:
                NdjsonCallRecords.ReadBody(bytes, _json, Intake);
                break;
            default:
                ReadCsv(body);
                break;
        }
    }

    private void ReadCsv(RequestBody body)
    {
        try
        {
            using MemoryStream stream = body.AsStream();
            CsvCallRecords.ReadBody(stream, Intake);
        }
        catch (FormatException e) when (e is CsvHeaderException or CsvFormatException)
        {
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, $"The body is no CSV of call records (and no JSON): {e.Message}.");
        }
    }
}

/// <summary>Bodies in the words of a switch.</summary>
internal sealed class SwitchBodies(CallIntake intake, Switches.ISwitchBodies bodies) : RequestReader(intake)
{
    public override void Read(BodyFormat? declared, RequestBody body)
    {
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, "The body is empty.");
        }

        bodies.ReadBody(body.Span, Intake);
    }
}
