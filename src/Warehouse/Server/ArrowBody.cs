using System.Text;
using Apache.Arrow;
using Apache.Arrow.C;
using Apache.Arrow.Ipc;
using ClickHouse.Driver;
using Perimeter.Warehouse.Columns;
using Column = Perimeter.Warehouse.Columns.Column;

namespace Perimeter.Warehouse.Server;

/// <summary>
/// A column set as the body of an insert with FORMAT ArrowStream: one batch, and so one block. The set's own buffers are written, by way of the same
/// C interface that the embedded engine reads them through; nothing may touch the set meanwhile.
/// </summary>
internal static class ArrowBody
{
    private static async Task WriteAsync(ColumnSet rows, Stream body, CancellationToken cancellationToken)
    {
        using var export = new ArrowExport(rows);
        using IArrowArrayStream batches = Import(export);
        using var writer = new ArrowStreamWriter(body, batches.Schema, leaveOpen: true);
        using (RecordBatch batch = await batches.ReadNextRecordBatchAsync(cancellationToken).ConfigureAwait(false))
        {
            await writer.WriteRecordBatchAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        await writer.WriteEndAsync(cancellationToken).ConfigureAwait(false);

        // The batch read the set's buffers by their addresses, which hold nothing alive.
        GC.KeepAlive(rows);
    }

    /// <summary>Sends an insert with the rows as its body, and returns only when nothing reads the set any more.</summary>
    public static async Task<HttpResponseMessage> PostAsync(ClickHouseClient client, string sql, ColumnSet rows, QueryOptions query, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task writing = Task.CompletedTask;
        try
        {
            return await client.PostStreamAsync(
                sql, (body, _) => writing = WriteAsync(rows, body, stop.Token), isCompressed: false, cancellationToken, query).ConfigureAwait(false);
        }
        finally
        {
            // A server may answer before it has read the body: with a refusal.
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The rows as a table that a SELECT takes them from: <c>input('name Type, ...')</c>.</summary>
    public static string Source(ColumnSet rows)
    {
        var structure = new StringBuilder();
        foreach (Column column in rows.Columns)
        {
            structure.Append(structure.Length == 0 ? "" : ", ").Append(column.Name).Append(' ').Append(TypeOf(column.ArrowFormat));
        }

        return $"input({SqlText.Quoted(structure.ToString())})";
    }

    private static unsafe IArrowArrayStream Import(ArrowExport export) => CArrowArrayStreamImporter.ImportArrayStream((CArrowArrayStream*)export.Stream);

    private static string TypeOf(string arrowFormat) => arrowFormat switch
    {
        "c" => "Int8",
        "C" => "UInt8",
        "s" => "Int16",
        "S" => "UInt16",
        "i" => "Int32",
        "I" => "UInt32",
        "l" => "Int64",
        "L" => "UInt64",
        "tsm:UTC" => "DateTime64(3, 'UTC')",
        "d:38,9" => "Decimal(38, 9)",
        "z" => "String",
        _ => throw new ArgumentException($"Arrow's format {arrowFormat} has no type of ClickHouse here."),
    };
}
