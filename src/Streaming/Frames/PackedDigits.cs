using System.Buffers.Binary;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>Texts of up to 16 ASCII digits at two digits a byte, eight digits at a time.</summary>
internal static class PackedDigits
{
    public const int MaxDigits = 16;

    /// <summary>Eight times '0'.</summary>
    private const ulong Zeros = 0x3030303030303030;

    public static int BytesFor(int digits) => (digits + 1) / 2;

    /// <summary>Packs the digits of the text; what is behind its end is packed as zeros.</summary>
    /// <returns>False where it holds anything but digits, or too many.</returns>
    public static bool TryPack(ReadOnlySpan<byte> text, out ulong packed)
    {
        packed = 0;
        if (text.Length > MaxDigits)
        {
            return false;
        }

        ulong low = Padded(text);
        ulong high = text.Length > sizeof(ulong) ? Padded(text[sizeof(ulong)..]) : Zeros;
        packed = Pack(low) | (Pack(high) << 32);
        return Digits.AreEight(low) && Digits.AreEight(high);
    }

    /// <summary>Writes 16 digits.</summary>
    public static void Unpack(ulong packed, Span<byte> digits)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(digits, Unpack((uint)(packed & uint.MaxValue)));
        BinaryPrimitives.WriteUInt64LittleEndian(digits[sizeof(ulong)..], Unpack((uint)(packed >> 32)));
    }

    /// <summary>The first 8 bytes of the text, and '0' behind its end.</summary>
    private static ulong Padded(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(text);
        }

        ulong padded = Zeros;
        for (int i = 0; i < text.Length; i++)
        {
            padded ^= (ulong)(text[i] ^ '0') << (8 * i);
        }

        return padded;
    }

    private static ulong Pack(ulong ascii)
    {
        // Two neighbours into one byte, then the bytes together: the first digit is the high half of the lowest byte.
        ulong digits = ascii & 0x0F0F0F0F0F0F0F0F;
        ulong pairs = ((digits << 4) | (digits >> 8)) & 0x00FF00FF00FF00FF;
        pairs = (pairs | (pairs >> 8)) & 0x0000FFFF0000FFFF;
        return (pairs | (pairs >> 16)) & 0x00000000FFFFFFFF;
    }

    private static ulong Unpack(uint packed)
    {
        ulong pairs = packed;
        pairs = (pairs | (pairs << 16)) & 0x0000FFFF0000FFFF;
        pairs = (pairs | (pairs << 8)) & 0x00FF00FF00FF00FF;
        return (((pairs >> 4) | (pairs << 8)) & 0x0F0F0F0F0F0F0F0F) | 0x3030303030303030;
    }
}
