using System.Buffers;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// Cuts a statement as the engine's own lexer does, so that what is checked is what is run. Where the two could disagree the statement is refused:
/// dollar quoting, a backslash in a quoted name, any letter outside ASCII that is not quoted. Comments become blanks of the same length:
/// the engine then sees none, and the places in its messages stay right.
/// </summary>
internal static class SqlTokens
{
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");

    private static readonly SearchValues<char> SymbolCharacters = SearchValues.Create("()[]{},;.+-*/%=!<>?:|@^");

    /// <param name="statement">Without comments where this returns.</param>
    /// <exception cref="ClickHouseException">SYNTAX_ERROR.</exception>
    public static List<SqlToken> Cut(char[] statement)
    {
        List<SqlToken> tokens = [];
        int depth = 0;
        int at = 0;
        while (at < statement.Length)
        {
            char c = statement[at];
            if (c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
            {
                at++;
                continue;
            }

            int end = CommentEnd(statement, at);
            if (end > at)
            {
                Blank(statement.AsSpan(at, end - at));
            }
            else if (c is '\'' or '"' or '`')
            {
                end = QuoteEnd(statement, at);
                tokens.Add(new SqlToken(c == '\'' ? SqlTokenKind.Text : SqlTokenKind.QuotedName, Unquoted(statement, at, end), at, end, depth));
            }
            else if (c is 'x' or 'X' or 'b' or 'B' && at + 1 < statement.Length && statement[at + 1] == '\'')
            {
                end = BytesEnd(statement, at);
                tokens.Add(new SqlToken(SqlTokenKind.Text, new string(statement, at, end - at), at, end, depth));
            }
            else if (c != '$' && WordCharacters.Contains(c))
            {
                int length = statement.AsSpan(at).IndexOfAnyExcept(WordCharacters);
                end = length < 0 ? statement.Length : at + length;
                tokens.Add(new SqlToken(SqlTokenKind.Word, new string(statement, at, end - at), at, end, depth));
            }
            else
            {
                end = at + 1;
                depth = AddSymbol(tokens, c, at, depth);
            }

            at = end;
        }

        return tokens;
    }

    /// <summary>Blanks, apart from ends of lines: an error's line number stays right.</summary>
    public static void Blank(Span<char> span)
    {
        foreach (ref char c in span)
        {
            if (c is not '\n')
            {
                c = ' ';
            }
        }
    }

    private static int AddSymbol(List<SqlToken> tokens, char c, int at, int depth)
    {
        if (!SymbolCharacters.Contains(c))
        {
            string what = c == '$' ? "dollar quoting is not taken here, use single quotes" : "quote what is not ASCII";
            throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Unrecognized token: Syntax error: failed at position {at + 1} ({c}): {what}.");
        }

        if (c is ')' or ']' or '}' && --depth < 0)
        {
            throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Unmatched parentheses: {c} at position {at + 1} closes nothing.");
        }

        tokens.Add(new SqlToken(SqlTokenKind.Symbol, c.ToString(), at, at + 1, depth));
        return c is '(' or '[' or '{' ? depth + 1 : depth;
    }

    private static int CommentEnd(char[] statement, int at)
    {
        ReadOnlySpan<char> rest = statement.AsSpan(at);
        if (rest.StartsWith("--") || rest.StartsWith("//") || rest.StartsWith("# ") || rest.StartsWith("#!"))
        {
            int line = rest.IndexOf('\n');
            return line < 0 ? statement.Length : at + line;
        }

        if (!rest.StartsWith("/*"))
        {
            return at;
        }

        // They nest.
        int open = 1;
        for (int i = at + 2; i + 1 < statement.Length; i++)
        {
            if (statement[i] == '/' && statement[i + 1] == '*')
            {
                open++;
                i++;
            }
            else if (statement[i] == '*' && statement[i + 1] == '/')
            {
                i++;
                if (--open == 0)
                {
                    return i + 1;
                }
            }
        }

        throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Multiline comment is not closed: Syntax error: failed at position {at + 1}.");
    }

    private static int QuoteEnd(char[] statement, int at)
    {
        char quote = statement[at];
        for (int i = at + 1; i < statement.Length; i++)
        {
            if (statement[i] == '\\')
            {
                if (quote != '\'')
                {
                    throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Syntax error: failed at position {i + 1}: a quoted name holds no backslash here.");
                }

                i++;
            }
            else if (statement[i] == quote)
            {
                if (i + 1 >= statement.Length || statement[i + 1] != quote)
                {
                    return i + 1;
                }

                i++;
            }
        }

        throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Quoted string is not closed: Syntax error: failed at position {at + 1}.");
    }

    /// <summary>x'4A' and b'01', which know no escapes.</summary>
    private static int BytesEnd(char[] statement, int at)
    {
        int i = at + 2;
        while (i < statement.Length && char.IsAsciiHexDigit(statement[i]))
        {
            i++;
        }

        return i < statement.Length && statement[i] == '\''
            ? i + 1
            : throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Syntax error: failed at position {at + 1}: hexadecimal digits and a quote expected.");
    }

    private static string Unquoted(char[] statement, int start, int end)
    {
        string quote = statement[start].ToString();
        return new string(statement, start + 1, end - start - 2).Replace(quote + quote, quote, StringComparison.Ordinal);
    }
}
