using System.Text.Json;

namespace Perimeter.Records.Json;

/// <summary>By the library's reader, which checks every byte and tells what is wrong where.</summary>
/// <param name="reader">At the value to begin with.</param>
public ref struct JsonTokens(Utf8JsonReader reader) : IJsonMembers
{
    private Utf8JsonReader _reader = reader;

    /// <summary>As far as it is.</summary>
    public readonly Utf8JsonReader Reader => _reader;

    public readonly JsonTokenType Form => _reader.TokenType;

    public readonly ReadOnlySpan<byte> Raw => _reader.ValueSpan;

    /// <exception cref="JsonException">It is no JSON.</exception>
    public bool Next(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        name = _reader.ValueSpan;
        _reader.Read();
        return true;
    }

    /// <exception cref="JsonException">It is no JSON.</exception>
    public bool NextItem() => _reader.Read() && _reader.TokenType != JsonTokenType.EndArray;

    /// <exception cref="JsonException">It is no JSON.</exception>
    public void Skip() => _reader.Skip();

    public readonly bool TakeTexts(JsonSlots slots) => true;

    /// <exception cref="JsonException">It is no JSON.</exception>
    public void Take(JsonSlots slots, int slot) => slots.Take(slot, ref _reader);
}
