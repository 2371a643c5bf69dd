using Perimeter.Aggregator.Landing;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>The process was killed: everything in memory is gone, everything on disk stays.</summary>
internal sealed class KilledException(string point) : Exception(point);

/// <summary>A landing table whose statements a test may strike: before them, and after they have landed.</summary>
internal sealed class CrashingTable(ILandingTable table, Action<string> strike) : ILandingTable
{
    public static IReadOnlyList<string> Points { get; } =
    [
        "before marks", "after marks", "before catch-up", "after catch-up", "before rows", "after rows", "before derived", "after derived",
        "before passed", "after passed",
    ];

    public string Topic => table.Topic;

    public int Rows => table.Rows;

    public long TextBytes => table.TextBytes;

    public LandingMarks ReadMarks(IWarehouseConnection connection, LogPartition partition)
    {
        LandingMarks marks = default;
        Around("marks", () => marks = table.ReadMarks(connection, partition));
        return marks;
    }

    public void Begin() => table.Begin();

    public void Add(LandingShare share, in LogFrame frame) => table.Add(share, frame);

    public void CatchUpDerived(IWarehouseConnection connection, LogPartition partition, LandingMarks marks) =>
        Around("catch-up", () => table.CatchUpDerived(connection, partition, marks));

    public void InsertRows(IWarehouseConnection connection) => Around("rows", () => table.InsertRows(connection));

    public void InsertDerived(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares) => Around("derived", () => table.InsertDerived(connection, shares));

    public void InsertPassed(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares) => Around("passed", () => table.InsertPassed(connection, shares));

    private void Around(string step, Action statement)
    {
        strike($"before {step}");
        statement();
        strike($"after {step}");
    }
}
