using System.Runtime.InteropServices;
using System.Text.Json;

namespace Perimeter.Records.Json;

/// <summary>The quick way through a record in our own fields: values without escapes, none of them an object or array. Every other record is <see cref="JsonRecord"/>'s.</summary>
public sealed class JsonOwnFields
{
    private static readonly CallField[] Fields = [.. CallFields.All];
    private static readonly JsonNames Names = new([.. Fields.Select(static field => field.Name)]);

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

            // A name stands before its value, so that what can be read behind that can be read behind it.
            int field = json.Length - walk.Start >= JsonNames.Readable ? Names.Find(ref MemoryMarshal.GetReference(name), name.Length) : Names.Find(name);
            if (field < 0)
            {
                unknown++;
            }
            else if (walk.Form != JsonTokenType.Null)
            {
                record.Set(Fields[field], new FieldValue(FormOf(walk.Form), walk.Form is JsonTokenType.True or JsonTokenType.False ? default : walk.Raw));
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
