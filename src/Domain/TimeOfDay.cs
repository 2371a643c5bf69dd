using System.Buffers.Binary;

namespace Perimeter.Domain;

/// <summary>A time of day such as "11:38:34", all of it at once.</summary>
public static class TimeOfDay
{
    public const int Bytes = sizeof(ulong);

    /// <summary>Where the colons are, first byte lowest.</summary>
    private const ulong Colons = 0x0000FF0000FF0000;

    private const ulong ColonsToZeros = Colons & 0x0A0A0A0A0A0A0A0A;

    /// <param name="text">Begins with it.</param>
    /// <param name="ms">Since midnight.</param>
    /// <returns>False where it does not.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out long ms)
    {
        unchecked
        {
            ulong ascii = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ ColonsToZeros;
            ulong digits = ascii ^ Digits.Zeros;
            ulong tens = (digits * 10) + (digits >> 8);
            long hour = (long)(tens & 0xFF);
            long minute = (long)((tens >> 24) & 0xFF);
            long second = (long)((tens >> 48) & 0xFF);
            ms = ((((hour * 60) + minute) * 60) + second) * 1000;
            return Digits.AreEight(ascii) && (digits & Colons) == 0 && hour < 24 && minute < 60 && second < 60;
        }
    }
}
