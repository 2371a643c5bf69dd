namespace Perimeter.Records.Json;

/// <summary>Numbers of JSON: RFC 8259, section 6.</summary>
public static class JsonNumber
{
    /// <returns>Of the number that the text begins with; 0 where it begins with none.</returns>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        int first = text is [(byte)'-', ..] ? 1 : 0;
        int at = first;
        while ((uint)at < (uint)text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        return at == first || (at > first + 1 && text[first] == '0') ? 0
            : (uint)at < (uint)text.Length && (text[at] == '.' || (text[at] | 0x20) == 'e') ? WithFraction(text, at)
            : at;
    }

    private static int WithFraction(ReadOnlySpan<byte> text, int at)
    {
        int digits;
        if ((uint)at < (uint)text.Length && text[at] == '.')
        {
            digits = Digits(text, at + 1);
            if (digits == 0)
            {
                return 0;
            }

            at += 1 + digits;
        }

        if ((uint)at < (uint)text.Length && (text[at] | 0x20) == 'e')
        {
            at++;
            at += (uint)at < (uint)text.Length && text[at] is (byte)'+' or (byte)'-' ? 1 : 0;
            digits = Digits(text, at);
            return digits == 0 ? 0 : at + digits;
        }

        return at;
    }

    private static int Digits(ReadOnlySpan<byte> text, int start)
    {
        int at = start;
        while ((uint)at < (uint)text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        return at - start;
    }
}
