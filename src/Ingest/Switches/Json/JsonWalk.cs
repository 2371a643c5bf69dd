using System.Buffers;
using System.Text.Json;

namespace Perimeter.Ingest.Switches.Json;

/// <summary>
/// By looking for quotes, brackets and commas alone: records of switches have a hundred members of which few matter, and the library's reader spends most of its time on the others.
/// It goes through everything that is JSON in the usual writing, and stops (<see cref="IsOdd"/>) at whatever it does not understand: such a record is read by the library's reader,
/// which alone says what is no JSON. In what is passed over it does not look at the grammar of numbers, nor at escapes.
/// </summary>
internal ref struct JsonWalk : IJsonMembers
{
    private const int MaxDepth = 64;

    // What ends a string or cannot be in one as it is.
    private static readonly SearchValues<byte> OfStrings = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(static code => (byte)code)]);

    private static readonly SearchValues<byte> OfNesting = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> OfLiterals = SearchValues.Create("+-.0123456789Eaeflnrstu"u8);

    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private int _rawStart;
    private int _rawLength;
    private int _depth;
    private bool _isFirst;
    private bool _isEscaped;

    /// <param name="json">Begins with the value.</param>
    public JsonWalk(ReadOnlySpan<byte> json)
    {
        _json = json;
        ReadValue();
    }

    /// <summary>It met what it does not understand; what it said since it began means nothing.</summary>
    public bool IsOdd { get; private set; }

    /// <summary>Bytes gone through.</summary>
    public readonly int Consumed => _at;

    public JsonTokenType Form { get; private set; }

    public readonly ReadOnlySpan<byte> Raw => _json.Slice(_rawStart, _rawLength);

    public bool Next(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!GoOn('}'))
        {
            return false;
        }

        if (!ReadString())
        {
            return Stop();
        }

        name = _isEscaped ? default : Raw;
        SkipBlanks();
        if (_at >= _json.Length || _json[_at] != ':')
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
        _isFirst = false;
        while (depth > 0)
        {
            int found = _json[_at..].IndexOfAny(OfNesting);
            if (found < 0 || _depth + depth >= MaxDepth)
            {
                Stop();
                return;
            }

            _at += found;
            byte c = _json[_at];
            switch (c)
            {
                case (byte)'"':
                    if (!ReadString())
                    {
                        Stop();
                        return;
                    }

                    continue;
                case (byte)'{' or (byte)'[':
                    levels = (levels << 1) | (c == '{' ? 1UL : 0);
                    depth++;
                    break;
                default:
                    if ((levels & 1) != (c == '}' ? 1UL : 0))
                    {
                        Stop();
                        return;
                    }

                    levels >>= 1;
                    depth--;
                    break;
            }

            _at++;
        }

        _depth--;
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
        SkipBlanks();
        if (IsOdd || _at >= _json.Length)
        {
            return Stop();
        }

        if (_json[_at] == end)
        {
            _at++;
            _depth--;
            _isFirst = false;
            return false;
        }

        if (!_isFirst)
        {
            if (_json[_at] != ',')
            {
                return Stop();
            }

            _at++;
            SkipBlanks();
        }

        _isFirst = false;
        return true;
    }

    private void ReadValue()
    {
        SkipBlanks();
        _isEscaped = false;
        _rawLength = 0;
        switch (_at < _json.Length ? _json[_at] : 0)
        {
            case (byte)'"':
                Form = JsonTokenType.String;
                IsOdd |= !ReadString();
                break;
            case (byte)'{' or (byte)'[':
                Form = _json[_at] == '{' ? JsonTokenType.StartObject : JsonTokenType.StartArray;
                _at++;
                _isFirst = true;
                IsOdd |= ++_depth >= MaxDepth;
                break;
            default:
                ReadLiteral();
                break;
        }
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
            _ => !IsNumber(literal),
        };
    }

    /// <summary>RFC 8259, section 6.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        text = text is [(byte)'-', ..] ? text[1..] : text;
        int digits = Digits(text);
        if (digits == 0 || (digits > 1 && text[0] == '0'))
        {
            return false;
        }

        text = text[digits..];
        if (text is [(byte)'.', ..])
        {
            digits = Digits(text[1..]);
            if (digits == 0)
            {
                return false;
            }

            text = text[(digits + 1)..];
        }

        if (text is [(byte)'e' or (byte)'E', ..])
        {
            text = text is [_, (byte)'+' or (byte)'-', ..] ? text[2..] : text[1..];
            digits = Digits(text);
            return digits > 0 && digits == text.Length;
        }

        return text.IsEmpty;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        int count = 0;
        while (count < text.Length && char.IsAsciiDigit((char)text[count]))
        {
            count++;
        }

        return count;
    }

    /// <returns>False where there is no whole string.</returns>
    private bool ReadString()
    {
        _isEscaped = false;
        if (_at >= _json.Length || _json[_at] != '"')
        {
            return false;
        }

        int start = _at + 1;
        int at = start;
        while (true)
        {
            int found = _json[at..].IndexOfAny(OfStrings);
            if (found < 0)
            {
                return false;
            }

            at += found;
            if (_json[at] == '"')
            {
                break;
            }

            if (_json[at] != '\\')
            {
                return false;
            }

            _isEscaped = true;
            at += 2;
            if (at > _json.Length)
            {
                return false;
            }
        }

        _rawStart = start;
        _rawLength = at - start;
        _at = at + 1;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _at++;
        }
    }

    private bool Stop()
    {
        IsOdd = true;
        return false;
    }
}
