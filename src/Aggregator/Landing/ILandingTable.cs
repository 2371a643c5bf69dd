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

    /// <summary>Empties the batch; what follows is added as far as <paramref name="marks"/> say that it is missing, table by table.</summary>
    void Begin(LogPartition partition, LandingMarks marks);

    /// <exception cref="FrameFormatException">The payload is no frame of this topic.</exception>
    void Add(in LogFrame frame);

    /// <summary>The marks once the batch has landed.</summary>
    LandingMarks MarksAfter { get; }

    /// <summary>Adds to the derived tables the rows that landed without them: one part, with its marker.</summary>
    void CatchUpDerived(IWarehouseConnection connection, LogPartition partition, LandingMarks marks);

    void InsertRows(IWarehouseConnection connection);

    void InsertDerived(IWarehouseConnection connection);

    void InsertPassed(IWarehouseConnection connection);
}
