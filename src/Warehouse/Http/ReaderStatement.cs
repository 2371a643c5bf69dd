using System.Collections.Frozen;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// One statement that was found to read and nothing else, with its SETTINGS clause lifted out, since the engine takes no settings once it is locked.
/// The engine's own <c>readonly = 1</c> comes after this and stops most of what is refused here a second time;
/// docs/decisions tells what it does not stop.
/// </summary>
internal sealed class ReaderStatement
{
    private static readonly FrozenSet<string> Verbs =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS");

    private static readonly FrozenSet<string> Queries = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "SELECT", "WITH", "FROM");

    // What the engine would run, some of it even when it is read-only.
    private static readonly FrozenSet<string> RefusedVerbs = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "ALTER", "ATTACH", "BACKUP", "BEGIN", "CHECK", "COMMIT", "COPY", "CREATE", "DELETE", "DETACH", "DROP", "EXCHANGE", "EXECUTE", "GRANT", "INSERT",
        "KILL", "MOVE", "OPTIMIZE", "RENAME", "REPLACE", "RESTORE", "REVOKE", "ROLLBACK", "SET", "SNAPSHOT", "START", "SYSTEM", "TRUNCATE", "UNDROP",
        "UPDATE", "USE", "WATCH");

    private static readonly FrozenSet<string> Explained =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "AST", "SYNTAX", "PLAN", "PIPELINE", "ESTIMATE", "QUERY", "TREE");

    private ReaderStatement(string sql, string? format, bool isQuery, List<KeyValuePair<string, string>> settings, List<string> nameParameters)
    {
        Sql = sql;
        Format = format;
        IsQuery = isQuery;
        Settings = settings;
        NameParameters = nameParameters;
    }

    /// <summary>As long as what was sent, with blanks for comments and settings.</summary>
    public string Sql { get; }

    /// <summary>Of its FORMAT clause; null where it has none.</summary>
    public string? Format { get; }

    /// <summary>A SELECT in one of its forms: the engine streams no other.</summary>
    public bool IsQuery { get; }

    /// <summary>Of its SETTINGS clause, as written, unquoted.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; }

    /// <summary>Parameters whose values stand where a name does.</summary>
    public IReadOnlyList<string> NameParameters { get; }

    /// <exception cref="ClickHouseException">It would do more than read, or cannot be told apart from such a one.</exception>
    public static ReaderStatement Check(string text, ReaderFunctions functions)
    {
        char[] statement = text.ToCharArray();
        List<SqlToken> tokens = SqlTokens.Cut(statement);
        while (tokens.Count > 0 && tokens[^1].IsSymbol(';'))
        {
            tokens.RemoveAt(tokens.Count - 1);
        }

        if (tokens.Count == 0)
        {
            throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, "Syntax error: Empty query.");
        }

        if (tokens.FindIndex(token => token.IsSymbol(';')) is >= 0 and int second)
        {
            throw ReaderErrors.Refusal(
                ReaderErrors.SyntaxError, $"Syntax error (Multi-statements are not allowed): failed at position {tokens[second].Start + 1} (;).");
        }

        bool isQuery = CheckVerb(tokens);
        CheckOutfile(tokens);
        functions.Check(tokens);
        ReaderTables.Check(tokens);
        List<KeyValuePair<string, string>> settings = SettingsClause.Lift(tokens, statement);
        return new ReaderStatement(new string(statement), FormatOf(tokens), isQuery, settings, [.. ReaderTables.NameParameters(tokens)]);
    }

    private static bool CheckVerb(List<SqlToken> tokens)
    {
        int first = tokens.FindIndex(token => !token.IsSymbol('('));
        if (first < 0 || tokens[first].Kind != SqlTokenKind.Word || !Verbs.Contains(tokens[first].Value))
        {
            throw RefusedVerb(tokens[Math.Max(first, 0)]);
        }

        SqlToken verb = tokens[first];
        if (verb.IsWord("EXPLAIN"))
        {
            CheckExplained(tokens, first + 1);
        }

        if (Queries.Contains(verb.Value) && FollowedBy(tokens, "INSERT", "INTO") is { } insert)
        {
            throw RefusedVerb(insert);
        }

        return Queries.Contains(verb.Value);
    }

    /// <summary>EXPLAIN takes any statement, TABLE OVERRIDE and its own options before it.</summary>
    private static void CheckExplained(List<SqlToken> tokens, int at)
    {
        while (at < tokens.Count && tokens[at].Kind == SqlTokenKind.Word && Explained.Contains(tokens[at].Value))
        {
            at++;
        }

        while (at + 2 < tokens.Count && tokens[at].IsName && tokens[at + 1].IsSymbol('='))
        {
            at += 3;
            if (at < tokens.Count && tokens[at].IsSymbol(','))
            {
                at++;
            }
        }

        if (at >= tokens.Count || !(tokens[at].IsSymbol('(') || (tokens[at].Kind == SqlTokenKind.Word && Queries.Contains(tokens[at].Value))))
        {
            throw RefusedVerb(tokens[Math.Min(at, tokens.Count - 1)]);
        }
    }

    private static void CheckOutfile(List<SqlToken> tokens)
    {
        if (FollowedBy(tokens, "INTO", "OUTFILE") is not null)
        {
            throw ReaderErrors.Refusal(ReaderErrors.IntoOutfileNotAllowed, "INTO OUTFILE is not allowed.");
        }
    }

    private static SqlToken? FollowedBy(List<SqlToken> tokens, string word, string next)
    {
        for (int i = 0; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].IsWord(word) && tokens[i + 1].IsWord(next))
            {
                return tokens[i];
            }
        }

        return null;
    }

    private static ClickHouseException RefusedVerb(SqlToken token) =>
        token.Kind == SqlTokenKind.Word && RefusedVerbs.Contains(token.Value)
            ? ReaderErrors.Refusal(ReaderErrors.Readonly, $"Cannot execute query in readonly mode: {token.Value.ToUpperInvariant()} does more than read.")
            : ReaderErrors.Refusal(
                ReaderErrors.SyntaxError,
                $"Syntax error: failed at position {token.Start + 1} ({token.Value}). Expected one of: {string.Join(", ", Verbs.Order(StringComparer.Ordinal))}.");

    private static string? FormatOf(List<SqlToken> tokens) =>
        tokens.Count >= 3 && tokens[^2].IsWord("FORMAT") && tokens[^2].Depth == 0 && tokens[^1].IsName ? tokens[^1].Value : null;
}
