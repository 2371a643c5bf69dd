using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>
/// Rates the attempts of one unit after another again, and writes what came out otherwise than it stood. An attempt is compared with what ClickHouse itself
/// holds of it, adjustments included, so a unit that is done again after a crash finds done what was done: no adjustment is lost or written twice, whatever died.
/// </summary>
internal sealed class RerateWorker : IDisposable
{
    /// <summary>Rows that are rated together: few enough that their events, of 0.5 KB with both sides, stay in a core's own cache.</summary>
    private const int MaxRows = 512;

    // A block of ClickHouse's is a granule: it reads whole ones.
    private static readonly QuerySetting[] Settings = [new("max_threads", "1"), new("max_block_size", "8192"), new("preferred_block_size_bytes", "0")];

    private static readonly byte[] CallsSql = System.Text.Encoding.UTF8.GetBytes(LandedCalls.Select + "\n" + EmbeddedSql.Read("landed-calls-of-unit.sql"));

    private readonly RatingSnapshot _snapshot;
    private readonly RerateRequest _request;
    private readonly RerateStart _start;
    private readonly int _maxPartRows;
    private readonly IWarehouseConnection _reading;
    private readonly IWarehouseConnection _writing;
    private readonly NativeBlocks _blocks = new();
    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();
    private readonly AdjustedCalls _adjusted = new();
    private readonly BlockChanges _changes = new();
    private readonly AdjustmentColumns _adjustments = new();
    private RerateTotals _totals = new();

    public RerateWorker(IWarehouse warehouse, RatingSnapshot snapshot, RerateRequest request, RerateStart start, LaneClaim? claim, int maxPartRows)
    {
        _snapshot = snapshot;
        _request = request;
        _start = start;
        _maxPartRows = maxPartRows;
        _reading = warehouse.Connect(Settings);
        _writing = warehouse.Connect(LandingStatements.Settings);
        _writing.Claims = claim is null ? [] : [claim];
    }

    /// <summary>Rates a unit, and returns when all that it adjusts is durable.</summary>
    /// <param name="unit">The range.</param>
    /// <param name="looked">Told the attempts looked at and changed, block by block.</param>
    /// <param name="cancellationToken">Ends it between two blocks; what was written stays, and the unit is done again.</param>
    /// <returns>What the unit's attempts came to.</returns>
    /// <exception cref="ClickHouseException">The engine refused or failed: the run ends, and the next one goes on.</exception>
    public RerateTotals Rate(RerateUnit unit, Action<long, long> looked, CancellationToken cancellationToken)
    {
        _totals = new RerateTotals();
        _adjustments.Clear();
        _adjusted.Load(_reading, unit, _snapshot.Revision, _start.Run);
        using (IWarehouseStream stream = _reading.StreamBlocks(CallsSql, unit.Parameters(_snapshot.Revision.Value)))
        {
            while (stream.Next() is { } piece)
            {
                using (piece)
                {
                    for (int at = 0; _blocks.TryRead(piece.Bytes, ref at, out NativeBlock block);)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        long changed = _totals.Changed;
                        for (int first = 0; first < block.Rows; first += MaxRows)
                        {
                            RateBlock(new LandedCalls(block.Slice(first, Math.Min(MaxRows, block.Rows - first))));
                        }

                        looked(block.Rows, _totals.Changed - changed);
                    }
                }
            }
        }

