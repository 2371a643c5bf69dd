namespace Perimeter.Warehouse.Http;

internal enum SqlTokenKind
{
    /// <summary>Unquoted: a keyword, a name or a number.</summary>
    Word,

    /// <summary>A name in backticks or double quotes.</summary>
    QuotedName,

    /// <summary>A literal in single quotes.</summary>
    Text,

    Symbol,
}

/// <summary>A piece of a statement that matters. <see cref="Value"/> is the word, the name without its quotes, the literal without its quotes (escapes as written), or the symbol.</summary>
/// <param name="Depth">Brackets that are open around it; an opening and its closing bracket have the depth outside.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Value, int Start, int End, int Depth)
{
    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    /// <summary>A quoted name is never a keyword.</summary>
    public bool IsWord(string keyword) => Kind == SqlTokenKind.Word && Value.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(char symbol) => Kind == SqlTokenKind.Symbol && Value[0] == symbol;
}
