using System.Buffers;
using System.Buffers.Text;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Takes off what mod_json_cdr wraps a document in, by what the bytes are: plain JSON, a form (cdr=...), percent-encoded or base64. The Content-Type tells nothing: it
/// is missing with disable-100-continue. Files of the error directory are wrapped likewise, but for the name of the form's field.
/// </summary>
internal sealed class FreeSwitchBody
{
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n\0"u8);

    private byte[] _decoded = [];
    private byte[] _fromBase64 = [];

    /// <summary>Whether the last one was percent-encoded as a whole.</summary>
    public bool WasEncoded { get; private set; }

    /// <returns>What should be the document; empty where the bytes are nothing of this kind. Valid until the next one is unwrapped.</returns>
    public ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> body)
    {
        WasEncoded = false;
        body = Trim(body.StartsWith("\uFEFF"u8) ? body[3..] : body);
        bool isForm = body.StartsWith("cdr="u8);
        if (isForm)
        {
            body = Trim(body["cdr="u8.Length..]);
        }

        if (body.IsEmpty || body[0] == '{')
        {
            return body;
        }

        if (body.Contains((byte)'%'))
        {
            // FreeSWITCH encodes plus signs; where they are there, a proxy between encoded again, and means blanks.
            Grow(ref _decoded, body.Length);
            body = _decoded.AsSpan(0, Percent.Decode(body, _decoded, plusIsBlank: isForm && body[0] == '%'));
            if (Trim(body) is [(byte)'{', ..] json)
            {
                WasEncoded = true;
                return json;
            }
        }

        Grow(ref _fromBase64, body.Length);
        return Base64.DecodeFromUtf8(body, _fromBase64, out _, out int bytes) == OperationStatus.Done && Trim(_fromBase64.AsSpan(0, bytes)) is [(byte)'{', ..] text ? text : [];
    }

    private static void Grow(ref byte[] room, int length)
    {
        if (room.Length < length)
        {
            room = new byte[Math.Max(length, room.Length * 2)];
        }
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [> (byte)' ', .., > (byte)' '])
        {
            return bytes;
        }

        int start = bytes.IndexOfAnyExcept(Blank);
        return start < 0 ? [] : bytes[start..(bytes.LastIndexOfAnyExcept(Blank) + 1)];
    }
}
