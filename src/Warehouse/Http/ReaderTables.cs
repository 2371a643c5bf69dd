using System.Collections.Frozen;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// The embedded engine takes the name of a file for a table: <c>FROM '/etc/hosts'</c>, <c>FROM "/etc/hosts"</c>. Locked, it refuses to read one,
/// unless the file was read by some other connection before; and its refusal tells that there is such a file. So names like paths are refused first.
/// </summary>
internal static class ReaderTables
{
    private static readonly FrozenSet<string> EndOfTables = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "SELECT", "WHERE", "PREWHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "WINDOW", "QUALIFY", "FORMAT", "SETTINGS", "INTO");

    private static readonly FrozenSet<string> QueryWords =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS");

    private static readonly FrozenSet<string> TableFollows =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "FROM", "JOIN", "TABLE", "DESCRIBE", "DESC", "EXISTS", "VIEW");

    public static void Check(List<SqlToken> tokens)
    {
        // Of every open bracket: whether it holds a query, and whether that is where tables stand.
        Stack<(bool IsQuery, bool InTables)> open = [];
        (bool IsQuery, bool InTables) here = (true, false);
        for (int i = 0; i < tokens.Count; i++)
        {
            SqlToken token = tokens[i];
            SqlToken? before = i > 0 ? tokens[i - 1] : null;
            if (token.Kind == SqlTokenKind.QuotedName && IsPath(token.Value))
            {
                throw Refused(token.Value);
            }

            if (token.Kind == SqlTokenKind.Text && StandsForTable(before, here.IsQuery, here.InTables))
            {
                throw Refused(token.Value);
            }

            if (token.Kind == SqlTokenKind.Word)
            {
                bool inTables = here.IsQuery && (token.IsWord("FROM") || token.IsWord("JOIN") || (here.InTables && !EndOfTables.Contains(token.Value)));
                here = (here.IsQuery, inTables);
            }
            else if (token.IsSymbol('(') || token.IsSymbol('[') || token.IsSymbol('{'))
            {
                open.Push(here);
                bool isQuery = i + 1 < tokens.Count && tokens[i + 1].Kind == SqlTokenKind.Word && QueryWords.Contains(tokens[i + 1].Value);

                // Brackets around a table, or around a query in brackets.
                bool around = i + 1 < tokens.Count && tokens[i + 1].IsSymbol('(');
                bool aroundTable = token.IsSymbol('(') && before is { } b && here.InTables && (b.IsSymbol(',') || b.IsWord("FROM") || b.IsWord("JOIN"));
                here = (isQuery || (around && here.IsQuery) || aroundTable, aroundTable);
            }
            else if (token.IsSymbol(')') || token.IsSymbol(']') || token.IsSymbol('}'))
            {
                here = open.Pop();
            }
        }
    }

    /// <summary>Names of parameters of the type Identifier.</summary>
    public static IEnumerable<string> NameParameters(List<SqlToken> tokens)
    {
        for (int i = 0; i + 3 < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol('{') && tokens[i + 1].IsName && tokens[i + 2].IsSymbol(':') && tokens[i + 3].IsWord("Identifier"))
            {
                yield return tokens[i + 1].Value;
            }
        }
    }

    /// <exception cref="ClickHouseException">The value of such a parameter names a file.</exception>
    public static void CheckNameParameter(string value)
    {
        if (IsPath(value))
        {
            throw Refused(value);
        }
    }

    private static bool StandsForTable(SqlToken? before, bool isQuery, bool inTables) =>
        before is { } b && isQuery
        && ((b.Kind == SqlTokenKind.Word && TableFollows.Contains(b.Value)) || (inTables && (b.IsSymbol(',') || b.IsSymbol('('))));

    private static bool IsPath(string name) =>
        name.StartsWith('/') || name.StartsWith('~') || name.Contains("../", StringComparison.Ordinal) || name.Contains(":/", StringComparison.Ordinal);

    private static ClickHouseException Refused(string name) =>
        ReaderErrors.Refusal(ReaderErrors.Readonly, $"Cannot execute query in readonly mode: '{name}' stands for a file where a table does.");
}
