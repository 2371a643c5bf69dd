using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Aggregator.Rerating;

/// <summary>What attempts came to before and now, in units of 10^-9 of the system currency.</summary>
/// <param name="Calls">Attempts looked at.</param>
/// <param name="Changed">Of these, those that are adjusted.</param>
public record struct RerateSums(long Calls, long Changed, Int128 OldRevenue, Int128 NewRevenue, Int128 OldCost, Int128 NewCost)
{
    public static RerateSums operator +(RerateSums left, RerateSums right) => new(
        left.Calls + right.Calls, left.Changed + right.Changed, left.OldRevenue + right.OldRevenue, left.NewRevenue + right.NewRevenue,
        left.OldCost + right.OldCost, left.NewCost + right.NewCost);
}

/// <summary>The summary of a run: over all, and of each Relationship the sides that are its own, before or now.</summary>
public sealed class RerateTotals
{
    private readonly Dictionary<int, RerateSums> _relationships;
    private RerateSums _all;

    public RerateTotals()
        : this(default, [])
    {
    }

    public RerateTotals(RerateSums all, Dictionary<int, RerateSums> relationships) => (_all, _relationships) = (all, relationships);

    public RerateSums All => _all;

    /// <summary>By id; sides without a Relationship are in <see cref="All"/> alone.</summary>
    public IReadOnlyDictionary<int, RerateSums> Relationships => _relationships;

    /// <summary>An attempt that stands as it stood.</summary>
    public void AddUnchanged(in RatedSide a, in RatedSide b)
    {
        _all.Calls++;
        AddUnchanged(a, countCall: true);
        AddUnchanged(b, countCall: a.Relationship != b.Relationship);
    }

    public void AddChanged(in RatedSide oldA, in RatedSide newA, bool changedA, in RatedSide oldB, in RatedSide newB, bool changedB)
    {
        _all.Calls++;
        _all.Changed++;
        Span<int> ids = [oldA.Relationship.Value, newA.Relationship.Value, oldB.Relationship.Value, newB.Relationship.Value];
        for (int i = 0; i < ids.Length; i++)
        {
            if (ids[i] == 0 || ids[..i].Contains(ids[i]))
            {
                continue;
            }

            ref RerateSums own = ref Of(ids[i]);
            own.Calls++;
            bool isA = ids[i] == ids[0] || ids[i] == ids[1];
            bool isB = ids[i] == ids[2] || ids[i] == ids[3];
            own.Changed += (changedA && isA) || (changedB && isB) ? 1 : 0;
        }

        AddOld(oldA);
        AddOld(oldB);
        AddNew(newA);
        AddNew(newB);
    }

    public void Add(RerateTotals other)
    {
        _all += other._all;
        foreach ((int id, RerateSums sums) in other._relationships)
        {
            Of(id) += sums;
        }
    }

    private void AddUnchanged(in RatedSide side, bool countCall)
    {
        Int128 revenue = side.Relation == Relation.Customer ? side.SystemCharge.Nanos : 0;
        Int128 cost = side.Relation == Relation.Vendor ? side.SystemCharge.Nanos : 0;
        AddMoney(ref _all, revenue, cost);
        if (side.Relationship.Value != 0)
        {
            ref RerateSums own = ref Of(side.Relationship.Value);
            own.Calls += countCall ? 1 : 0;
            AddMoney(ref own, revenue, cost);
        }
    }

    private static void AddMoney(ref RerateSums sums, Int128 revenue, Int128 cost)
    {
        sums.OldRevenue += revenue;
        sums.NewRevenue += revenue;
        sums.OldCost += cost;
        sums.NewCost += cost;
    }

    private void AddOld(in RatedSide side)
    {
        Int128 revenue = side.Relation == Relation.Customer ? side.SystemCharge.Nanos : 0;
        Int128 cost = side.Relation == Relation.Vendor ? side.SystemCharge.Nanos : 0;
        _all.OldRevenue += revenue;
        _all.OldCost += cost;
        if (side.Relationship.Value != 0)
        {
            ref RerateSums own = ref Of(side.Relationship.Value);
            own.OldRevenue += revenue;
            own.OldCost += cost;
        }
    }

    private void AddNew(in RatedSide side)
    {
        Int128 revenue = side.Relation == Relation.Customer ? side.SystemCharge.Nanos : 0;
        Int128 cost = side.Relation == Relation.Vendor ? side.SystemCharge.Nanos : 0;
        _all.NewRevenue += revenue;
        _all.NewCost += cost;
        if (side.Relationship.Value != 0)
        {
            ref RerateSums own = ref Of(side.Relationship.Value);
            own.NewRevenue += revenue;
            own.NewCost += cost;
        }
    }

    private ref RerateSums Of(int relationship) => ref CollectionsMarshal.GetValueRefOrAddDefault(_relationships, relationship, out _);
}
