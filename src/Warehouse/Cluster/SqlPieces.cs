using System.Text;
using Perimeter.Warehouse.Http;

namespace Perimeter.Warehouse.Cluster;

/// <summary>A statement cut into tokens, of which some are replaced; all between them stays as it is, comments apart.</summary>
internal sealed class SqlPieces
{
    private readonly string _text;
    private readonly SortedList<int, (int End, string Text)> _replaced = [];

    private SqlPieces(string text, List<SqlToken> tokens)
    {
        _text = text;
        Tokens = tokens;
    }

    public IReadOnlyList<SqlToken> Tokens { get; }

    /// <exception cref="ClickHouseException">It cannot be cut into tokens.</exception>
    public static SqlPieces Cut(string statement)
    {
        char[] characters = statement.ToCharArray();
        List<SqlToken> tokens = SqlTokens.Cut(characters);
        return new SqlPieces(new string(characters), tokens);
    }

    /// <summary>The text of some tokens that follow one another, as written.</summary>
    public string Between(SqlToken first, SqlToken last) => _text[first.Start..last.End];

    public void Replace(SqlToken token, string text) => Replace(token, token, text);

    public void Replace(SqlToken first, SqlToken last, string text) => _replaced.Add(first.Start, (last.End, text));

    /// <summary>Takes tokens out, with the blanks before them.</summary>
    public void Remove(int first, int last) => _replaced.Add(Tokens[first - 1].End, (Tokens[last].End, ""));

    /// <summary>Whether the words stand there, one after the other.</summary>
    public bool HasWords(int at, params ReadOnlySpan<string> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            if (at + i >= Tokens.Count || !Tokens[at + i].IsWord(words[i]))
            {
                return false;
            }
        }

        return true;
    }

    public bool HasSymbol(int at, char symbol) => at < Tokens.Count && Tokens[at].IsSymbol(symbol);

    /// <summary>Where the bracket closes that opens there.</summary>
    public int ClosingOf(int opening)
    {
        int at = opening + 1;
        while (Tokens[at].Depth > Tokens[opening].Depth)
        {
            at++;
        }

        return at;
    }

    public override string ToString()
    {
        var whole = new StringBuilder();
        int at = 0;
        foreach ((int start, (int end, string text)) in _replaced)
        {
            whole.Append(_text.AsSpan(at, start - at)).Append(text);
            at = end;
        }

        return whole.Append(_text.AsSpan(at)).ToString().Trim();
    }
}
