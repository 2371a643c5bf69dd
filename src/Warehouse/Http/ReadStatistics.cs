namespace Perimeter.Warehouse.Http;

/// <summary>What a query read and gave, as X-ClickHouse-Summary tells it.</summary>
internal readonly record struct ReadStatistics(long RowsRead, long BytesRead, long ResultRows, long ResultBytes)
{
    public ReadStatistics With(ClickHouseResult piece) =>
        new(RowsRead + piece.RowsRead, BytesRead + piece.BytesRead, ResultRows + piece.Rows, ResultBytes + piece.Bytes.Length);

    // Numbers as texts, as ClickHouse sends them.
    public string Summary(TimeSpan elapsed) =>
        $$"""{"read_rows":"{{RowsRead}}","read_bytes":"{{BytesRead}}","written_rows":"0","written_bytes":"0","total_rows_to_read":"0","result_rows":"{{ResultRows}}","result_bytes":"{{ResultBytes}}","elapsed_ns":"{{elapsed.Ticks * TimeSpan.NanosecondsPerTick}}"}""";
}
