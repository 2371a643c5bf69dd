namespace Perimeter.Warehouse;

/// <summary>Texts and names as ClickHouse's SQL writes them.</summary>
internal static class SqlText
{
    public static string Quoted(string text) => Within('\'', text);

    public static string QuotedName(string name) => Within('`', name);

    private static string Within(char quote, string text) =>
        quote + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace($"{quote}", $"\\{quote}", StringComparison.Ordinal) + quote;
}
