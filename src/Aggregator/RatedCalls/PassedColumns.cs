using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>The one row that a batch adds to passed_events.</summary>
internal sealed class PassedColumns
{
    private readonly NumberColumn<ulong> _landedTo;
    private readonly NumberColumn<ulong> _repeats;
    private readonly NumberColumn<ulong> _conflicts;
    private readonly NumberColumn<ulong> _started;
    private readonly NumberColumn<ulong> _answered;

    public PassedColumns()
    {
        _landedTo = Set.AddNumber<ulong>("landed_to");
        _repeats = Set.AddNumber<ulong>("repeats");
        _conflicts = Set.AddNumber<ulong>("conflicts");
        _started = Set.AddNumber<ulong>("started");
        _answered = Set.AddNumber<ulong>("answered");
    }

    public ColumnSet Set { get; } = new();

    public void Write(PassedEvents passed, ulong landedTo)
    {
        _landedTo.Values[0] = landedTo;
        _repeats.Values[0] = (ulong)passed.Repeats;
        _conflicts.Values[0] = (ulong)passed.Conflicts;
        _started.Values[0] = (ulong)passed.Started;
        _answered.Values[0] = (ulong)passed.Answered;
        Set.Rows = 1;
    }
}