        Write();
        return _totals;
    }

    public void Dispose()
    {
        _reading.Dispose();
        _writing.Dispose();
    }

    private void RateBlock(in LandedCalls calls)
    {
        calls.ReadInto(_batch.Events);
        _rater.Rate(_snapshot, _batch);
        _changes.Clear(calls.Count);
        for (int row = 0; row < calls.Count; row++)
        {
            if (!_adjusted.IsEmpty && _adjusted.TryGet(calls.Place(row), out StandingCall standing))
            {
                // What this very run adjusted before it was cut short counts as it did then, and is not adjusted again.
                Compare(row, _adjusted.TryGetBeforeRun(calls.Place(row), out StandingCall earlier) ? earlier : standing, standing);
            }
            else
            {
                Compare(calls, row);
            }
        }

        if (!_request.DryRun)
        {
            Adjust(calls);
        }
    }

    /// <summary>An attempt that stands as it was rated first: its old sides are compared where ClickHouse wrote them.</summary>
    private void Compare(in LandedCalls calls, int row)
    {
        ref readonly RatedSide newA = ref _batch.A[row];
        ref readonly RatedSide newB = ref _batch.B[row];
        if (!IsAskedFor(calls.A.TrunkGroup(row), calls.B.TrunkGroup(row), newA, newB))
        {
            return;
        }

        bool changedA = !calls.A.IsSame(row, newA);
        bool changedB = !calls.B.IsSame(row, newB);
        if (!changedA && !changedB)
        {
            _totals.AddUnchanged(newA, newB);
            return;
        }

        _totals.AddChanged(calls.A.Charged(row), ChargedSide.Of(newA), changedA, calls.B.Charged(row), ChargedSide.Of(newB), changedB);
        if (!_request.DryRun)
        {
            AdjustmentReason reasonA = changedA ? SideDifference.Find(calls.A[row], newA) : AdjustmentReason.None;
            AdjustmentReason reasonB = changedB ? SideDifference.Find(calls.B[row], newB) : AdjustmentReason.None;
            _changes.Add(_batch, row, reasonA, reasonB);
        }
    }

    /// <param name="row">An attempt that had been adjusted.</param>
    /// <param name="before">How it stood before this run began.</param>
    /// <param name="standing">How it stands.</param>
    private void Compare(int row, in StandingCall before, in StandingCall standing)
    {
        ref readonly RatedSide newA = ref _batch.A[row];
        ref readonly RatedSide newB = ref _batch.B[row];
        if (!IsAskedFor(before.A.TrunkGroup, before.B.TrunkGroup, newA, newB))
        {
            return;
        }

        bool changedA = SideDifference.Find(before.A, newA) != AdjustmentReason.None;
        bool changedB = SideDifference.Find(before.B, newB) != AdjustmentReason.None;
        if (!changedA && !changedB)
        {
            _totals.AddUnchanged(newA, newB);
            return;
        }

        _totals.AddChanged(ChargedSide.Of(before.A), ChargedSide.Of(newA), changedA, ChargedSide.Of(before.B), ChargedSide.Of(newB), changedB);
        AdjustmentReason reasonA = SideDifference.Find(standing.A, newA);
        AdjustmentReason reasonB = SideDifference.Find(standing.B, newB);
        if (reasonA != AdjustmentReason.None || reasonB != AdjustmentReason.None)
        {
            _changes.Add(_batch, row, reasonA, reasonB, standing);
        }
    }

    private void Adjust(in LandedCalls calls)
    {
        for (int from = 0, count; from < _changes.Count; from += count)
        {
            count = Math.Min(_changes.Count - from, _maxPartRows - _adjustments.Rows);
            _adjustments.Add(calls, _batch, _changes, from, count);
            if (_adjustments.Rows == _maxPartRows)
            {
                Write();
            }
        }
    }

    private bool IsAskedFor(TrunkGroupId oldA, TrunkGroupId oldB, in RatedSide newA, in RatedSide newB)
    {
        TrunkGroupId asked = _request.TrunkGroup;
        return asked.Value == 0 || oldA == asked || oldB == asked || newA.TrunkGroup == asked || newB.TrunkGroup == asked;
    }

    /// <summary>One part. A crash before its rename: nothing is there, and the unit is done again. After: done again, it finds these attempts as they should be.</summary>
    private void Write()
    {
        if (_adjustments.Rows == 0)
        {
            return;
        }

        CrashSite.Pass("adjustments-not-written");
        _adjustments.Insert(_writing, _start.Run, _start.AdjustedAtMs, _snapshot.Revision);
        _adjustments.Clear();
        CrashSite.Pass("adjustments-written-position-not-saved");
    }
}
