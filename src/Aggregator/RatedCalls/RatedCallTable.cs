using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>rated_calls, the minutes derived from it, and the counts of what made no rated call.</summary>
public sealed class RatedCallTable : ILandingTable
{
    private static readonly string CatchUp = EmbeddedSql.Read("catch-up-minutes.sql");

    private readonly RatedCallBatch _frame = new();
    private readonly RatedCallColumns _read = new();
    private readonly RatedCallColumns _sorted = new();
    private readonly RowOrder _order = new();
    private readonly MinuteRollup _minutes = new();
    private readonly PassedColumns _passedColumns = new();

    private long _firstAppendedMs;
    private bool _empty;

    public string Topic => Topics.RatedCalls;

    public int Rows => _read.Set.Rows;

    public long TextBytes => _read.TextBytes;

    public LandingMarks ReadMarks(IWarehouseConnection connection, LogPartition partition) => new(
        LandingStatements.PlaceAfterRows(connection, "rated_calls", partition),
        LandingStatements.PlaceAfter(
            connection,
            $"SELECT max(landed_to) FROM trunk_group_minutes_landed WHERE minute = 0 AND side = 'Marker' AND marker_incarnation = {partition.Incarnation} "
            + $"AND marker_partition = {partition.Partition} GROUP BY marker_incarnation, marker_partition"),
        ReadPassedMark(connection, partition));

    /// <summary>The first place that is missing: every row before it has landed.</summary>
    public static ulong ReadFurthest(IWarehouseConnection connection, LogPartition partition) =>
        Math.Max(LandingStatements.PlaceAfterRows(connection, "rated_calls", partition), ReadPassedMark(connection, partition));

    public void Begin()
    {
        _empty = true;
        _read.Set.Clear();
        _minutes.Clear();
    }

    public void Add(LandingShare share, in LogFrame frame)
    {
        RatedCallFrame.Read(frame.Payload.Span, _frame);
        if (_empty)
        {
            _firstAppendedMs = frame.AppendedAtMs;
            _empty = false;
        }

        LandingMarks before = share.Before;
        LandingMarks after = share.After;
        ulong place = frame.Position.Packed;
        ulong end = place + (uint)_frame.Count;
        if (end > before.Rows)
        {
            _read.Add(_frame, share.Partition, RowsBefore(before.Rows, place), place);
        }

        if (end > before.Derived)
        {
            _minutes.Add(_frame, RowsBefore(before.Derived, place));
        }

        ulong nextFrame = new LogPosition(frame.Position.Incarnation, frame.Position.Partition, frame.Position.Frame + 1, 0).Packed;
        bool passed = nextFrame > before.Passed && !_frame.Passed.IsNone;
        share.Passed += passed ? _frame.Passed : default;

        // A frame without rows moves nothing but the mark of the passed events: so it is known that nothing before it is missing.
        if (_frame.Count > 0)
        {
            after = after with { Rows = Math.Max(after.Rows, end), Derived = Math.Max(after.Derived, end) };
        }

        if (passed || _frame.Count == 0)
        {
            after = after with { Passed = Math.Max(after.Passed, nextFrame) };
        }

        share.After = after;
    }

    public void CatchUpDerived(IWarehouseConnection connection, LogPartition partition, LandingMarks marks) =>
        connection.InsertSelect(CatchUp, LandingStatements.Range(partition, marks.Derived, marks.Rows - 1));

    public void InsertRows(IWarehouseConnection connection)
    {
        if (Rows > 0)
        {
            _sorted.Set.Gather(_read.Set, _order.Sort(_read.TrunkGroupsA, _read.Ends));
            connection.Insert("rated_calls", _sorted.Set, ("landed_day", LandingStatements.DayOf(_firstAppendedMs)));
        }
    }

    public void InsertDerived(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares)
    {
        LandingShare[] moved = [.. shares.Where(share => share.After.Derived > share.Before.Derived)];
        if (moved.Length > 0)
        {
            _minutes.Write(moved);
            connection.Insert("trunk_group_minutes_landed", _minutes.Set);
        }
    }

    public void InsertPassed(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares)
    {
        LandingShare[] moved = [.. shares.Where(share => share.After.Passed > share.Before.Passed)];
        if (moved.Length > 0)
        {
            _passedColumns.Write(moved);
            connection.Insert("passed_events", _passedColumns.Set, ("landed_day", LandingStatements.DayOf(_firstAppendedMs)));
        }
    }

    private static ulong ReadPassedMark(IWarehouseConnection connection, LogPartition partition) => LandingStatements.PlaceAfter(
        connection,
        $"SELECT max(landed_to) FROM passed_events WHERE log_incarnation = {partition.Incarnation} AND log_partition = {partition.Partition} "
        + "GROUP BY log_incarnation, log_partition");

    // Rows of the frame that lie before the mark: they are in that table already.
    private static int RowsBefore(ulong mark, ulong framePlace) => mark <= framePlace ? 0 : (int)(mark - framePlace);
}
