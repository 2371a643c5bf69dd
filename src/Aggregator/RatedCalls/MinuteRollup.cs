using System.Runtime.InteropServices;
using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>The sums of one batch for trunk_group_minutes, and the markers of its partitions, as one part.</summary>
internal sealed class MinuteRollup
{
    private readonly Dictionary<MinuteKey, int> _rows = [];
    private MinuteSums[] _sums = new MinuteSums[64];

    private readonly NumberColumn<uint> _minute;
    private readonly NumberColumn<uint> _trunkGroup;
    private readonly NumberColumn<sbyte> _side;
    private readonly NumberColumn<sbyte> _relation;
    private readonly NumberColumn<uint> _relationship;
    private readonly NumberColumn<ulong> _markerIncarnation;
    private readonly NumberColumn<ushort> _markerPartition;
    private readonly NumberColumn<ulong> _landedTo;
    private readonly NumberColumn<long> _answeredMs;
    private readonly NumberColumn<Int128> _charge;
    private readonly (NumberColumn<ulong> Column, Func<MinuteSums, ulong> Sum)[] _counts;

    public MinuteRollup()
    {
        _minute = Set.AddNumber<uint>("minute");
        _trunkGroup = Set.AddNumber<uint>("trunk_group");
        _side = Set.AddNumber<sbyte>("side");
        _relation = Set.AddNumber<sbyte>("relation");
        _relationship = Set.AddNumber<uint>("relationship");
        _markerIncarnation = Set.AddNumber<ulong>("marker_incarnation");
        _markerPartition = Set.AddNumber<ushort>("marker_partition");
        _landedTo = Set.AddNumber<ulong>("landed_to");
        _answeredMs = Set.AddNumber<long>("answered_ms");
        _charge = Set.AddSum("charge");
        _counts =
        [
            Count("attempts", static sums => sums.Attempts), Count("completions", static sums => sums.Completions),
            Count("billed_seconds", static sums => sums.BilledSeconds), Count("unrated", static sums => sums.Unrated),
            Count("short_calls", static sums => sums.ShortCalls), Count("no_profitable_route", static sums => sums.NoProfitableRoute),
            Count("network_effective", static sums => sums.NetworkEffective), Count("mos_thousandths", static sums => sums.MosThousandths),
            Count("mos_calls", static sums => sums.MosCalls), Count("pdd_ms", static sums => sums.PddMs), Count("pdd_calls", static sums => sums.PddCalls),
            Count("pdd_to_500", static sums => sums.PddTo500), Count("pdd_to_1000", static sums => sums.PddTo1000),
            Count("pdd_to_2000", static sums => sums.PddTo2000), Count("pdd_to_3000", static sums => sums.PddTo3000),
            Count("pdd_to_5000", static sums => sums.PddTo5000), Count("pdd_to_10000", static sums => sums.PddTo10000),
        ];
    }

    public ColumnSet Set { get; } = new();

    public void Clear() => _rows.Clear();

    /// <summary>Adds the rows of a frame from <paramref name="firstRow"/> on.</summary>
    public void Add(RatedCallBatch calls, int firstRow)
    {
        Span<CallEvent> events = calls.Events.Events;
        for (int row = firstRow; row < events.Length; row++)
        {
            ref readonly CallEvent callEvent = ref events[row];
            ref readonly RatedSide a = ref calls.A[row];
            ref readonly RatedSide b = ref calls.B[row];
            uint seconds = MinuteKey.SecondsOf(callEvent.EndMs);
            ReadOnlySpan<byte> refusal = callEvent.Refusal.IsEmpty ? [] : calls.Events.Texts[callEvent.Refusal];
            if (a.Outcome != RatingOutcome.Advanced)
            {
                Row(new MinuteKey(seconds, a.TrunkGroup.Value, MinuteSide.A, a.Relation, a.Relationship.Value))
                    .Add(callEvent, a, callEvent.IsAnswered, callEvent.RawMsA, refusal);
            }

            if (RatedCallColumns.WasSent(callEvent, b))
            {
                Row(new MinuteKey(seconds, b.TrunkGroup.Value, MinuteSide.B, b.Relation, b.Relationship.Value))
                    .Add(callEvent, b, callEvent.IsAnsweredB, callEvent.RawMsB, refusal);
            }
        }
    }

    /// <summary>Makes the columns, with a marker for each partition that says how far it is added: its last place.</summary>
    public void Write(IReadOnlyList<LandingShare> shares)
    {
        int rows = _rows.Count + shares.Count;
        Set.Clear();
        Set.Fit(rows);
        int at = 0;
        foreach ((MinuteKey key, int index) in _rows)
        {
            WriteRow(at++, key, _sums[index], 0, 0, 0);
        }

        foreach (LandingShare share in shares)
        {
            WriteRow(at++, default, default, share.Partition.Incarnation, (ushort)share.Partition.Partition, share.After.Derived - 1);
        }

        Set.Rows = rows;
    }

    private void WriteRow(int at, MinuteKey key, in MinuteSums sums, ulong incarnation, ushort partition, ulong landedTo)
    {
        _minute.Values[at] = key.Seconds;
        _trunkGroup.Values[at] = (uint)key.TrunkGroup;
        _side.Values[at] = (sbyte)key.Side;
        _relation.Values[at] = (sbyte)key.Relation;
        _relationship.Values[at] = (uint)key.Relationship;
        _markerIncarnation.Values[at] = incarnation;
        _markerPartition.Values[at] = partition;
        _landedTo.Values[at] = landedTo;
        _answeredMs.Values[at] = sums.AnsweredMs;
        _charge.Values[at] = sums.ChargeNanos;
        foreach ((NumberColumn<ulong> column, Func<MinuteSums, ulong> sum) in _counts)
        {
            column.Values[at] = sum(sums);
        }
    }

    private ref MinuteSums Row(MinuteKey key)
    {
        ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out bool exists);
        if (!exists)
        {
            index = _rows.Count - 1;
            if (index == _sums.Length)
            {
                Array.Resize(ref _sums, _sums.Length * 2);
            }

            _sums[index] = default;
        }

        return ref _sums[index];
    }

    private (NumberColumn<ulong> Column, Func<MinuteSums, ulong> Sum) Count(string name, Func<MinuteSums, ulong> sum) => (Set.AddNumber<ulong>(name), sum);
}
