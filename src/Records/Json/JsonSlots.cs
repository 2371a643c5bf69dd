using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Perimeter.Records.Json;

/// <summary>
/// The values of some names of a JSON object, picked out as it is read; what else it holds is passed over. Used again for every object, without allocating:
/// values are copied, unescaped, into room of its own.
/// </summary>
public sealed class JsonSlots
{
    private const int FirstSlots = 64;

    /// <summary>Copied at once.</summary>
    private const int Block = 64;

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

    /// <summary>A bit for each of the first 64 slots that has a value, which may be empty.</summary>
    public ulong FilledFirst { get; private set; }

    /// <summary>Whether no value had escapes.</summary>
    public bool IsAsWritten { get; private set; }

    /// <summary>Whether all values hold printable ASCII alone.</summary>
    public bool IsPlain => !_room.AsSpan(0, _used).ContainsAnyExceptInRange((byte)' ', (byte)'~');

    public void Clear()
    {
        Array.Clear(_values);
        _used = 0;
        FilledFirst = 0;
        IsAsWritten = true;
    }

    /// <summary>The value as text: of a number its digits, of true and false these words; empty where it is absent, empty, null, an object or an array.</summary>
    public ReadOnlySpan<byte> this[int slot] => _room.AsSpan(_values[slot].At, _values[slot].Length);

    /// <returns>-1 where no slot has the name.</returns>
    public int Find(ReadOnlySpan<byte> name) => _names.Find(name);

    /// <param name="name">The first byte of the name, from which on <see cref="JsonNames.Readable"/> can be read.</param>
    /// <returns>-1 where no slot has it.</returns>
    public int Find(ref byte name, int length) => _names.Find(ref name, length);

    /// <summary>Reads the object at whose beginning this is, to its end.</summary>
    public void ReadObject<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        while (TakeToNested(ref json) >= 0)
        {
            json.Skip();
        }
    }

    /// <summary>
    /// Goes on through the members of an object, and keeps those that have a slot, up to one whose value is an object or array: it is the current value then, to be gone
    /// into or skipped. At the end of the object nothing is left to be done.
    /// </summary>
    /// <returns>The slot of the object or array; -1 at the end.</returns>
    public int TakeToNested<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        while (json.TakeTexts(this) && json.Next(out ReadOnlySpan<byte> name))
        {
            int slot = Find(name);
            if (slot >= 0 && (json.Form is JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                return slot;
            }

            json.Take(this, slot);
        }

        return -1;
    }

    /// <summary>Keeps a part of a text as it is, unless the slot has a value already.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Keep(int slot, ReadOnlySpan<byte> text, int start, int length)
    {
        ref (int At, int Length) value = ref _values[slot];
        if (value.Length > 0)
        {
            return;
        }

        int used = _used;
        value = (used, length);
        if (length <= Block && text.Length - start >= Block && _room.Length - used >= Block)
        {
            // What is too many is overwritten.
            Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)start).StoreUnsafe(ref _room[used]);
        }
        else
        {
            text.Slice(start, length).CopyTo(Reserve(length));
        }

        _used = used + length;
        Fill(slot);
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
            Keep(slot, reader.ValueSpan, 0, reader.ValueSpan.Length);
        }
        else if (_values[slot].Length == 0)
        {
            Unescape(slot, reader);
        }
    }

    /// <summary>Whether a percent sign is in the value of any slot but these two.</summary>
    public bool HoldsPercentBeside(int slot, int other)
    {
        int at = 0;
        while (_room.AsSpan(at, _used - at).IndexOf((byte)'%') is >= 0 and int next)
        {
            at += next;
            if (!Covers(slot, ref at) && !Covers(other, ref at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Resolves %XX in every value; what is no such escape stays as it is.</summary>
    public void DecodePercent()
    {
        int first = _room.AsSpan(0, _used).IndexOf((byte)'%');
        for (int slot = 0; first >= 0 && slot < _values.Length; slot++)
        {
            (int at, int length) = _values[slot];
            if (at + length > first)
            {
                Span<byte> value = _room.AsSpan(at, length);
                _values[slot].Length = value.Contains((byte)'%') ? Percent.Decode(value, value) : length;
            }
        }
    }

    /// <summary>Whether a place in the room is of the slot's value; it is moved behind that then.</summary>
    private bool Covers(int slot, ref int place)
    {
        (int at, int length) = _values[slot];
        bool covers = place >= at && place < at + length;
        place = covers ? at + length : place;
        return covers;
    }

    private void Unescape(int slot, in Utf8JsonReader reader)
    {
        Span<byte> room = Reserve(reader.ValueSpan.Length);
        IsAsWritten = false;
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
        Fill(slot);
    }

    private void Fill(int slot) => FilledFirst |= slot < FirstSlots ? 1UL << slot : 0;

    private Span<byte> Reserve(int most)
    {
        if (_room.Length - _used < most)
        {
            Array.Resize(ref _room, Math.Max(_room.Length * 2, _used + most));
        }

        return _room.AsSpan(_used, most);
    }
}
