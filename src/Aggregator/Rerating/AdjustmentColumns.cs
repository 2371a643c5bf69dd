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

    /// <summary>Adds changes of one block of attempts, column by column.</summary>
    /// <param name="calls">The block.</param>
    /// <param name="batch">Its attempts, and the new sides of those that are adjusted.</param>
    /// <param name="changes">Which are adjusted.</param>
    /// <param name="from">The first change to add.</param>
    /// <param name="count">How many.</param>
    public void Add(in LandedCalls calls, RatedCallBatch batch, BlockChanges changes, int from, int count)
    {
        ReadOnlySpan<int> rows = changes.Rows.Slice(from, count);
        int first = _set.Rows;
        _set.Fit(first + count);
        NativeBlock block = calls.Block;
        _incarnation.Take(first, block.Numbers<ulong>(LandedCalls.Incarnation), rows);
        _partition.Take(first, block.Numbers<ushort>(LandedCalls.Partition), rows);
        _offset.Take(first, block.Numbers<ulong>(LandedCalls.Offset), rows);
        _day.Take(first, block.Numbers<ushort>(LandedCalls.Day), rows);
        _ratedTrunkGroupA.Take(first, block.Numbers<uint>(LandedCalls.SideA), rows);
        _oldRevision.Take(first, block.Numbers<uint>(LandedCalls.RatedBy), rows);
        changes.ReasonsA.Slice(from, count).CopyTo(_reasonA.Values[first..]);
        changes.ReasonsB.Slice(from, count).CopyTo(_reasonB.Values[first..]);
        WriteEvents(first, calls, batch.Events, rows);
        _oldA.Take(first, block, LandedCalls.SideA, rows);
        _oldB.Take(first, block, LandedCalls.SideB, rows);
        foreach ((int change, StandingCall stood) in changes.Stood)
        {
            if (change >= from && change < from + count)
            {
                int row = first + change - from;
                _oldRevision.Values[row] = (uint)stood.Revision.Value;
                _oldA.Write(row, [stood.A]);
                _oldB.Write(row, [stood.B]);
            }
        }

        _newA.Write(first, batch.A.Slice(from, count));
        _newB.Write(first, batch.B.Slice(from, count));
        _set.Rows = first + count;
    }

    /// <summary>Writes the rows as one part: they are there, all of them, or none is.</summary>
    /// <exception cref="ClickHouseException">The engine refused or failed; the part may exist nevertheless, and rating these calls again finds out.</exception>
    public void Insert(IWarehouseConnection connection, int run, long adjustedAtMs, ConfigRevision revision) => connection.Insert(
        "call_adjustments", _set, ("run", $"toUInt32({run})"), ("new_revision", $"toUInt32({revision.Value})"),
        ("adjusted_at", string.Create(CultureInfo.InvariantCulture, $"fromUnixTimestamp64Milli(toInt64({adjustedAtMs}), 'UTC')")));

    private void WriteEvents(int first, in LandedCalls calls, CallEventBatch batch, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<CallEvent> events = batch.Events;
        TextArena texts = batch.Texts;
        int end = first + rows.Length;
        Span<long> ends = _end.Values[first..end];
        Span<ulong> keyHash = _keyHash.Values[first..end];
        Span<ushort> attempt = _attempt.Values[first..end];
        Span<byte> flags = _flags.Values[first..end];
        Span<long> answeredMsA = _answeredMsA.Values[first..end];
        Span<long> answeredMsB = _answeredMsB.Values[first..end];
        Span<short> sipCode = _sipCode.Values[first..end];
        Span<int> pdd = _pdd.Values[first..end];
        Span<int> mos = _mos.Values[first..end];
        for (int i = 0; i < rows.Length; i++)
        {
            ref readonly CallEvent callEvent = ref events[rows[i]];
            ReadOnlySpan<byte> callId = texts[callEvent.CallId];
            ends[i] = callEvent.EndMs;
            _callId.Add(callId);
            keyHash[i] = XxHash64.HashToUInt64(callId);
            _switchId.Add(texts[callEvent.SwitchId]);
            attempt[i] = callEvent.Attempt;
            bool noRoute = !callEvent.Refusal.IsEmpty && texts[callEvent.Refusal].SequenceEqual("no_profitable_route"u8);
            flags[i] = (byte)(calls.Flags[rows[i]] | (callEvent.IsAnswered ? AnsweredA : 0) | (callEvent.IsAnsweredB ? AnsweredB : 0) | (noRoute ? NoProfitableRoute : 0));
            answeredMsA[i] = callEvent.RawMsA;
            answeredMsB[i] = callEvent.RawMsB;
            sipCode[i] = (short)callEvent.SipCode;
            pdd[i] = callEvent.PddMs;
            mos[i] = callEvent.MosThousandths;
        }
    }
}
