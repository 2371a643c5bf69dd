using System.Buffers;
using System.Text.Json;

namespace Perimeter.Records;

/// <summary>Reads a record from a JSON object.</summary>
public sealed class JsonRecord
{
    public static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = 64 };

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);

    // Room for a value with escapes, once they are resolved; grows to the longest.
    private byte[] _unescaped = new byte[256];

    /// <summary>Reads bytes that are one object and nothing else. <see cref="CallRecord.Begin"/> comes before, and <see cref="CallRecord.Check"/> behind.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="record">Filled as far as could be read.</param>
    /// <param name="what">What the bytes are, for the fault: "line", "message".</param>
    /// <param name="unknownFields">Fields with names that mean nothing here.</param>
    /// <returns>Why the bytes are no object; null where they are.</returns>
    public string? ReadOne(ReadOnlySpan<byte> bytes, CallRecord record, string what, out int unknownFields)
    {
        unknownFields = 0;
        var reader = new Utf8JsonReader(bytes, isFinalBlock: true, new JsonReaderState(Options));
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return $"the {what} is no JSON object";
            }

            unknownFields = ReadFields(ref reader, record);
            return bytes[(int)reader.BytesConsumed..].ContainsAnyExcept(Blank)
                ? $"something stands behind the object, from byte {reader.BytesConsumed + 1} of the {what} on"
                : null;
        }
        catch (JsonException e)
        {
            return e.LineNumber > 0
                ? $"the {what} is no JSON from its line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on"
                : $"the {what} is no JSON from byte {e.BytePositionInLine + 1} on";
        }
    }

    /// <summary>Reads the fields of the object that the reader has begun, to the object's end.</summary>
    /// <returns>How many fields have names that mean nothing here.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public int ReadFields(ref Utf8JsonReader reader, CallRecord record)
    {
        int unknown = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            CallField? field = CallFields.Find(reader.ValueIsEscaped ? Unescape(reader) : reader.ValueSpan);
            reader.Read();
            if (field is null)
            {
                unknown++;
                reader.Skip();
                continue;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    record.Set(field, FieldValue.Text(reader.ValueIsEscaped ? Unescape(reader) : reader.ValueSpan));
                    break;
                case JsonTokenType.Number:
                    record.Set(field, new FieldValue(FieldForm.Number, reader.ValueSpan));
                    break;
                case JsonTokenType.True:
                    record.Set(field, new FieldValue(FieldForm.True, default));
                    break;
                case JsonTokenType.False:
                    record.Set(field, new FieldValue(FieldForm.False, default));
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    record.Set(field, new FieldValue(FieldForm.Nested, default));
                    reader.Skip();
                    break;
            }
        }

        return unknown;
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
