namespace Perimeter.Warehouse.Http;

/// <summary>
/// SETTINGS at the end of a statement. In a subquery the engine applies them even when it is locked, <c>readonly = 0</c> among them:
/// there the clause is refused, whatever it holds.
/// </summary>
internal static class SettingsClause
{
    /// <summary>Takes the clause out of the tokens and blanks it in the statement.</summary>
    public static List<KeyValuePair<string, string>> Lift(List<SqlToken> tokens, char[] statement)
    {
        List<KeyValuePair<string, string>> settings = [];
        for (int i = tokens.Count - 3; i >= 0; i--)
        {
            if (!Begins(tokens, i))
            {
                continue;
            }

            if (tokens[i].Depth > 0)
            {
                throw ReaderErrors.Refusal(ReaderErrors.Readonly, "SETTINGS inside a subquery is not allowed: write it at the end of the statement, or in the URL.");
            }

            int end = Read(tokens, i + 1, settings);
            SqlTokens.Blank(statement.AsSpan(tokens[i].Start, tokens[end - 1].End - tokens[i].Start));
            tokens.RemoveRange(i, end - i);
        }

        return settings;
    }

    // A column may be called settings; no name and equals sign follow that. A dot after the name would be a name in parts.
    private static bool Begins(List<SqlToken> tokens, int at) =>
        tokens[at].IsWord("SETTINGS")
        && (at == 0 || !tokens[at - 1].IsSymbol('.'))
        && tokens[at + 1].IsName
        && (tokens[at + 2].IsSymbol('=') || tokens[at + 2].IsSymbol('.'));

    private static int Read(List<SqlToken> tokens, int at, List<KeyValuePair<string, string>> settings)
    {
        while (true)
        {
            if (at + 2 >= tokens.Count || !tokens[at].IsName || !tokens[at + 1].IsSymbol('='))
            {
                throw Malformed(tokens[Math.Min(at, tokens.Count - 1)]);
            }

            string name = tokens[at].Value;
            at += 2;
            string sign = "";
            if (tokens[at].IsSymbol('-') && at + 1 < tokens.Count)
            {
                sign = "-";
                at++;
            }

            SqlToken value = tokens[at++];
            if (value.Kind == SqlTokenKind.Symbol || value.Value.Contains('\\', StringComparison.Ordinal))
            {
                throw Malformed(value);
            }

            settings.Add(new(name, sign + value.Value + Fraction(tokens, ref at)));
            if (at >= tokens.Count || !tokens[at].IsSymbol(','))
            {
                return at;
            }

            at++;
        }
    }

    private static string Fraction(List<SqlToken> tokens, ref int at)
    {
        if (at + 1 >= tokens.Count || !tokens[at].IsSymbol('.') || tokens[at + 1].Kind != SqlTokenKind.Word)
        {
            return "";
        }

        at += 2;
        return "." + tokens[at - 1].Value;
    }

    private static ClickHouseException Malformed(SqlToken token) =>
        ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Syntax error: failed at position {token.Start + 1} ({token.Value}): SETTINGS takes name = value, with a number or a quoted text.");
}
