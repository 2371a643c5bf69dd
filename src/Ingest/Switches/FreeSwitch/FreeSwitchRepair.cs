using System.Buffers;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// A form (encode) of percent-encoded values (encode-values): FreeSWITCH leaves what is an escape already as it is when it encodes the whole, so that taking the form's
/// escapes off takes those of the values off too, and their quotes, backslashes and line ends stand bare in the JSON. They are escaped here as JSON has them.
/// </summary>
internal sealed class FreeSwitchRepair
{
    private static readonly SearchValues<byte> ToLookAt = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(c => (byte)c)]);

    private byte[] _room = new byte[1024];
    private int _length;

    /// <param name="json">What is JSON, or was before its values were decoded.</param>
    /// <returns>JSON as it was; else what may be JSON now. Valid until the next one is repaired.</returns>
    public ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> json)
    {
        _length = 0;
        bool inText = false;
        while (!json.IsEmpty)
        {
            int next = inText ? json.IndexOfAny(ToLookAt) : json.IndexOf((byte)'"');
            if (next < 0)
            {
                Add(json);
                break;
            }

            Add(json[..next]);
            byte b = json[next];
            json = json[(next + 1)..];
            if (b == '"' && (!inText || EndsText(json)))
            {
                inText = !inText;
                Add("\""u8);
            }
            else if (b == '"')
            {
                Add("\\\""u8);
            }
            else if (b == '\\' && BeginsEscape(json))
            {
                Add("\\"u8);
                Add(json[..1]);
                json = json[1..];
            }
            else if (b == '\\')
            {
                Add("\\\\"u8);
            }
            else
            {
                Add("\\u00"u8);
                Add([(byte)('0' + (b >> 4)), "0123456789abcdef"u8[b & 15]]);
            }
        }

        return _room.AsSpan(0, _length);
    }

    /// <summary>Whether a quote before these bytes ends a text: a name, or a value behind which the next one begins or its object ends.</summary>
    private static bool EndsText(ReadOnlySpan<byte> rest) => rest.TrimStart(" \t\r\n"u8) switch
    {
        [] => true,
        [(byte)':' or (byte)'}' or (byte)']', ..] => true,
        [(byte)',', .. var next] => next.TrimStart(" \t\r\n"u8) is [(byte)'"' or (byte)'{' or (byte)'[', ..],
        _ => false,
    };

    private static bool BeginsEscape(ReadOnlySpan<byte> rest) => rest switch
    {
        [(byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t', ..] => true,
        [(byte)'u', var a, var b, var c, var d, ..] => char.IsAsciiHexDigit((char)a) && char.IsAsciiHexDigit((char)b) && char.IsAsciiHexDigit((char)c) && char.IsAsciiHexDigit((char)d),
        _ => false,
    };

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (_room.Length - _length < bytes.Length)
        {
            Array.Resize(ref _room, Math.Max(_room.Length * 2, _length + bytes.Length));
        }

        bytes.CopyTo(_room.AsSpan(_length));
        _length += bytes.Length;
    }
}
