using System.Globalization;

namespace Perimeter.Domain;

/// <summary>A local access and transport area of the US, or what stands for one in Canada: 1 to 5 digits. The default is none.</summary>
public readonly record struct Lata(int Number)
{
    public const int MaxDigits = 5;

    public bool IsNone => Number == 0;

    /// <summary>Zeros in front say nothing: <c>00224</c> is <c>224</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Lata lata)
    {
        lata = default;
        if (text.Length is 0 or > MaxDigits || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        lata = new Lata(int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));
        return !lata.IsNone;
    }

    public override string ToString() => IsNone ? "" : Number.ToString(CultureInfo.InvariantCulture);
}
