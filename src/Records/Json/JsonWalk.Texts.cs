using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perimeter.Records.Json;

/// <content>Members one after another, without stopping at each.</content>
public ref partial struct JsonWalk
{
    /// <summary>Members whose values are strings or numbers, in the usual writing, as far as such ones come one after another.</summary>
    /// <returns>False where reading is to end: one that would be kept has escapes.</returns>
    public bool TakeTexts(JsonSlots slots)
    {
        if (IsOdd)
        {
            return false;
        }

        ReadOnlySpan<byte> json = _json;
        ref byte first = ref MemoryMarshal.GetReference(json);
        ref int quotes = ref MemoryMarshal.GetReference(_quotes);
        int count = _quotes.Length;
        int quote = _quote;
        int at = _at;
        int comma = _isFirst ? 0 : 1;

        unchecked
        {
            // Quotes come in pairs and lie in the text, so that a byte is behind every one but the last; behind one that is not near the end there are eight.
            while (quote + 2 < count)
            {
                int start = Unsafe.Add(ref quotes, quote);
                if (json.Length - start <= JsonNames.Readable)
                {
                    break;
                }

                int end = Unsafe.Add(ref quotes, quote + 1);
                if (start != at + comma || end < 0 || Unsafe.Add(ref first, end + 1) != ':' || (comma != 0 && Unsafe.Add(ref first, at) != ','))
                {
                    break;
                }

                int slot = slots.Find(ref Unsafe.Add(ref first, start + 1), end - start - 1);
                int value = end + 2;
                if (Unsafe.Add(ref quotes, quote + 2) == value)
                {
                    int valueEnd = Unsafe.Add(ref quotes, quote + 3);
                    if (slot >= 0)
                    {
                        if (JsonQuotes.IsBehindEscapes(valueEnd))
                        {
                            return Stop();
                        }

                        slots.Keep(slot, json, value + 1, valueEnd - value - 1);
                    }

                    at = JsonQuotes.PlaceOf(valueEnd) + 1;
                    quote += 4;
                }
                else
                {
                    int length = JsonNumber.LengthOf(json[value..]);
                    if (length == 0)
                    {
                        break;
                    }

                    if (slot >= 0)
                    {
                        slots.Keep(slot, json, value, length);
                    }

                    at = value + length;
                    quote += 2;
                }

                comma = 1;
            }
        }

        _quote = quote;
        _at = at;
        _isFirst = comma == 0;
        return true;
    }
}
