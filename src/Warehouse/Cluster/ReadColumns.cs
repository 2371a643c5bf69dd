using Perimeter.Warehouse.Http;

namespace Perimeter.Warehouse.Cluster;

/// <summary>
/// The columns of the table that all shards are read by. It has all that the table with the rows has, and stores none of them: what is worked out of others
/// (ALIAS) is a plain column there, which each shard works out for itself. As an ALIAS of both, ClickHouse mixes columns up where more than one shard is read in
/// an order (its issues 81631, 86227 and 97899): other columns' values, without a word.
/// </summary>
internal static class ReadColumns
{
    /// <summary>Cuts expressions and encodings out of the column list that opens there, and indices and projections with their commas.</summary>
    public static void OfTable(SqlPieces sql, int opening)
    {
        int closing = sql.ClosingOf(opening);
        for (int first = opening + 1, next; first < closing; first = next + 1)
        {
            next = EndOfElement(sql, first, closing);
            if (sql.HasWords(first, "INDEX") || sql.HasWords(first, "PROJECTION") || sql.HasWords(first, "CONSTRAINT"))
            {
                sql.Remove(first - 1, next - 1);
            }
            else
            {
                // A name may be the word for something else: codec is a column.
                CutExpressions(sql, first + 1, next);
            }
        }
    }

    /// <summary>The same of the columns that an ALTER adds or modifies: its commands begin there.</summary>
    public static void OfAlter(SqlPieces sql, int commands)
    {
        for (int first = commands, next; first < sql.Tokens.Count; first = next + 1)
        {
            next = EndOfElement(sql, first, sql.Tokens.Count);
            int name = first + 2;
            while (sql.HasWords(name, "IF") || sql.HasWords(name, "NOT") || sql.HasWords(name, "EXISTS"))
            {
                name++;
            }

            CutExpressions(sql, name + 1, next);
        }
    }

    private static int EndOfElement(SqlPieces sql, int first, int end)
    {
        int at = first;
        while (at < end && !(sql.HasSymbol(at, ',') && sql.Tokens[at].Depth == sql.Tokens[first].Depth))
        {
            at++;
        }

        return at;
    }

    private static void CutExpressions(SqlPieces sql, int from, int end)
    {
        int cut = -1;
        for (int at = from; at < end; at++)
        {
            if (BeginsCut(sql, at))
            {
                cut = cut < 0 ? at : cut;
            }
            else if (cut >= 0 && EndsCut(sql, at) && sql.Tokens[at].Depth == sql.Tokens[cut].Depth)
            {
                sql.Remove(cut, at - 1);
                cut = -1;
            }
        }

        if (cut >= 0)
        {
            sql.Remove(cut, end - 1);
        }
    }

    private static bool BeginsCut(SqlPieces sql, int at) => sql.HasWords(at, "ALIAS") || sql.HasWords(at, "DEFAULT") || sql.HasWords(at, "MATERIALIZED") || IsCodec(sql, at);

    private static bool EndsCut(SqlPieces sql, int at) =>
        (sql.HasWords(at, "COMMENT") && at + 1 < sql.Tokens.Count && sql.Tokens[at + 1].Kind == SqlTokenKind.Text) || sql.HasWords(at, "AFTER") || sql.HasWords(at, "FIRST");

    private static bool IsCodec(SqlPieces sql, int at) => sql.HasWords(at, "CODEC") && sql.HasSymbol(at + 1, '(');
}
