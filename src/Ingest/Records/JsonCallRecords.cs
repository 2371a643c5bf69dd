using System.Buffers;
using System.Text.Json;
using Perimeter.Records;

namespace Perimeter.Ingest;

/// <summary>Reads call records from JSON: an object, an array of objects, or several of either one after another.</summary>
internal sealed class JsonCallRecords
{
    private static readonly SearchValues<byte> BetweenRecords = SearchValues.Create(" \t\r\n,"u8);

    private readonly JsonRecord _json = new();

    /// <summary>
    /// Reads a whole body. Where it stops being JSON, the records before are taken, and the rest, from the record that broke, is put aside as one.
    /// </summary>
    public void ReadBody(ReadOnlySpan<byte> body, CallIntake intake)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: true, new JsonReaderState(JsonRecord.Options));
        long index = 0;
        int done = 0;
        try
        {
            while (!intake.IsFull && intake.Records <= intake.Limits.MaxRecordsPerRequest && reader.Read())
            {
                bool ofArray = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray && reader.CurrentDepth == 0;
                if (!ofArray)
                {
                    ReadRecord(ref reader, body, index, intake);
                    index++;
                }

                done = (int)reader.BytesConsumed;
            }
        }
        catch (JsonException e)
        {
            ReadOnlySpan<byte> rest = body[done..];
            int start = rest.IndexOfAnyExcept(BetweenRecords);
            intake.Unreadable(index, start < 0 ? [] : rest[start..], $"the body is no JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on");
        }
    }

    /// <summary>Reads one line of NDJSON.</summary>
    public void ReadLine(ReadOnlySpan<byte> line, long place, CallIntake intake)
    {
        intake.BeginRecord();
        string? fault = _json.ReadOne(line, intake.Record, "line", out int unknown);
        if (fault is not null)
        {
            intake.Unreadable(place, line, fault);
            return;
        }

        intake.CountUnknown(unknown);
        intake.EndRecord(place, line);
    }

    private void ReadRecord(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, long index, CallIntake intake)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            intake.Unreadable(index, body[start..(int)reader.BytesConsumed], "the record is no JSON object");
            return;
        }

        intake.BeginRecord();
        intake.CountUnknown(_json.ReadFields(ref reader, intake.Record));
        intake.EndRecord(index, body[start..(int)reader.BytesConsumed]);
    }
}
