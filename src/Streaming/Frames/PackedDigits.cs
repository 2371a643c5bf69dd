using System.Buffers.Binary;

namespace Perimeter.Streaming;

/// <summary>Texts of up to 16 ASCII digits at two digits a byte, eight digits at a time.</summary>
internal static class PackedDigits
{
    public const int MaxDigits = 16;

    public static int BytesFor(int digits) => (digits + 1) / 2;

    /// <summary>Packs the digits; <paramref name="padded"/> is the text followed by zeros ('0') up to 16 bytes.</summary>
    /// <returns>False where it holds anything but digits.</returns>
    public static bool TryPack(ReadOnlySpan<byte> padded, out ulong packed)
    {
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(padded);
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(padded[sizeof(ulong)..]);
        packed = Pack(low) | (Pack(high) << 32);
        return AreDigits(low) && AreDigits(high);
    }

    /// <summary>Writes 16 digits.</summary>
    public static void Unpack(ulong packed, Span<byte> digits)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(digits, Unpack((uint)(packed & uint.MaxValue)));
        BinaryPrimitives.WriteUInt64LittleEndian(digits[sizeof(ulong)..], Unpack((uint)(packed >> 32)));
    }

    private static bool AreDigits(ulong ascii) =>
        (((ascii & 0xF0F0F0F0F0F0F0F0) ^ 0x3030303030303030) | ((unchecked(ascii + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) ^ 0x3030303030303030)) == 0;

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
