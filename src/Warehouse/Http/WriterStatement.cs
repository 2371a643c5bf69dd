using System.Collections.Frozen;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// One statement of the writer. It may change tables, but reaches no further than they: the functions that readers may not call are refused to it too,
/// and a table lies in the data folder. The body of an insert is read by the engine as a server reads it: by its own reader of the format.
/// </summary>
internal sealed class WriterStatement
{
    private static readonly FrozenSet<string> Verbs = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "INSERT", "KILL", "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "EXCHANGE", "OPTIMIZE", "SYSTEM");

    private static readonly FrozenSet<string> Queries = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "SELECT", "WITH");

    private readonly string _sql;
    private readonly List<SqlToken> _tokens;

    private WriterStatement(string sql, List<SqlToken> tokens)
    {
        _sql = sql;
        _tokens = tokens;
    }

    /// <summary>Of the FORMAT at the end; null where there is none.</summary>
    public string? Format => _tokens.Count >= 3 && _tokens[^2].IsWord("FORMAT") && _tokens[^2].Depth == 0 && _tokens[^1].IsName ? _tokens[^1].Value : null;

    public bool IsQuery => Queries.Contains(_tokens[0].Value);

    /// <summary>An insert whose rows are the body of its request.</summary>
    public bool HasBody => _tokens[0].IsWord("INSERT") && Format is not null;

    public bool IsKill => _tokens.Count > 2 && _tokens[0].IsWord("KILL") && _tokens[1].IsWord("QUERY") && _tokens[2].IsWord("WHERE");

    public string Sql => _sql;

    /// <exception cref="ClickHouseException">It cannot be read, or is not taken here.</exception>
    public static WriterStatement Read(string text, ReaderFunctions functions)
    {
        char[] statement = text.ToCharArray();
        List<SqlToken> tokens = SqlTokens.Cut(statement);
        while (tokens.Count > 0 && tokens[^1].IsSymbol(';'))
        {
            statement[tokens[^1].Start] = ' ';
            tokens.RemoveAt(tokens.Count - 1);
        }

        if (tokens.Count == 0 || tokens.Exists(token => token.IsSymbol(';')))
        {
            throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, "Syntax error: one statement at a time.");
        }

        if (tokens[0].Kind != SqlTokenKind.Word || !Verbs.Contains(tokens[0].Value))
        {
            throw ReaderErrors.Refusal(
                ReaderErrors.SyntaxError, $"Syntax error: failed at position 1 ({tokens[0].Value}). Expected one of: {string.Join(", ", Verbs.Order(StringComparer.Ordinal))}.");
        }

        bool insert = tokens[0].IsWord("INSERT");
        functions.Check(insert ? [.. tokens.Where(token => !token.IsWord("input"))] : tokens);
        ReaderTables.Check(tokens);
        CheckEngine(tokens);
        return new WriterStatement(new string(statement), tokens);
    }

    /// <summary>The condition of a KILL QUERY, over the column query_id.</summary>
    public string KillCondition()
    {
        SqlToken last = _tokens[^1];
        bool isMode = last.IsWord("SYNC") || last.IsWord("ASYNC") || last.IsWord("TEST");
        return _sql[_tokens[2].End..(isMode ? last.Start : last.End)];
    }

    /// <summary>The insert with a file in place of its body.</summary>
    public string FromFile(string path)
    {
        string format = Format!;
        string withoutFormat = _sql[.._tokens[^2].Start];
        int input = _tokens.FindIndex(token => token.IsWord("input"));
        if (input < 0)
        {
            return $"{withoutFormat} SELECT * FROM file({SqlText.Quoted(path)}, {format})";
        }

        if (input + 3 >= _tokens.Count || !_tokens[input + 1].IsSymbol('(') || _tokens[input + 2].Kind != SqlTokenKind.Text || !_tokens[input + 3].IsSymbol(')'))
        {
            throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Syntax error: failed at position {_tokens[input].Start + 1} (input): input takes one text, the structure.");
        }

        string structure = _sql[_tokens[input + 2].Start.._tokens[input + 2].End];
        return $"{withoutFormat[.._tokens[input].Start]}file({SqlText.Quoted(path)}, {format}, {structure}){withoutFormat[_tokens[input + 3].End..]}";
    }

    private static void CheckEngine(List<SqlToken> tokens)
    {
        for (int i = 0; i + 2 < tokens.Count; i++)
        {
            if (tokens[i].IsWord("ENGINE") && tokens[i + 1].IsSymbol('=') && !tokens[i + 2].Value.EndsWith("MergeTree", StringComparison.Ordinal))
            {
                throw ReaderErrors.Refusal(ReaderErrors.SupportIsDisabled, $"Tables of the engine {tokens[i + 2].Value} are not made here: of the MergeTree family only.");
            }
        }
    }
}
