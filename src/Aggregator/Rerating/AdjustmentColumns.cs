using System.Globalization;
using System.IO.Hashing;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Domain;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>Adjustments on their way into <c>call_adjustments</c>: rows of one month, written as one part.</summary>
internal sealed class AdjustmentColumns
{
    /// <summary>Flags that the column <c>flags</c> has beside those of rated_calls.</summary>
    private const byte AnsweredA = 8, AnsweredB = 16, NoProfitableRoute = 32;

    private readonly ColumnSet _set = new();
    private readonly NumberColumn<ulong> _incarnation;
    private readonly NumberColumn<ushort> _partition;
    private readonly NumberColumn<ulong> _offset;
    private readonly NumberColumn<ushort> _day;
    private readonly NumberColumn<uint> _ratedTrunkGroupA;
    private readonly NumberColumn<long> _end;
    private readonly BytesColumn _callId;
    private readonly NumberColumn<ulong> _keyHash;
    private readonly BytesColumn _switchId;
    private readonly NumberColumn<ushort> _attempt;
    private readonly NumberColumn<uint> _oldRevision;
    private readonly NumberColumn<sbyte> _reasonA;
    private readonly NumberColumn<sbyte> _reasonB;
    private readonly NumberColumn<byte> _flags;
    private readonly NumberColumn<long> _answeredMsA;
    private readonly NumberColumn<long> _answeredMsB;
    private readonly NumberColumn<short> _sipCode;
    private readonly NumberColumn<int> _pdd;
    private readonly NumberColumn<int> _mos;
    private readonly SideColumns _oldA;
    private readonly SideColumns _newA;
    private readonly SideColumns _oldB;
    private readonly SideColumns _newB;

    public AdjustmentColumns()
    {
        _incarnation = _set.AddNumber<ulong>("log_incarnation");
        _partition = _set.AddNumber<ushort>("log_partition");
        _offset = _set.AddNumber<ulong>("log_offset");
        _day = _set.AddNumber<ushort>("landed_day");
        _ratedTrunkGroupA = _set.AddNumber<uint>("rated_trunk_group_a");
        _end = _set.AddInstant("end_time");
        _callId = _set.AddBytes("call_id");
        _keyHash = _set.AddNumber<ulong>("key_hash");
        _switchId = _set.AddBytes("switch_id");
        _attempt = _set.AddNumber<ushort>("attempt");
        _oldRevision = _set.AddNumber<uint>("old_revision");
        _reasonA = _set.AddNumber<sbyte>("reason_a");
        _reasonB = _set.AddNumber<sbyte>("reason_b");
        _flags = _set.AddNumber<byte>("flags");
        _answeredMsA = _set.AddNumber<long>("answered_ms_a");
        _answeredMsB = _set.AddNumber<long>("answered_ms_b");
        _sipCode = _set.AddNumber<short>("sip_code");
        _pdd = _set.AddNumber<int>("pdd_ms");
        _mos = _set.AddNumber<int>("mos_thousandths");
        _oldA = new SideColumns(_set, 'a', "old_");
        _newA = new SideColumns(_set, 'a', "new_");
        _oldB = new SideColumns(_set, 'b', "old_");
        _newB = new SideColumns(_set, 'b', "new_");
    }

    public int Rows => _set.Rows;

    public void Clear() => _set.Clear();

    /// <param name="adjustment">What changed.</param>
    /// <param name="callEvent">The attempt, and its texts.</param>
    /// <param name="texts">The texts of its batch.</param>
    /// <param name="flags">The column of that name of its row.</param>
    public void Add(in Adjustment adjustment, in CallEvent callEvent, TextArena texts, byte flags)
    {
        int row = _set.Rows;
        _set.Fit(row + 1);
        _incarnation.Values[row] = adjustment.Place.Incarnation;
        _partition.Values[row] = adjustment.Place.Partition;
        _offset.Values[row] = adjustment.Place.Offset;
        _day.Values[row] = adjustment.Day;
        _ratedTrunkGroupA.Values[row] = (uint)adjustment.RatedTrunkGroupA.Value;
        _oldRevision.Values[row] = (uint)adjustment.OldRevision.Value;
        _reasonA.Values[row] = (sbyte)adjustment.ReasonA;
        _reasonB.Values[row] = (sbyte)adjustment.ReasonB;
        WriteEvent(row, callEvent, texts, flags);
        _oldA.Write(row, [adjustment.OldA]);
        _newA.Write(row, [adjustment.NewA]);
        _oldB.Write(row, [adjustment.OldB]);
        _newB.Write(row, [adjustment.NewB]);
        _set.Rows = row + 1;
    }

    /// <summary>Writes the rows as one part: they are there, all of them, or none is.</summary>
    /// <exception cref="ClickHouseException">The engine refused or failed; the part may exist nevertheless, and rating these calls again finds out.</exception>
    public void Insert(IWarehouseConnection connection, int run, long adjustedAtMs, ConfigRevision revision) => connection.Insert(
        "call_adjustments", _set, ("run", $"toUInt32({run})"), ("new_revision", $"toUInt32({revision.Value})"),
        ("adjusted_at", string.Create(CultureInfo.InvariantCulture, $"fromUnixTimestamp64Milli(toInt64({adjustedAtMs}), 'UTC')")));

    private void WriteEvent(int row, in CallEvent callEvent, TextArena texts, byte flags)
    {
        ReadOnlySpan<byte> callId = texts[callEvent.CallId];
        _end.Values[row] = callEvent.EndMs;
        _callId.Add(callId);
        _keyHash.Values[row] = XxHash64.HashToUInt64(callId);
        _switchId.Add(texts[callEvent.SwitchId]);
        _attempt.Values[row] = callEvent.Attempt;
        bool answeredB = callEvent.IsAnswered || callEvent.AnswerBMs != CallEvent.NoInstant;
        bool noRoute = texts[callEvent.Refusal].SequenceEqual("no_profitable_route"u8);
        _flags.Values[row] = (byte)(flags | (callEvent.IsAnswered ? AnsweredA : 0) | (answeredB ? AnsweredB : 0) | (noRoute ? NoProfitableRoute : 0));
        _answeredMsA.Values[row] = callEvent.RawMsA;
        _answeredMsB.Values[row] = callEvent.RawMsB;
        _sipCode.Values[row] = (short)callEvent.SipCode;
        _pdd.Values[row] = callEvent.PddMs;
        _mos.Values[row] = callEvent.MosThousandths;
    }
}
