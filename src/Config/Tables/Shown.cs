using System.Text;

namespace Perimeter.Config;

/// <summary>What a person wrote, as messages quote it: short, on one line.</summary>
public static class Shown
{
    private const int MaxCharacters = 40;

    public static string Text(ReadOnlySpan<byte> utf8) =>
        Text(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, (MaxCharacters + 1) * 4)]));

    public static string Text(string text)
    {
        var shown = new StringBuilder("'");
        foreach (char c in text.Length > MaxCharacters ? text[..MaxCharacters] : text)
        {
            shown.Append(char.IsControl(c) ? ' ' : c);
        }

        return shown.Append(text.Length > MaxCharacters ? "...'" : "'").ToString();
    }
}
