using System.Buffers;
using System.Text.Json;

namespace Perimeter.Ingest.Switches.Json;

/// <summary>
/// By quotes and brackets alone: records of switches have a hundred members of which few matter, and the library's reader spends most of its time on the others.
/// It goes through everything that is JSON in the usual writing, and stops (<see cref="IsOdd"/>) at whatever it does not understand: such a record is read by the library's reader,
/// which alone says what is no JSON. In what is passed over it does not look at the grammar of numbers, nor at escapes.
/// </summary>
internal ref struct JsonWalk : IJsonMembers
{
    private const int MaxDepth = 64;

    private static readonly SearchValues<byte> OfLiterals = SearchValues.Create("+-.0123456789Eaeflnrstu"u8);

    private readonly ReadOnlySpan<byte> _json;
    private readonly ReadOnlySpan<int> _quotes;
    private int _at;
    private int _quote;
    private int _rawStart;
    private int _rawLength;
    private int _depth;
    private bool _isFirst;
    private bool _isEscaped;

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

    public readonly ReadOnlySpan<byte> Raw => _json.Slice(_rawStart, _rawLength);

    public bool Next(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!GoOn('}'))
        {
            return false;
        }

        if (Current() != '"' || !ReadString())
        {
            return Stop();
        }

        name = _isEscaped ? default : Raw;
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
        while (true)
        {
            int nextString = _quote < _quotes.Length ? JsonQuotes.PlaceOf(_quotes[_quote]) : _json.Length;
            for (; at < nextString; at++)
            {
                byte c = _json[at];
                if (c is (byte)'{' or (byte)'[')
                {
                    levels = (levels << 1) | (c == '{' ? 1UL : 0);
                    if (_depth + ++depth >= MaxDepth)
                    {
                        Stop();
                        return;
                    }
                }
                else if (c is (byte)'}' or (byte)']')
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

            at = JsonQuotes.PlaceOf(_quotes[_quote + 1]) + 1;
            _quote += 2;
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
            if (_isEscaped)
            {
                // Unescaping is the library's.
                Stop();
                return;
            }

            slots.Keep(slot, Raw);
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
        _isEscaped = false;
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

    private void ReadLiteral()
    {
        int length = _json[_at..].IndexOfAnyExcept(OfLiterals);
        _rawStart = _at;
        _rawLength = length < 0 ? _json.Length - _at : length;
        _at += _rawLength;
        ReadOnlySpan<byte> literal = Raw;
        Form = literal switch
        {
            [(byte)'t', ..] => JsonTokenType.True,
            [(byte)'f', ..] => JsonTokenType.False,
            [(byte)'n', ..] => JsonTokenType.Null,
            _ => JsonTokenType.Number,
        };
        IsOdd |= Form switch
        {
            JsonTokenType.True => !literal.SequenceEqual("true"u8),
            JsonTokenType.False => !literal.SequenceEqual("false"u8),
            JsonTokenType.Null => !literal.SequenceEqual("null"u8),
            _ => !JsonNumber.Is(literal),
        };
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
        _isEscaped = JsonQuotes.IsBehindEscapes(end);
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
