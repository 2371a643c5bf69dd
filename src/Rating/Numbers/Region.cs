namespace Perimeter.Rating.Numbers;

/// <summary>A state or province by its two capital letters, packed. The default is "unknown".</summary>
internal readonly record struct Region(ushort Packed)
{
    public bool IsUnknown => Packed == 0;

    public static bool TryParse(ReadOnlySpan<char> text, out Region region)
    {
        bool ok = text.Length == 2 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1]);
        region = ok ? new Region((ushort)((text[0] << 8) | text[1])) : default;
        return ok;
    }

    public override string ToString() => IsUnknown ? "" : new string([(char)(Packed >> 8), (char)(Packed & 0xFF)]);
}
