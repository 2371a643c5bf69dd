using System.Buffers.Binary;

namespace Perimeter.Ingest.Switches;

/// <summary>A time of day such as "11:38:34", all of it at once.</summary>
internal static class TimeOfDay
{
    public const int Bytes = sizeof(ulong);

    // "00:00:00", first byte lowest, and its colons.
    private const ulong Midnight = 0x30303A30303A3030;
    private const ulong Colons = 0x0000FF0000FF0000;

    /// <param name="text">Begins with it.</param>
    /// <param name="ms">Since midnight.</param>
    /// <returns>False where it does not.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out long ms)
    {
        unchecked
        {
            ulong digits = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ Midnight;
            ulong tens = (digits * 10) + (digits >> 8);
            long hour = (long)(tens & 0xFF);
            long minute = (long)((tens >> 24) & 0xFF);
            long second = (long)((tens >> 48) & 0xFF);
            ms = ((((hour * 60) + minute) * 60) + second) * 1000;

            // What is no digit has a bit outside of its low half, or carries into it by the 6 added.
            return (((digits + 0x0606060606060606) | digits) & 0xF0F0F0F0F0F0F0F0) == 0 && (digits & Colons) == 0 && hour < 24 && minute < 60 && second < 60;
        }
    }
}
