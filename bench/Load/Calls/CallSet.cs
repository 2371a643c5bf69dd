using Perimeter.Aggregator.RatedCalls;
using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Rating;

namespace Perimeter.Load.Calls;

/// <summary>Calls in batches, all different, and what they come to: rated on both sides and added up by minute and trunk group.</summary>
internal sealed class CallSet
{
    private readonly RatedCallBatch[] _batches;
    private readonly Rater _rater = new();
    private readonly MinuteRollup _rollup = new();

    public CallSet(IEnumerable<RatedCallBatch> batches) => _batches = [.. batches];

    public int Count => _batches.Sum(static batch => batch.Count);

    public IEnumerable<RatedCallBatch> Batches => _batches;

    public void Rate(RatingSnapshot snapshot)
    {
        _rollup.Clear();
        foreach (RatedCallBatch batch in _batches)
        {
            _rater.Rate(snapshot, batch);
            _rollup.Add(batch, 0);
        }
    }

    public void RateOnly(RatingSnapshot snapshot)
    {
        foreach (RatedCallBatch batch in _batches)
        {
            _rater.Rate(snapshot, batch);
        }
    }

    /// <summary>What all of the calls, or the first few, come to; rate them before.</summary>
    public CallTotals Totals(int first)
    {
        CallTotals totals = default;
        HashSet<(long, RelationshipId, TrunkGroupId, Relation)> minutes = [];
        foreach (RatedCallBatch batch in _batches)
        {
            for (int i = 0; i < batch.Count && first > 0; i++, first--)
            {
                ref readonly CallEvent call = ref batch.Events[i];
                totals = totals.With(call.IsAnswered, batch.A[i], batch.B[i]);
                long minute = call.EndMs / 60_000;
                minutes.Add((minute, batch.A[i].Relationship, batch.A[i].TrunkGroup, batch.A[i].Relation));
                minutes.Add((minute, batch.B[i].Relationship, batch.B[i].TrunkGroup, batch.B[i].Relation));
            }
        }

        return totals with { Minutes = minutes.Count };
    }
}

/// <summary>What calls come to together: two ways of rating that agree on all of these, to the nano, agree on the calls.</summary>
/// <param name="Minutes">Rows of the rollup: minutes with a trunk group and side.</param>
internal readonly record struct CallTotals(long Minutes, long Attempts, long Completions, long BilledA, long BilledB, long ChargeA, long ChargeB, long Margin)
{
    public CallTotals With(bool answered, in RatedSide a, in RatedSide b) => this with
    {
        Attempts = Attempts + 2,
        Completions = Completions + (answered ? 2 : 0),
        BilledA = BilledA + a.BilledSeconds,
        BilledB = BilledB + b.BilledSeconds,
        ChargeA = ChargeA + a.Charge.Nanos,
        ChargeB = ChargeB + b.Charge.Nanos,
        Margin = Margin + a.SystemCharge.Nanos - b.SystemCharge.Nanos,
    };

    /// <summary>As the SQL files print them.</summary>
    public string ToText(char separator) => string.Join(separator, Minutes, Attempts, Completions, BilledA, BilledB, ChargeA, ChargeB, Margin);
}
