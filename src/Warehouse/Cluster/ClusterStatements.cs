using System.Collections.Frozen;
using Perimeter.Warehouse.Http;

namespace Perimeter.Warehouse.Cluster;

/// <summary>
/// Statements that are written for one server, as a cluster needs them: one schema for both. They are changed token by token, and what is not known is refused,
/// so that nothing is ever made half for one server and half for many. Statements that read need no change: every name they know is there.
/// </summary>
internal static class ClusterStatements
{
    private const string Replicated = "Replicated";

    private static readonly FrozenSet<string> Families = FrozenSet.Create(
        StringComparer.Ordinal, "MergeTree", "ReplacingMergeTree", "AggregatingMergeTree", "SummingMergeTree", "CollapsingMergeTree", "VersionedCollapsingMergeTree");

    /// <summary>What alters columns, which the table that is read has as well.</summary>
    private static readonly FrozenSet<string> OfColumns = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "ADD COLUMN", "MODIFY COLUMN", "COMMENT COLUMN", "DROP COLUMN", "RENAME COLUMN");

    /// <summary>What only the table that holds the rows knows.</summary>
    private static readonly FrozenSet<string> OfRows = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "DROP PARTITION");

    /// <summary>What is run in place of a statement of the schema, or of one that drops rows: in this order.</summary>
    /// <exception cref="ArgumentException">It is not known what becomes of it on a cluster.</exception>
    public static IReadOnlyList<string> Of(string statement, WarehouseCluster cluster)
    {
        SqlPieces sql = SqlPieces.Cut(statement);
        if (sql.HasWords(0, "CREATE", "TABLE", "IF", "NOT", "EXISTS"))
        {
            return Table(statement, 5, cluster);
        }

        if (sql.HasWords(0, "CREATE", "OR", "REPLACE", "VIEW"))
        {
            return [View(sql, 4, cluster)];
        }

        return sql.HasWords(0, "ALTER", "TABLE")
            ? Alter(statement, sql, cluster)
            : throw Unknown(sql, "Known are CREATE TABLE IF NOT EXISTS, CREATE OR REPLACE VIEW and ALTER TABLE");
    }

    /// <summary>An <c>INSERT INTO table (columns) SELECT</c> into the connected server's own part of the table.</summary>
    /// <exception cref="ArgumentException">As above.</exception>
    public static (string Table, string Sql) Insert(string statement)
    {
        SqlPieces sql = SqlPieces.Cut(statement);
        if (!sql.HasWords(0, "INSERT", "INTO"))
        {
            throw Unknown(sql, "Known is INSERT INTO table (columns) SELECT");
        }

        SqlToken table = Name(sql, 2);
        sql.Replace(table, ClusterTables.WrittenAs(table.Value));
        return (table.Value, sql.ToString());
    }

    private static string[] Table(string statement, int nameAt, WarehouseCluster cluster)
    {
        SqlPieces sql = SqlPieces.Cut(statement);
        SqlToken name = Name(sql, nameAt);
        string table = name.Value;
        if (!sql.HasSymbol(nameAt + 1, '('))
        {
            throw Unknown(sql, "The table names no columns");
        }

        sql.Replace(name, $"{cluster.Full(ClusterTables.WrittenAs(table))} {cluster.OnCluster}");
        ReplaceEngine(sql, table);
        return ClusterTables.IsSharded(table) ? [sql.ToString(), Reading(statement, nameAt, cluster)] : [sql.ToString()];
    }

    /// <summary>The table by whose name all shards are read.</summary>
    private static string Reading(string statement, int nameAt, WarehouseCluster cluster)
    {
        SqlPieces sql = SqlPieces.Cut(statement);
        SqlToken name = sql.Tokens[nameAt];
        sql.Replace(name, $"{cluster.Full(name.Value)} {cluster.OnCluster}");
        ReadColumns.OfTable(sql, nameAt + 1);
        int comment = OutermostWord(sql, "COMMENT");
        string said = comment >= 0 ? $"\nCOMMENT {sql.Between(sql.Tokens[comment + 1], sql.Tokens[comment + 1])}" : "";
        sql.Replace(sql.Tokens[OutermostWord(sql, "ENGINE")], sql.Tokens[^1], $"ENGINE = {cluster.Distributed(name.Value)}{said}");
        return sql.ToString();
    }

    private static void ReplaceEngine(SqlPieces sql, string table)
    {
        int at = OutermostWord(sql, "ENGINE");
        if (at < 0 || !sql.HasSymbol(at + 1, '=') || at + 2 >= sql.Tokens.Count)
        {
            throw Unknown(sql, "The table names no engine");
        }

        SqlToken family = sql.Tokens[at + 2];
        if (family.Kind != SqlTokenKind.Word || !Families.Contains(family.Value))
        {
            throw Unknown(sql, $"The engine {family.Value} has no replicated form here; known are {string.Join(", ", Families.Order(StringComparer.Ordinal))}");
        }

        string replica = WarehouseCluster.ReplicaOf(table);
        if (!sql.HasSymbol(at + 3, '('))
        {
            sql.Replace(family, $"{Replicated}{family.Value}({replica})");
            return;
        }

        int closing = sql.ClosingOf(at + 3);
        string own = closing > at + 4 ? $", {sql.Between(sql.Tokens[at + 4], sql.Tokens[closing - 1])}" : "";
        sql.Replace(family, sql.Tokens[closing], $"{Replicated}{family.Value}({replica}{own})");
    }

    /// <summary>
    /// On every server, over the names that read all shards. A subquery behind IN is asked once and its answer sent along: asked by every shard for itself it would be
    /// asked of all of them by each, which ClickHouse refuses.
    /// </summary>
    private static string View(SqlPieces sql, int nameAt, WarehouseCluster cluster)
    {
        SqlToken name = Name(sql, nameAt);
        sql.Replace(name, $"{cluster.Full(name.Value)} {cluster.OnCluster}");
        for (int i = nameAt + 1; i + 2 < sql.Tokens.Count; i++)
        {
            if (sql.HasWords(i, "IN") && sql.HasSymbol(i + 1, '(') && (sql.HasWords(i + 2, "SELECT") || sql.HasWords(i + 2, "WITH")))
            {
                int from = sql.HasWords(i - 1, "NOT") ? i - 1 : i;
                sql.Replace(sql.Tokens[from], $"GLOBAL {sql.Tokens[from].Value}");
            }
        }

        return sql.ToString();
    }

    private static string[] Alter(string statement, SqlPieces sql, WarehouseCluster cluster)
    {
        SqlToken name = Name(sql, 2);
        bool ofColumns = AlterCommands(sql).All(OfColumns.Contains);
        if (!ofColumns && !AlterCommands(sql).All(OfRows.Contains))
        {
            throw Unknown(sql, $"Known are {string.Join(", ", OfColumns.Concat(OfRows).Order(StringComparer.Ordinal))}, and not both kinds at once");
        }

        if (!ClusterTables.IsSharded(name.Value))
        {
            // Its replicas are all servers, and pass it on among themselves: by way of ON CLUSTER every shard would do it again.
            sql.Replace(name, cluster.Full(name.Value));
            return [sql.ToString()];
        }

        // The rows first: what is read must be there.
        sql.Replace(name, $"{cluster.Full(ClusterTables.WrittenAs(name.Value))} {cluster.OnCluster}");
        if (!ofColumns)
        {
            return [sql.ToString()];
        }

        SqlPieces reading = SqlPieces.Cut(statement);
        ReadColumns.OfAlter(reading, 3);
        reading.Replace(name, $"{cluster.Full(name.Value)} {cluster.OnCluster}");
        return [sql.ToString(), reading.ToString()];
    }

    /// <summary>The first two words of each command of an ALTER.</summary>
    private static IEnumerable<string> AlterCommands(SqlPieces sql)
    {
        for (int i = 3; i + 1 < sql.Tokens.Count; i++)
        {
            if (sql.Tokens[i].Depth == 0 && sql.HasWords(i, "SETTINGS"))
            {
                yield break;
            }

            if (i == 3 || (sql.HasSymbol(i - 1, ',') && sql.Tokens[i - 1].Depth == 0))
            {
                yield return $"{sql.Tokens[i].Value} {sql.Tokens[i + 1].Value}";
            }
        }
    }

    /// <summary>A name alone, without a database.</summary>
    private static SqlToken Name(SqlPieces sql, int at) => at < sql.Tokens.Count && sql.Tokens[at].IsName && !sql.HasSymbol(at + 1, '.')
        ? sql.Tokens[at]
        : throw Unknown(sql, "A name without a database is expected");

    /// <returns>Where the word stands outside of all brackets; -1 where it does not.</returns>
    private static int OutermostWord(SqlPieces sql, string word)
    {
        for (int i = 0; i < sql.Tokens.Count; i++)
        {
            if (sql.Tokens[i].Depth == 0 && sql.Tokens[i].IsWord(word))
            {
                return i;
            }
        }

        return -1;
    }

    private static ArgumentException Unknown(SqlPieces sql, string why)
    {
        string begins = sql.Tokens.Count == 0 ? "nothing" : sql.Between(sql.Tokens[0], sql.Tokens[Math.Min(5, sql.Tokens.Count - 1)]);
        return new ArgumentException($"It is not known what becomes of a statement on a cluster: {begins}... {why}.");
    }
}
