using System.Text.Json;

namespace Perimeter.Records.Json;

/// <summary>
/// By quotes and brackets alone: records of switches have a hundred members of which few matter, and the library's reader spends most of its time on the others.
/// It goes through everything that is JSON in the usual writing, and stops (<see cref="IsOdd"/>) at whatever it does not understand: such a record is read by the library's reader,
/// which alone says what is no JSON. In what is passed over it does not look at the grammar of numbers, nor at escapes.
/// </summary>
public ref partial struct JsonWalk : IJsonMembers
{
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _json;
    private readonly ReadOnlySpan<int> _quotes;
    private int _at;
    private int _quote;
    private int _rawStart;
    private int _rawLength;
    private int _depth;
    private bool _isFirst;

    /// <param name="json">Begins with the value.</param>
    /// <param name="quotes">Room for where its strings are.</param>
    public JsonWalk(ReadOnlySpan<byte> json, JsonQuotes quotes)
    {
        _json = json;
        IsOdd = !quotes.Find(json);
        _quotes = IsOdd ? [] : quotes.Found;
        ReadValue();
    }

    /// <summary>It met what it does not understand; what it said since it began means nothing.</summary>
    public bool IsOdd { get; private set; }

    /// <summary>Bytes gone through.</summary>
    public readonly int Consumed => _at;

    /// <summary>Where the current value begins.</summary>
    public int Start { get; private set; }

    public JsonTokenType Form { get; private set; }

    /// <summary>Whether the current value is a string with escapes in it.</summary>
    public bool IsEscaped { get; private set; }

    public readonly ReadOnlySpan<byte> Raw => _json.Slice(_rawStart, _rawLength);

    public bool Next(out ReadOnlySpan<byte> name)
    {
        if (TryNextUsual(out name))
        {
            return !IsOdd;
        }

        if (!GoOn('}'))
        {
            return false;
        }

        if (Current() != '"' || !ReadString())
        {
            return Stop();
        }

        name = IsEscaped ? default : Raw;
        if (Current() != ':')
        {
            return Stop();
        }

        _at++;
        ReadValue();
        return !IsOdd;
    }

    public bool NextItem()
    {
        if (!GoOn(']'))
        {
            return false;
        }

        ReadValue();
        return !IsOdd;
    }

    public void Skip()
    {
        if (Form is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        // A bit a level: whether it is an object.
        ulong levels = Form == JsonTokenType.StartObject ? 1UL : 0;
        int depth = 1;
        int at = _at;
        int quote = _quote;
        ReadOnlySpan<int> quotes = _quotes;
        while (true)
        {
            int nextString = (uint)quote < (uint)quotes.Length ? JsonQuotes.PlaceOf(quotes[quote]) : _json.Length;
            for (; at < nextString; at++)
            {
                // Brackets and braces differ in one bit.
                byte c = _json[at];
                if ((c | 0x20) is not ('{' or '}'))
                {
                    continue;
                }

                if (c is (byte)'{' or (byte)'[')
                {
                    levels = (levels << 1) | (c == '{' ? 1UL : 0);
                    if (_depth + ++depth >= MaxDepth)
                    {
                        Stop();
                        return;
                    }
                }
                else
                {
                    if ((levels & 1) != (c == '}' ? 1UL : 0))
                    {
                        Stop();
                        return;
                    }

                    levels >>= 1;
                    if (--depth == 0)
                    {
                        _at = at + 1;
                        _quote = quote;
                        _depth--;
                        _isFirst = false;
                        return;
                    }
                }
            }

            if (at >= _json.Length)
            {
                Stop();
                return;
            }

            // Where a single byte is between two strings, it is a comma or a colon.
            int end;
            do
            {
                end = JsonQuotes.PlaceOf(quotes[quote + 1]);
                quote += 2;
            }
            while ((uint)quote < (uint)quotes.Length && quotes[quote] == end + 2 && _json[end + 1] is (byte)',' or (byte)':');

            at = end + 1;
        }
    }

    public void Take(JsonSlots slots, int slot)
    {
        if (Form is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            Skip();
        }
        else if (slot >= 0 && Form != JsonTokenType.Null)
        {
            if (IsEscaped)
            {
                // Unescaping is the library's.
                Stop();
                return;
            }

            slots.Keep(slot, _json, _rawStart, _rawLength);
        }
    }

    /// <summary>A member in the usual writing: no blanks, no escapes in its name. False means nothing but that the general way has to be gone.</summary>
    private bool TryNextUsual(out ReadOnlySpan<byte> name)
    {
        unchecked
        {
            name = default;
            ReadOnlySpan<int> quotes = _quotes;
            ReadOnlySpan<byte> json = _json;
            int quote = _quote;
            int at = _at;
            if ((uint)(quote + 1) >= (uint)quotes.Length || IsOdd)
            {
                return false;
            }

            int start = quotes[quote];
            int end = quotes[quote + 1];
            if (!_isFirst && json[at++] != ',')
            {
                return false;
            }

            // Quotes come in pairs, so that a colon behind the name is no part of a string.
            if (start != at || end < 0 || (uint)(end + 1) >= (uint)json.Length || json[end + 1] != ':')
            {
                return false;
            }

            name = json.Slice(start + 1, end - start - 1);
            _isFirst = false;
            at = end + 2;
            if ((uint)(quote + 3) < (uint)quotes.Length && quotes[quote + 2] == at)
            {
                int valueEnd = quotes[quote + 3];
                IsEscaped = JsonQuotes.IsBehindEscapes(valueEnd);
                valueEnd = JsonQuotes.PlaceOf(valueEnd);
                Form = JsonTokenType.String;
                Start = at;
                _rawStart = at + 1;
                _rawLength = valueEnd - at - 1;
                _at = valueEnd + 1;
                _quote = quote + 4;
                return true;
            }

            _at = at;
            _quote = quote + 2;
            ReadValue();
            return true;
        }
    }

    /// <summary>Past the comma before a further member or item, if there is one.</summary>
    /// <param name="end">What ends the object or array.</param>
    private bool GoOn(char end)
    {
        byte c = Current();
        if (IsOdd || c == 0)
        {
            return Stop();
        }

        if (c == end)
        {
            _at++;
            _depth--;
            _isFirst = false;
            return false;
        }

        if (!_isFirst)
        {
            if (c != ',')
            {
                return Stop();
            }

            _at++;
        }

        _isFirst = false;
        return true;
    }

    private void ReadValue()
    {
        IsEscaped = false;
        _rawLength = 0;
        byte first = Current();
        Start = _at;
        switch (first)
        {
            case (byte)'"':
                Form = JsonTokenType.String;
                IsOdd |= !ReadString();
                break;
            case (byte)'{':
                Begin(JsonTokenType.StartObject);
                break;
            case (byte)'[':
                Begin(JsonTokenType.StartArray);
                break;
            default:
                ReadLiteral();
                break;
        }
    }

    private void Begin(JsonTokenType form)
    {
        Form = form;
        _at++;
        _isFirst = true;
        IsOdd |= ++_depth >= MaxDepth;
    }

    /// <summary>What stands behind it, if it is none of blank, comma and bracket, is odd where reading goes on.</summary>
    private void ReadLiteral()
    {
        ReadOnlySpan<byte> rest = _json[_at..];
        _rawStart = _at;
        _rawLength = JsonNumber.LengthOf(rest);
        Form = JsonTokenType.Number;
        if (_rawLength == 0)
        {
            (Form, _rawLength) = rest switch
            {
                [(byte)'t', (byte)'r', (byte)'u', (byte)'e', ..] => (JsonTokenType.True, 4),
                [(byte)'f', (byte)'a', (byte)'l', (byte)'s', (byte)'e', ..] => (JsonTokenType.False, 5),
                [(byte)'n', (byte)'u', (byte)'l', (byte)'l', ..] => (JsonTokenType.Null, 4),
                _ => (JsonTokenType.None, 0),
            };
            IsOdd |= _rawLength == 0;
        }

        _at += _rawLength;
    }

    /// <returns>False where no string begins here.</returns>
    private bool ReadString()
    {
        // Quotes come in pairs, and whatever was passed over was passed over with its strings.
        if (_quote + 1 >= _quotes.Length || JsonQuotes.PlaceOf(_quotes[_quote]) != _at)
        {
            return false;
        }

        int end = _quotes[_quote + 1];
        IsEscaped = JsonQuotes.IsBehindEscapes(end);
        _rawStart = _at + 1;
        _rawLength = JsonQuotes.PlaceOf(end) - _rawStart;
        _at = JsonQuotes.PlaceOf(end) + 1;
        _quote += 2;
        return true;
    }

    /// <summary>The next byte that is no blank; 0 at the end.</summary>
    private byte Current()
    {
        while ((uint)_at < (uint)_json.Length)
        {
            byte c = _json[_at];
            if (c > ' ')
            {
                return c;
            }

            if (c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                IsOdd = true;
                return 0;
            }

            _at++;
        }

        return 0;
    }

    private bool Stop()
    {
        IsOdd = true;
        return false;
    }
}
