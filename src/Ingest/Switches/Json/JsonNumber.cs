namespace Perimeter.Ingest.Switches.Json;

/// <summary>Numbers of JSON: RFC 8259, section 6.</summary>
internal static class JsonNumber
{
    public static bool Is(ReadOnlySpan<byte> text)
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
}
