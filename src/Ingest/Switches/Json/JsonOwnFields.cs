using System.Text.Json;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches.Json;

/// <summary>The quick way through a record in our own fields: values without escapes, none of them an object or array. Every other record is <see cref="JsonRecord"/>'s.</summary>
internal sealed class JsonOwnFields
{
    private readonly JsonQuotes _quotes = new();

    /// <param name="json">What should be one object and nothing else.</param>
    /// <param name="record">Begun. Filled as far as was read.</param>
    /// <param name="unknown">Fields with names that mean nothing here.</param>
    /// <returns>False where the record has to be begun again and read the other way, which alone says what is wrong.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, CallRecord record, out int unknown)
    {
        unknown = 0;
        JsonWalk walk = new(json, _quotes);
        if (walk.Form != JsonTokenType.StartObject)
        {
            return false;
        }

        while (walk.Next(out ReadOnlySpan<byte> name))
        {
            // A name with escapes has no bytes here.
            if (name.IsEmpty || walk.IsEscaped || walk.Form is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                return false;
            }

            if (CallFields.Find(name) is not { } field)
            {
                unknown++;
            }
            else if (walk.Form != JsonTokenType.Null)
            {
                record.Set(field, new FieldValue(FormOf(walk.Form), walk.Form is JsonTokenType.True or JsonTokenType.False ? default : walk.Raw));
            }
        }

        return !walk.IsOdd && walk.Consumed == json.Length;
    }

    private static FieldForm FormOf(JsonTokenType form) => form switch
    {
        JsonTokenType.True => FieldForm.True,
        JsonTokenType.False => FieldForm.False,
        JsonTokenType.Number => FieldForm.Number,
        _ => FieldForm.Text,
    };
}
