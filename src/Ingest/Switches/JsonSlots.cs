using System.Text.Json;
using Perimeter.Ingest.Switches.Json;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// The values of some names of a JSON object, picked out as it is read; what else it holds is passed over. Used again for every object, without allocating:
/// values are copied, unescaped, into room of its own.
/// </summary>
internal sealed class JsonSlots
{
    private static readonly ByteSet Percents = new("%"u8);

    private readonly JsonNames _names;
    private readonly (int At, int Length)[] _values;
    private byte[] _room = new byte[1024];
    private int _used;

    /// <param name="names">At most 100. The place of a name is its slot.</param>
    public JsonSlots(params ReadOnlySpan<string> names)
    {
        _names = new JsonNames(names);
        _values = new (int, int)[names.Length];
    }

    public int Count => _values.Length;

    public void Clear()
    {
        Array.Clear(_values);
        _used = 0;
    }

    /// <summary>The value as text: of a number its digits, of true and false these words; empty where it is absent, empty, null, an object or an array.</summary>
    public ReadOnlySpan<byte> this[int slot] => _room.AsSpan(_values[slot].At, _values[slot].Length);

    /// <returns>-1 where no slot has the name.</returns>
    public int Find(ReadOnlySpan<byte> name) => _names.Find(name);

    /// <summary>Reads the object at whose beginning this is, to its end.</summary>
    public void ReadObject<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        while (json.Next(out ReadOnlySpan<byte> name))
        {
            json.Take(this, Find(name));
        }
    }

    /// <summary>Keeps a value as it is, unless the slot has one already.</summary>
    public void Keep(int slot, ReadOnlySpan<byte> value)
    {
        if (_values[slot].Length > 0)
        {
            return;
        }

        value.CopyTo(Reserve(value.Length));
        _values[slot] = (_used, value.Length);
        _used += value.Length;
    }

    /// <summary>Keeps the value that the reader stands at, and reads it to its end. Of a name that comes twice the first value counts.</summary>
    /// <param name="slot">-1 where nothing is to be kept.</param>
    public void Take(int slot, ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
        }
        else if (slot < 0 || reader.TokenType == JsonTokenType.Null)
        {
            return;
        }
        else if (!reader.ValueIsEscaped)
        {
            Keep(slot, reader.ValueSpan);
        }
        else if (_values[slot].Length == 0)
        {
            Unescape(slot, reader);
        }
    }

    /// <summary>Resolves %XX in every value; what is no such escape stays as it is.</summary>
    public void DecodePercent()
    {
        int first = _room.AsSpan(0, _used).IndexOf((byte)'%');
        for (int slot = 0; first >= 0 && slot < _values.Length; slot++)
        {
            (int at, int length) = _values[slot];
            if (at + length > first && Percents.IsIn(_room, at, length))
            {
                Span<byte> value = _room.AsSpan(at, length);
                _values[slot].Length = Percent.Decode(value, value);
            }
        }
    }

    private void Unescape(int slot, in Utf8JsonReader reader)
    {
        Span<byte> room = Reserve(reader.ValueSpan.Length);
        int length;
        try
        {
            length = reader.CopyString(room);
        }
        catch (InvalidOperationException)
        {
            // Half a character (a lone surrogate), or no UTF-8: a value that no field takes.
            room[0] = 0;
            length = 1;
        }

        _values[slot] = (_used, length);
        _used += length;
    }

    private Span<byte> Reserve(int most)
    {
        if (_room.Length - _used < most)
        {
            Array.Resize(ref _room, Math.Max(_room.Length * 2, _used + most));
        }

        return _room.AsSpan(_used, most);
    }
}
