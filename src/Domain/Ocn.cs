using System.Text;

namespace Perimeter.Domain;

/// <summary>
/// An operating company number (ATIS-0300251): four letters and digits, packed as their ASCII codes. The default is none.
/// Zeros in front that a spreadsheet took are put back: <c>103</c> is <c>0103</c>.
/// </summary>
public readonly record struct Ocn(uint Packed)
{
    public const int Length = 4;

    public bool IsNone => Packed == 0;

    public static bool TryParse(ReadOnlySpan<byte> text, out Ocn ocn)
    {
        ocn = default;
        if (text.Length is 0 or > Length)
        {
            return false;
        }

        uint packed = 0;
        for (int i = text.Length - Length; i < text.Length; i++)
        {
            byte letter = i < 0 ? (byte)'0' : text[i];
            if (!char.IsAsciiLetterOrDigit((char)letter))
            {
                return false;
            }

            packed = (packed << 8) | (uint)char.ToUpperInvariant((char)letter);
        }

        ocn = new Ocn(packed);
        return true;
    }

    public override string ToString() => IsNone
        ? ""
        : Encoding.ASCII.GetString([(byte)(Packed >> 24), (byte)((Packed >> 16) & 0xFF), (byte)((Packed >> 8) & 0xFF), (byte)(Packed & 0xFF)]);
}
