using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>Texts of up to 16 ASCII digits at two digits a byte, all of a text at once. The first digit is the high half of the first byte.</summary>
internal static class PackedDigits
{
    public const int MaxDigits = 16;

    public static int BytesFor(int digits) => (digits + 1) / 2;

    /// <summary>Packs the digits of a text; what is behind its end is packed as zeros.</summary>
    /// <returns>False where it holds anything but digits, or too many.</returns>
    public static bool TryPack(ReadOnlySpan<byte> arena, TextSpan text, out ulong packed)
    {
        packed = 0;
        if ((uint)text.Length > MaxDigits)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = arena[text.Offset..];
        if (bytes.Length >= MaxDigits)
        {
            return TryPack(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(bytes)), text.Length, out packed);
        }

        Span<byte> last = stackalloc byte[MaxDigits];
        last.Clear();
        bytes.CopyTo(last);
        return TryPack(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(last)), text.Length, out packed);
    }

    /// <summary>Writes 16 digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ulong packed, Span<byte> digits)
    {
        // Numbers of 16 bits: the high half of a byte comes first.
        Vector128<ushort> pairs = Vector128.WidenLower(Vector128.CreateScalarUnsafe(packed).AsByte());
        Vector128<ushort> ascii = (pairs >>> 4) | ((pairs & Vector128.Create((ushort)0x0F)) << 8) | Vector128.Create((ushort)0x3030);
        ascii.AsByte().StoreUnsafe(ref digits[..MaxDigits][0]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPack(Vector128<byte> text, int length, out ulong packed)
    {
        Vector128<byte> isText = Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)length));
        Vector128<byte> digits = (text - Vector128.Create((byte)'0')) & isText;
        Vector128<ushort> pairs = (digits.AsUInt16() << 4) | (digits.AsUInt16() >>> 8);
        packed = Vector128.Narrow(pairs & Vector128.Create((ushort)byte.MaxValue), Vector128<ushort>.Zero).AsUInt64()[0];
        return !Vector128.GreaterThanAny(digits, Vector128.Create((byte)9));
    }
}
