namespace Perimeter.Domain;

/// <summary>An ISO 4217 code: three capital letters, packed one to a byte. The default is "none".</summary>
public readonly record struct CurrencyCode(int Packed)
{
    public static CurrencyCode Usd { get; } = Parse("USD");

    public static bool TryParse(ReadOnlySpan<char> text, out CurrencyCode code)
    {
        code = default;
        if (text.Length != 3 || !char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1]) || !char.IsAsciiLetterUpper(text[2]))
        {
            return false;
        }

        code = new CurrencyCode((text[0] << 16) | (text[1] << 8) | text[2]);
        return true;
    }

    /// <exception cref="FormatException">The text is not three capital letters.</exception>
    public static CurrencyCode Parse(string text) =>
        TryParse(text, out CurrencyCode code) ? code : throw new FormatException($"'{text}' is not an ISO 4217 currency code.");

    public override string ToString() =>
        Packed == 0 ? "" : new string([(char)(Packed >> 16), (char)((Packed >> 8) & 0xFF), (char)(Packed & 0xFF)]);
}
