using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>
/// A table of rows that lands from a topic, with what is derived from it: the buffers of one batch, and the statements that land them.
/// Every insert is one block in one table partition, and so one part: there or not there.
/// </summary>
public interface ILandingTable
{
    string Topic { get; }

    /// <summary>Rows that the batch would insert; rows that have landed are not among them.</summary>
    int Rows { get; }

    /// <summary>Bytes of texts in the batch.</summary>
    long TextBytes { get; }

    /// <exception cref="ClickHouseException">The engine refused.</exception>
    LandingMarks ReadMarks(IWarehouseConnection connection, LogPartition partition);

    /// <summary>Adds to the derived tables the rows that landed without them: one part, with its marker.</summary>
    void CatchUpDerived(IWarehouseConnection connection, LogPartition partition, LandingMarks marks);

    /// <summary>Empties the batch.</summary>
    void Begin();

    /// <summary>Adds a frame as far as the share's marks say that it is missing, table by table, and moves the marks behind it.</summary>
    /// <exception cref="FrameFormatException">The payload is no frame of this topic. The batch is as it was.</exception>
    void Add(LandingShare share, in LogFrame frame);

    /// <summary>Inserts the batch's rows, if it has any.</summary>
    void InsertRows(IWarehouseConnection connection);

    /// <summary>Inserts what is derived of the batch's rows with a marker for each partition that it moves, if there is one.</summary>
    void InsertDerived(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares);

    /// <summary>Inserts the counts of what made no row for each partition whose mark of them moves, if there is one.</summary>
    void InsertPassed(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares);
}
