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
    /// <summary>Rows of a block: few enough that what is read and rated of them stays in a core's cache.</summary>
    private static readonly QuerySetting[] Settings = [new("max_threads", "1"), new("max_block_size", "4096"), new("preferred_block_size_bytes", "0")];

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
    private readonly AdjustmentColumns _adjustments = new();
    private RerateTotals _totals = new();

    public RerateWorker(IWarehouse warehouse, RatingSnapshot snapshot, RerateRequest request, RerateStart start, int maxPartRows)
    {
        _snapshot = snapshot;
        _request = request;
        _start = start;
        _maxPartRows = maxPartRows;
        _reading = warehouse.Connect(Settings);
        _writing = warehouse.Connect(LandingStatements.Settings);
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
                        RateBlock(new LandedCalls(block));
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
        bool isAll = _request.TrunkGroup.Value == 0;
        for (int row = 0; row < calls.Count; row++)
        {
            StandingCall standing = default;
            bool isAdjusted = !_adjusted.IsEmpty && _adjusted.TryGet(calls.Place(row), out standing);
            if (!isAdjusted && isAll && calls.A.IsSame(row, _batch.A[row]) && calls.B.IsSame(row, _batch.B[row]))
            {
                _totals.AddUnchanged(_batch.A[row], _batch.B[row]);
                continue;
            }

            var rated = new StandingCall(0, calls.Revision(row), calls.A[row], calls.B[row]);
            if (!isAdjusted)
            {
                Compare(calls, row, rated, rated, rated.A.TrunkGroup);
                continue;
            }

            // What this very run adjusted before it was cut short counts as it did then, and is not adjusted again.
            StandingCall before = _adjusted.TryGetBeforeRun(calls.Place(row), out StandingCall earlier) ? earlier : standing;
            Compare(calls, row, before, standing, rated.A.TrunkGroup);
        }
    }

    private void Compare(in LandedCalls calls, int row, in StandingCall before, in StandingCall standing, TrunkGroupId ratedGroupA)
    {
        ref readonly RatedSide newA = ref _batch.A[row];
        ref readonly RatedSide newB = ref _batch.B[row];
        if (!IsAskedFor(before.A, before.B, newA, newB))
        {
            return;
        }

        bool changedA = SideDifference.Find(before.A, newA) != AdjustmentReason.None;
        bool changedB = SideDifference.Find(before.B, newB) != AdjustmentReason.None;
        if (changedA || changedB)
        {
            _totals.AddChanged(before.A, newA, changedA, before.B, newB, changedB);
            Adjust(calls, row, standing, ratedGroupA);
        }
        else
        {
            _totals.AddUnchanged(newA, newB);
        }
    }

    private void Adjust(in LandedCalls calls, int row, in StandingCall standing, TrunkGroupId ratedGroupA)
    {
        ref readonly RatedSide newA = ref _batch.A[row];
        ref readonly RatedSide newB = ref _batch.B[row];
        AdjustmentReason reasonA = SideDifference.Find(standing.A, newA);
        AdjustmentReason reasonB = SideDifference.Find(standing.B, newB);
        if (_request.DryRun || (reasonA == AdjustmentReason.None && reasonB == AdjustmentReason.None))
        {
            return;
        }

        var adjustment = new Adjustment
        {
            Place = calls.Place(row), Day = calls.Days[row], RatedTrunkGroupA = ratedGroupA, OldRevision = standing.Revision,
            OldA = standing.A, OldB = standing.B, NewA = newA, NewB = newB, ReasonA = reasonA, ReasonB = reasonB,
        };
        _adjustments.Add(adjustment, _batch.Events[row], _batch.Events.Texts, calls.Flags[row]);
        if (_adjustments.Rows >= _maxPartRows)
        {
            Write();
        }
    }

    private bool IsAskedFor(in RatedSide oldA, in RatedSide oldB, in RatedSide newA, in RatedSide newB)
    {
        TrunkGroupId asked = _request.TrunkGroup;
        return asked.Value == 0 || oldA.TrunkGroup == asked || oldB.TrunkGroup == asked || newA.TrunkGroup == asked || newB.TrunkGroup == asked;
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
