using Perimeter.Warehouse.Columns;

namespace Perimeter.Warehouse;

/// <summary>One session. Statements block their caller until ClickHouse has answered, for seconds at times: call from a thread that nobody waits for.</summary>
public interface IWarehouseConnection : IDisposable
{
    /// <summary>Under which inserts are made, all of them; none where there is no other owner to keep out.</summary>
    IReadOnlyList<LaneClaim> Claims { get; set; }

    /// <summary>Runs a statement whose result is of no interest.</summary>
    /// <exception cref="ClickHouseException">ClickHouse refused it, or did not answer.</exception>
    void Execute(string sql);

    /// <summary>Runs a statement and returns its whole result in <paramref name="format"/>.</summary>
    /// <exception cref="ClickHouseException">ClickHouse refused it, failed on the way, or did not answer.</exception>
    IWarehouseResult Query(ReadOnlySpan<byte> sql, string format, IReadOnlyList<QueryParameter> parameters);

    /// <summary>Runs a statement whose result, in ClickHouse's format Native, comes in pieces of whole blocks. Dispose the stream before the next statement.</summary>
    /// <exception cref="ClickHouseException">ClickHouse refused it, or did not answer.</exception>
    IWarehouseStream StreamBlocks(ReadOnlySpan<byte> sql, IReadOnlyList<QueryParameter> parameters);

    /// <summary>Inserts the rows of the set as one part, with columns whose value is the same on every row: all of them are there, or none is.</summary>
    /// <exception cref="ClickHouseException">
    /// ClickHouse refused or failed, or did not answer. The part may exist nevertheless, or come to be: renew the claim and read it back before trying again.
    /// </exception>
    void Insert(string table, ColumnSet rows, params ReadOnlySpan<(string Column, string Expression)> constants);

    /// <summary>Runs an <c>INSERT INTO table (columns) SELECT</c> as one part.</summary>
    /// <exception cref="ClickHouseException">As with <see cref="Insert"/>.</exception>
    void InsertSelect(string sql, IReadOnlyList<QueryParameter> parameters);
}

/// <summary>What a statement returned, in the format asked for: dispose it.</summary>
public interface IWarehouseResult : IDisposable
{
    /// <summary>Empty where there is none. Valid until the result is disposed.</summary>
    ReadOnlySpan<byte> Bytes { get; }
}

/// <summary>A result that comes in pieces; the pieces one after the other are the whole. Disposing it early ends the query.</summary>
public interface IWarehouseStream : IDisposable
{
    /// <summary>The next piece, to be disposed; null after the last.</summary>
    /// <exception cref="ClickHouseException">The query failed on the way: what came before is not the whole.</exception>
    IWarehouseResult? Next();
}

/// <summary>What every connection can be asked for in text.</summary>
public static class WarehouseText
{
    /// <summary>The result as one text: for statements that return little.</summary>
    public static string QueryText(this IWarehouseConnection connection, string sql, string format = "TabSeparated")
    {
        using IWarehouseResult result = connection.Query(System.Text.Encoding.UTF8.GetBytes(sql), format, []);
        return System.Text.Encoding.UTF8.GetString(result.Bytes);
    }
}
