using System.Buffers;
using System.Text.Json;
using Perimeter.Records;
using Perimeter.Records.Json;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Bodies of JSON: an object, an array of objects, or several of either one after another. Where a body stops being JSON, the records before are taken, and the rest, from
/// the record that broke, is put aside as one.
/// </summary>
internal abstract class JsonBodies : ISwitchBodies
{
    private static readonly SearchValues<byte> BetweenRecords = SearchValues.Create(" \t\r\n,\0"u8);

    private readonly JsonQuotes _quotes = new();
    private long _index;
    private int _done;

    // Records that were read and taken the quick way, and where the last of them ends.
    private long _taken;
    private int _takenTo;

    public void ReadBody(ReadOnlySpan<byte> body, CallIntake intake)
    {
        // A datagram may end in what C ends texts with.
        ReadOnlySpan<byte> trimmed = body.TrimEnd(" \t\r\n\0"u8);
        if (trimmed.IsEmpty)
        {
            intake.Unreadable(0, body, "it is empty");
            return;
        }

        _taken = 0;
        _takenTo = 0;
        if (!Walk(trimmed, intake))
        {
            ReadByToken(trimmed, intake);
        }
    }

    /// <summary>Whether an object, at whose beginning this is, is no record but holds an array of them; it is at the array's beginning then.</summary>
    protected virtual bool FindRecords<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct => false;

    /// <summary>Reads the members of the object at whose beginning this is, to its end. It may be done again for the same record.</summary>
    protected abstract void ReadMembers<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct;

    /// <summary>Takes the record that was read, puts it aside or passes it over.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="place">Its index in the body.</param>
    /// <param name="intake">What it goes into.</param>
    protected abstract void Take(ReadOnlySpan<byte> content, long place, CallIntake intake);

    private static bool MayGoOn(CallIntake intake) => !intake.IsFull && intake.Records <= intake.Limits.MaxRecordsPerRequest;

    /// <summary>The quick way, for one object or one array in the usual writing. What is left of others is read by the library's reader.</summary>
    /// <returns>Whether all of the body was read.</returns>
    private bool Walk(ReadOnlySpan<byte> body, CallIntake intake)
    {
        JsonWalk walk = new(body, _quotes);
        if (walk.Form == JsonTokenType.StartObject)
        {
            JsonWalk records = walk;
            if (!FindRecords(ref records))
            {
                int start = walk.Start;
                ReadMembers(ref walk);
                if (!IsWhole(walk, body))
                {
                    return false;
                }

                TakeWalked(body[start..walk.Consumed], walk.Consumed, intake);
                return true;
            }

            // What stands behind the array is the library's to read.
            WalkArray(ref records, body, intake);
            return false;
        }

        return walk.Form == JsonTokenType.StartArray && WalkArray(ref walk, body, intake) && IsWhole(walk, body);
    }

    private bool WalkArray(ref JsonWalk walk, ReadOnlySpan<byte> body, CallIntake intake)
    {
        while (MayGoOn(intake) && walk.NextItem())
        {
            int start = walk.Start;
            if (walk.Form != JsonTokenType.StartObject)
            {
                return false;
            }

            ReadMembers(ref walk);
            if (walk.IsOdd)
            {
                return false;
            }

            TakeWalked(body[start..walk.Consumed], walk.Consumed, intake);
        }

        return !walk.IsOdd;
    }

    private void TakeWalked(ReadOnlySpan<byte> content, int end, CallIntake intake)
    {
        Take(content, _taken, intake);
        _taken++;
        _takenTo = end;
    }

    private static bool IsWhole(JsonWalk walk, ReadOnlySpan<byte> body) => !walk.IsOdd && !body[walk.Consumed..].ContainsAnyExcept(BetweenRecords);

    private void ReadByToken(ReadOnlySpan<byte> body, CallIntake intake)
    {
        _index = 0;
        _done = 0;
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
            intake.Unreadable(Math.Max(_index, _taken), RestOf(body), $"the body is no JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on");
            return;
        }

        // A request is refused as a whole then. What nobody can be told of is put aside.
        if (!MayGoOn(intake) && RestOf(body).TrimEnd("]} \t\r\n"u8) is { IsEmpty: false })
        {
            intake.Unreadable(Math.Max(_index, _taken), RestOf(body), "the records before it are all that is taken at once");
        }
    }

    private ReadOnlySpan<byte> RestOf(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> rest = body[Math.Max(_done, _takenTo)..];
        int start = rest.IndexOfAnyExcept(BetweenRecords);
        return start < 0 ? [] : rest[start..];
    }

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
        JsonTokens array = new(reader);
        if (reader.TokenType != JsonTokenType.StartObject || !FindRecords(ref array))
        {
            ReadOne(ref reader, body, intake);
            return;
        }

        int depth = reader.CurrentDepth;
        reader = array.Reader;
        ReadArray(ref reader, body, intake);
        while (MayGoOn(intake) && reader.Read() && reader.CurrentDepth > depth)
        {
            // What else it holds means nothing.
        }
    }

    private void ReadOne(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CallIntake intake)
    {
        int start = (int)reader.TokenStartIndex;
        if (_index < _taken)
        {
            reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            JsonTokens members = new(reader);
            ReadMembers(ref members);
            reader = members.Reader;
            Take(body[start..(int)reader.BytesConsumed], _index, intake);
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
