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

    private LogPartition _partition;
    private LandingMarks _before;
    private LandingMarks _after;
    private PassedEvents _passed;
    private long _firstAppendedMs;
    private bool _empty;

    public string Topic => Topics.RatedCalls;

    public int Rows => _read.Set.Rows;

    public long TextBytes => _read.TextBytes;

    public LandingMarks MarksAfter => _after;

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

    public void Begin(LogPartition partition, LandingMarks marks)
    {
        _partition = partition;
        _before = marks;
        _after = marks;
        _passed = default;
        _empty = true;
        _read.Set.Clear();
        _minutes.Clear();
    }

    public void Add(in LogFrame frame)
    {
        if (_empty)
        {
            _firstAppendedMs = frame.AppendedAtMs;
            _empty = false;
        }

        RatedCallFrame.Read(frame.Payload.Span, _frame);
        ulong place = frame.Position.Packed;
        ulong end = place + (uint)_frame.Count;
        if (end > _before.Rows)
        {
            _read.Add(_frame, RowsBefore(_before.Rows, place), place);
        }

        if (end > _before.Derived)
        {
            _minutes.Add(_frame, RowsBefore(_before.Derived, place));
        }

        ulong nextFrame = new LogPosition(frame.Position.Incarnation, frame.Position.Partition, frame.Position.Frame + 1, 0).Packed;
        bool passed = nextFrame > _before.Passed && !_frame.Passed.IsNone;
        _passed += passed ? _frame.Passed : default;

        // A frame without rows moves nothing but the mark of the passed events: so it is known that nothing before it is missing.
        _after = _frame.Count > 0
            ? _after with { Rows = Math.Max(_after.Rows, end), Derived = Math.Max(_after.Derived, end) }
            : _after;
        if (passed || _frame.Count == 0)
        {
            _after = _after with { Passed = Math.Max(_after.Passed, nextFrame) };
        }
    }

    public void CatchUpDerived(IWarehouseConnection connection, LogPartition partition, LandingMarks marks) =>
        connection.InsertSelect(CatchUp, LandingStatements.Range(partition, marks.Derived, marks.Rows - 1));

    public void InsertRows(IWarehouseConnection connection)
    {
        _sorted.Set.Gather(_read.Set, _order.Sort(_read.TrunkGroupsA, _read.Ends));
        connection.Insert(
            "rated_calls", _sorted.Set, ("log_incarnation", $"toUInt64({_partition.Incarnation})"), ("log_partition", $"toUInt16({_partition.Partition})"),
            ("landed_day", LandingStatements.DayOf(_firstAppendedMs)));
    }

    public void InsertDerived(IWarehouseConnection connection)
    {
        _minutes.Write(_partition.Incarnation, _partition.Partition, _after.Derived - 1);
        connection.Insert("trunk_group_minutes_landed", _minutes.Set);
    }

    public void InsertPassed(IWarehouseConnection connection)
    {
        _passedColumns.Write(_passed, _after.Passed - 1);
        connection.Insert(
            "passed_events", _passedColumns.Set, ("log_incarnation", $"toUInt64({_partition.Incarnation})"), ("log_partition", $"toUInt16({_partition.Partition})"),
            ("landed_day", LandingStatements.DayOf(_firstAppendedMs)));
    }

    private static ulong ReadPassedMark(IWarehouseConnection connection, LogPartition partition) => LandingStatements.PlaceAfter(
        connection,
        $"SELECT max(landed_to) FROM passed_events WHERE log_incarnation = {partition.Incarnation} AND log_partition = {partition.Partition} "
        + "GROUP BY log_incarnation, log_partition");

    // Rows of the frame that lie before the mark: they are in that table already.
    private static int RowsBefore(ulong mark, ulong framePlace) => mark <= framePlace ? 0 : (int)(mark - framePlace);
}
