using Perimeter.Aggregator.Landing;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>What a batch adds to passed_events: one row for each of its partitions.</summary>
internal sealed class PassedColumns
{
    private readonly NumberColumn<ulong> _incarnation;
    private readonly NumberColumn<ushort> _partition;
    private readonly NumberColumn<ulong> _landedTo;
    private readonly NumberColumn<ulong> _repeats;
    private readonly NumberColumn<ulong> _conflicts;
    private readonly NumberColumn<ulong> _started;
    private readonly NumberColumn<ulong> _answered;

    public PassedColumns()
    {
        _incarnation = Set.AddNumber<ulong>("log_incarnation");
        _partition = Set.AddNumber<ushort>("log_partition");
        _landedTo = Set.AddNumber<ulong>("landed_to");
        _repeats = Set.AddNumber<ulong>("repeats");
        _conflicts = Set.AddNumber<ulong>("conflicts");
        _started = Set.AddNumber<ulong>("started");
        _answered = Set.AddNumber<ulong>("answered");
    }

    public ColumnSet Set { get; } = new();

    public void Write(IReadOnlyList<LandingShare> shares)
    {
        Set.Fit(shares.Count);
        for (int row = 0; row < shares.Count; row++)
        {
            LandingShare share = shares[row];
            _incarnation.Values[row] = share.Partition.Incarnation;
            _partition.Values[row] = (ushort)share.Partition.Partition;
            _landedTo.Values[row] = share.After.Passed - 1;
            _repeats.Values[row] = (ulong)share.Passed.Repeats;
            _conflicts.Values[row] = (ulong)share.Passed.Conflicts;
            _started.Values[row] = (ulong)share.Passed.Started;
            _answered.Values[row] = (ulong)share.Passed.Answered;
        }

        Set.Rows = shares.Count;
    }
}
