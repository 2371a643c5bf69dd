using System.Text.Json;

namespace Perimeter.Records.Json;

/// <summary>
/// Goes forward through the members of JSON objects and the items of arrays. Where the current value is an object, <see cref="Next"/> goes into it; where it is an array,
/// <see cref="NextItem"/> does; at the end of either they return false, and what comes next is behind it. What is not gone into has to be skipped or taken.
/// </summary>
public interface IJsonMembers
{
    /// <summary>Of the current value: String, Number, True, False, Null, StartObject or StartArray.</summary>
    JsonTokenType Form { get; }

    /// <summary>Of the current value where it is a string or a number: as written, without the quotes, escapes as they are.</summary>
    ReadOnlySpan<byte> Raw { get; }

    /// <param name="name">As written, without the quotes.</param>
    bool Next(out ReadOnlySpan<byte> name);

    bool NextItem();

    /// <summary>Passes over the current value, whatever it is.</summary>
    void Skip();

    /// <summary>Goes past the next members as far as there is a quick way, and keeps those that have a slot, as <see cref="Take"/> does.</summary>
    /// <returns>False where reading is to end.</returns>
    bool TakeTexts(JsonSlots slots);

    /// <summary>Keeps the current value, where it is none of object, array and null, and passes over it. Of a name that comes twice the first value counts.</summary>
    /// <param name="slot">-1 where nothing is to be kept.</param>
    void Take(JsonSlots slots, int slot);
}
