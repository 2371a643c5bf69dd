using System.Buffers.Binary;
using System.Buffers.Text;

namespace Perimeter.Domain;

/// <summary>Whole numbers of decimal digits alone, eight digits at once.</summary>
public static class Digits
{
    private const int Together = 8;

    /// <summary>So many fit 64 bits whatever they are.</summary>
    private const int Most = 18;

    /// <summary>"00000000".</summary>
    internal const ulong Zeros = 0x3030303030303030;

    private const ulong HighHalves = 0xF0F0F0F0F0F0F0F0;

    /// <summary>Whether eight bytes are all digits: nothing but their low halves differs from zeros, and 6 added to those stays within them.</summary>
    public static bool AreEight(ulong ascii)
    {
        ulong digits = ascii ^ Zeros;
        return ((digits | unchecked(digits + 0x0606060606060606)) & HighHalves) == 0;
    }

    /// <summary>A whole number, perhaps with a sign, and nothing else.</summary>
    public static bool TryParseSigned(ReadOnlySpan<byte> ascii, out long number) =>
        TryParse(ascii, out number) || (Utf8Parser.TryParse(ascii, out number, out int used) && used == ascii.Length);

    /// <returns>False where there is none, something else among them, or more than 18.</returns>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out long number)
    {
        number = 0;
        if (ascii.Length is 0 or > Most)
        {
            return false;
        }

        unchecked
        {
            while (ascii.Length >= Together)
            {
                ulong digits = BinaryPrimitives.ReadUInt64LittleEndian(ascii);
                if (!AreEight(digits))
                {
                    return false;
                }

                // Pairs, fours and eights of digits, the first of each counting more.
                digits ^= Zeros;
                digits = (digits * 10) + (digits >> 8);
                digits = (((digits & 0x000000FF000000FF) * 0x000F424000000064) + (((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
                number = (number * 100_000_000) + (long)digits;
                ascii = ascii[Together..];
            }

            foreach (byte digit in ascii)
            {
                uint value = (uint)(digit - '0');
                if (value > 9)
                {
                    return false;
                }

                number = (number * 10) + value;
            }
        }

        return true;
    }
}
