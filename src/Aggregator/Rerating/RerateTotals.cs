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

    internal void AddOld(ChargedSide side)
    {
        OldRevenue += side.Revenue;
        OldCost += side.Cost;
    }

    internal void AddNew(ChargedSide side)
    {
        NewRevenue += side.Revenue;
        NewCost += side.Cost;
    }
}

/// <summary>The summary of a run: over all, and of each Relationship the sides that are its own, before or now.</summary>
public sealed class RerateTotals
{
    /// <summary>Relationships by id modulo this are found without a look into the dictionary.</summary>
    private const int Near = 256;

    private readonly Dictionary<int, int> _slots = [];
    private readonly int[] _nearIds = new int[Near];
    private readonly int[] _nearSlots = new int[Near];
    private RerateSums[] _sums = new RerateSums[16];

    // Most sides come to what they came to, and are added once: to before and to now when somebody asks.
    private Int128[] _unchangedRevenue = new Int128[16];
    private Int128[] _unchangedCost = new Int128[16];
    private long _calls;
    private long _changed;

    public RerateTotals()
    {
        Array.Fill(_nearIds, -1);
    }

    internal RerateTotals(long calls, long changed, IEnumerable<KeyValuePair<int, RerateSums>> relationships)
        : this()
    {
        _calls = calls;
        _changed = changed;
        foreach ((int id, RerateSums sums) in relationships)
        {
            _sums[SlotOf(id)] = sums;
        }
    }

    public long Calls => _calls;

    public long Changed => _changed;

    /// <summary>Sides without a Relationship among them.</summary>
    public RerateSums All
    {
        get
        {
            RerateSums all = default;
            foreach (int slot in _slots.Values)
            {
                all += Read(slot);
            }

            return all with { Calls = _calls, Changed = _changed };
        }
    }

    /// <summary>By id; those without one have none here.</summary>
    public IReadOnlyDictionary<int, RerateSums> Relationships =>
        _slots.Where(static entry => entry.Key != 0).ToDictionary(static entry => entry.Key, entry => Read(entry.Value));

    /// <summary>By id, and under 0 the sides without one.</summary>
    internal IEnumerable<KeyValuePair<int, RerateSums>> Everything => _slots.Select(entry => KeyValuePair.Create(entry.Key, Read(entry.Value)));

    /// <summary>An attempt that stands as it stood.</summary>
    public void AddUnchanged(in RatedSide a, in RatedSide b)
    {
        _calls++;
        int slotA = SlotOf(a.Relationship.Value);
        _sums[slotA].Calls++;
        AddUnchanged(slotA, a);
        int slotB = SlotOf(b.Relationship.Value);
        _sums[slotB].Calls += slotB == slotA ? 0 : 1;
        AddUnchanged(slotB, b);
    }

    public void AddChanged(ChargedSide oldA, ChargedSide newA, bool changedA, ChargedSide oldB, ChargedSide newB, bool changedB)
    {
        _calls++;
        _changed++;
        int wasA = SlotOf(oldA.Relationship.Value), isA = SlotOf(newA.Relationship.Value);
        int wasB = SlotOf(oldB.Relationship.Value), isB = SlotOf(newB.Relationship.Value);
        Span<int> slots = [wasA, isA, wasB, isB];
        for (int i = 0; i < slots.Length; i++)
        {
            int slot = slots[i];
            if (slots[..i].Contains(slot))
            {
                continue;
            }

            _sums[slot].Calls++;
            _sums[slot].Changed += (changedA && (slot == wasA || slot == isA)) || (changedB && (slot == wasB || slot == isB)) ? 1 : 0;
        }

        _sums[wasA].AddOld(oldA);
        _sums[isA].AddNew(newA);
        _sums[wasB].AddOld(oldB);
        _sums[isB].AddNew(newB);
    }

    public void Add(RerateTotals other)
    {
        _calls += other._calls;
        _changed += other._changed;
        foreach ((int id, RerateSums sums) in other.Everything)
        {
            _sums[SlotOf(id)] += sums;
        }
    }

    private void AddUnchanged(int slot, in RatedSide side)
    {
        if (side.Relation == Relation.Customer)
        {
            _unchangedRevenue[slot] += side.SystemCharge.Nanos;
        }
        else if (side.Relation == Relation.Vendor)
        {
            _unchangedCost[slot] += side.SystemCharge.Nanos;
        }
    }

    private RerateSums Read(int slot)
    {
        RerateSums sums = _sums[slot];
        return sums with
        {
            OldRevenue = sums.OldRevenue + _unchangedRevenue[slot], NewRevenue = sums.NewRevenue + _unchangedRevenue[slot],
            OldCost = sums.OldCost + _unchangedCost[slot], NewCost = sums.NewCost + _unchangedCost[slot],
        };
    }

    private int SlotOf(int relationship)
    {
        int near = relationship & (Near - 1);
        return _nearIds[near] == relationship ? _nearSlots[near] : FindSlot(relationship, near);
    }

    private int FindSlot(int relationship, int near)
    {
        if (!_slots.TryGetValue(relationship, out int slot))
        {
            slot = _slots.Count;
            _slots.Add(relationship, slot);
            if (slot == _sums.Length)
            {
                Array.Resize(ref _sums, slot * 2);
                Array.Resize(ref _unchangedRevenue, slot * 2);
                Array.Resize(ref _unchangedCost, slot * 2);
            }
        }

        _nearIds[near] = relationship;
        _nearSlots[near] = slot;
        return slot;
    }
}
