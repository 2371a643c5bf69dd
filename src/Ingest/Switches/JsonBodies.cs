using System.Buffers;
using System.Text.Json;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Bodies of JSON: an object, an array of objects, or several of either one after another. Where a body stops being JSON, the records before are taken, and the rest, from
/// the record that broke, is put aside as one.
/// </summary>
internal abstract class JsonBodies : ISwitchBodies
{
    private static readonly SearchValues<byte> BetweenRecords = SearchValues.Create(" \t\r\n,\0"u8);

    private long _index;
    private int _done;

    public void ReadBody(ReadOnlySpan<byte> body, CallIntake intake)
    {
        _index = 0;
        _done = 0;

        // A datagram may end in what C ends texts with.
        ReadOnlySpan<byte> trimmed = body.TrimEnd(" \t\r\n\0"u8);
        if (trimmed.IsEmpty)
        {
            intake.Unreadable(_index, body, "it is empty");
            return;
        }

        body = trimmed;
        var reader = new Utf8JsonReader(body, isFinalBlock: true, new JsonReaderState(JsonRecord.Options));
        try
        {
            while (MayGoOn(intake) && reader.Read())
            {
                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    ReadArray(ref reader, body, intake);
                }
                else
                {
                    ReadOneOrHolder(ref reader, body, intake);
                }

                _done = MayGoOn(intake) ? (int)reader.BytesConsumed : _done;
            }
        }
        catch (JsonException e)
        {
            intake.Unreadable(_index, RestOf(body), $"the body is no JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on");
            return;
        }

        // A request is refused as a whole then. What nobody can be told of is put aside.
        if (!MayGoOn(intake) && RestOf(body).TrimEnd("]} \t\r\n"u8) is { IsEmpty: false })
        {
            intake.Unreadable(_index, RestOf(body), "the records before it are all that is taken at once");
        }
    }

    /// <summary>Whether an object, whose beginning the reader stands at, is no record but holds an array of them; the reader is at the array's beginning then.</summary>
    protected virtual bool FindRecords(ref Utf8JsonReader reader) => false;

    /// <summary>Reads the object that the reader stands at into the intake, to its end.</summary>
    /// <param name="reader">At the object's beginning; at its end afterwards.</param>
    /// <param name="body">All of the body; the record begins in it where the reader's token does.</param>
    /// <param name="place">The record's index in the body.</param>
    /// <param name="intake">What the record goes into.</param>
    protected abstract void ReadRecord(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, long place, CallIntake intake);

    private ReadOnlySpan<byte> RestOf(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> rest = body[_done..];
        int start = rest.IndexOfAnyExcept(BetweenRecords);
        return start < 0 ? [] : rest[start..];
    }

    private bool MayGoOn(CallIntake intake) => !intake.IsFull && intake.Records <= intake.Limits.MaxRecordsPerRequest;

    private void ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CallIntake intake)
    {
        _done = (int)reader.BytesConsumed;
        while (MayGoOn(intake) && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ReadOne(ref reader, body, intake);
        }
    }

    private void ReadOneOrHolder(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CallIntake intake)
    {
        Utf8JsonReader array = reader;
        if (reader.TokenType != JsonTokenType.StartObject || !FindRecords(ref array))
        {
            ReadOne(ref reader, body, intake);
            return;
        }

        int depth = reader.CurrentDepth;
        reader = array;
        ReadArray(ref reader, body, intake);
        while (MayGoOn(intake) && reader.Read() && reader.CurrentDepth > depth)
        {
            // What else it holds means nothing.
        }
    }

    private void ReadOne(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CallIntake intake)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadRecord(ref reader, body, _index, intake);
        }
        else
        {
            reader.Skip();
            intake.Unreadable(_index, body[start..(int)reader.BytesConsumed], "the record is no JSON object");
        }

        _index++;
        _done = (int)reader.BytesConsumed;
    }
}
