using System.Buffers;
using System.Text.Json;

namespace Perimeter.Ingest;

/// <summary>Reads call records from JSON: an object, an array of objects, or several of either one after another.</summary>
internal sealed class JsonCallRecords
{
    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = 64 };

    private static readonly SearchValues<byte> BetweenRecords = SearchValues.Create(" \t\r\n,"u8);

    // Room for a value with escapes, once they are resolved; grows to the longest.
    private byte[] _unescaped = new byte[256];

    /// <summary>
    /// Reads a whole body. Where it stops being JSON, the records before are taken, and the rest, from the record that broke, is put aside as one.
    /// </summary>
    public void ReadBody(ReadOnlySpan<byte> body, CallIntake intake)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: true, new JsonReaderState(Options));
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
        var reader = new Utf8JsonReader(line, isFinalBlock: true, new JsonReaderState(Options));
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                intake.Unreadable(place, line, "the line is no JSON object");
                return;
            }

            intake.BeginRecord();
            ReadFields(ref reader, intake);
            if (line[(int)reader.BytesConsumed..].ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r'))
            {
                intake.Unreadable(place, line, $"something stands behind the object, from byte {reader.BytesConsumed + 1} of the line on");
                return;
            }

            intake.EndRecord(place, line);
        }
        catch (JsonException e)
        {
            intake.Unreadable(place, line, $"the line is no JSON from byte {e.BytePositionInLine + 1} on");
        }
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
        ReadFields(ref reader, intake);
        intake.EndRecord(index, body[start..(int)reader.BytesConsumed]);
    }

    private void ReadFields(ref Utf8JsonReader reader, CallIntake intake)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            CallField? field = CallFields.Find(reader.ValueIsEscaped ? Unescape(reader) : reader.ValueSpan);
            reader.Read();
            if (field is null)
            {
                intake.CountUnknown();
                reader.Skip();
                continue;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    intake.Record.Set(field, FieldValue.Text(reader.ValueIsEscaped ? Unescape(reader) : reader.ValueSpan));
                    break;
                case JsonTokenType.Number:
                    intake.Record.Set(field, new FieldValue(FieldForm.Number, reader.ValueSpan));
                    break;
                case JsonTokenType.True:
                    intake.Record.Set(field, new FieldValue(FieldForm.True, default));
                    break;
                case JsonTokenType.False:
                    intake.Record.Set(field, new FieldValue(FieldForm.False, default));
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    intake.Record.Set(field, new FieldValue(FieldForm.Nested, default));
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>An escape that is half a character (a lone surrogate) makes the value one that no field takes: a control character.</summary>
    private ReadOnlySpan<byte> Unescape(in Utf8JsonReader reader)
    {
        if (_unescaped.Length < reader.ValueSpan.Length)
        {
            _unescaped = new byte[reader.ValueSpan.Length * 2];
        }

        try
        {
            return _unescaped.AsSpan(0, reader.CopyString(_unescaped));
        }
        catch (InvalidOperationException)
        {
            return "\0"u8;
        }
    }
}
