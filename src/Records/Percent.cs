namespace Perimeter.Records;

/// <summary>Percent-encoding, as in addresses and forms.</summary>
public static class Percent
{
    /// <summary>Resolves %XX; what is no such escape stays as it is. <paramref name="to"/> may be <paramref name="from"/> itself.</summary>
    /// <param name="plusIsBlank">As in forms.</param>
    /// <returns>The length of what was written.</returns>
    public static int Decode(ReadOnlySpan<byte> from, Span<byte> to, bool plusIsBlank = false)
    {
        int written = 0;
        for (int i = 0; i < from.Length; i++)
        {
            byte b = from[i];
            if (b == '%' && i + 2 < from.Length && Hex(from[i + 1]) is >= 0 and int high && Hex(from[i + 2]) is >= 0 and int low)
            {
                b = (byte)((high << 4) | low);
                i += 2;
            }
            else if (b == '+' && plusIsBlank)
            {
                b = (byte)' ';
            }

            to[written++] = b;
        }

        return written;
    }

    private static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
