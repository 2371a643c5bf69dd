using System.IO.Hashing;
using System.Text;
using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Quarantine;

/// <summary>quarantined_events; nothing is derived from it.</summary>
public sealed class QuarantineTable : ILandingTable
{
    private const string Table = "quarantined_events";

    private readonly ColumnSet _set = new();
    private readonly NumberColumn<ulong> _incarnation;
    private readonly NumberColumn<ushort> _partition;
    private readonly NumberColumn<ulong> _offset;
    private readonly NumberColumn<long> _receivedAt;
    private readonly NumberColumn<ulong> _id;
    private readonly NumberColumn<sbyte> _reason;
    private readonly BytesColumn _field;
    private readonly BytesColumn _message;
    private readonly BytesColumn _source;
    private readonly NumberColumn<long> _place;
    private readonly BytesColumn _switchId;
    private readonly BytesColumn _callId;
    private readonly NumberColumn<int> _attempt;
    private readonly BytesColumn _content;
    private readonly NumberColumn<int> _sourcePartition;
    private readonly NumberColumn<long> _sourceOffset;
    private readonly BytesColumn _sourceKey;
    private readonly BytesColumn _sourceHeaders;

    private readonly List<QuarantinedEvent> _frame = [];
    private long _firstAppendedMs;
    private bool _empty;

    public QuarantineTable()
    {
        _incarnation = _set.AddNumber<ulong>("log_incarnation");
        _partition = _set.AddNumber<ushort>("log_partition");
        _offset = _set.AddNumber<ulong>("log_offset");
        _receivedAt = _set.AddInstant("received_at");
        _id = _set.AddNumber<ulong>("quarantine_id");
        _reason = _set.AddNumber<sbyte>("reason");
        _field = _set.AddBytes("field");
        _message = _set.AddBytes("message");
        _source = _set.AddBytes("source");
        _place = _set.AddNumber<long>("place");
        _switchId = _set.AddBytes("switch_id");
        _callId = _set.AddBytes("call_id");
        _attempt = _set.AddNumber<int>("attempt");
        _content = _set.AddBytes("content");
        _sourcePartition = _set.AddNumber<int>("source_partition");
        _sourceOffset = _set.AddNumber<long>("source_offset");
        _sourceKey = _set.AddBytes("source_key");
        _sourceHeaders = _set.AddBytes("source_headers");
    }

    public string Topic => Topics.Quarantine;

    public int Rows => _set.Rows;

    public long TextBytes => (long)_message.ByteCount + _source.ByteCount + _content.ByteCount + _sourceKey.ByteCount + _sourceHeaders.ByteCount;

    public LandingMarks ReadMarks(IWarehouseConnection connection, LogPartition partition)
    {
        ulong rows = LandingStatements.PlaceAfterRows(connection, Table, partition);
        return new LandingMarks(rows, rows, rows);
    }

    public void Begin()
    {
        _empty = true;
        _set.Clear();
    }

    public void Add(LandingShare share, in LogFrame frame)
    {
        _frame.Clear();
        QuarantineFrame.Read(frame.Payload.Span, _frame);
        if (_empty)
        {
            _firstAppendedMs = frame.AppendedAtMs;
            _empty = false;
        }

        _set.Fit(_set.Rows + _frame.Count);
        ulong place = frame.Position.Packed;
        foreach (QuarantinedEvent quarantined in _frame)
        {
            if (place >= share.Before.Rows)
            {
                Add(quarantined, share.Partition, place);
            }

            place++;
        }

        ulong end = Math.Max(share.After.Rows, place);
        share.After = new LandingMarks(end, end, end);
    }

    public void CatchUpDerived(IWarehouseConnection connection, LogPartition partition, LandingMarks marks) =>
        throw new InvalidOperationException("Nothing is derived from quarantined events.");

    public void InsertRows(IWarehouseConnection connection)
    {
        if (Rows > 0)
        {
            connection.Insert(Table, _set, ("landed_day", LandingStatements.DayOf(_firstAppendedMs)));
        }
    }

    public void InsertDerived(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares)
    {
        // The marks of a table without anything derived are those of its rows, which have just landed.
    }

    public void InsertPassed(IWarehouseConnection connection, IReadOnlyList<LandingShare> shares)
    {
        // As above.
    }

    /// <summary>The same event put aside again, for the same reason, has the same id, whatever its source. A mark has the id of what it marks.</summary>
    internal static ulong IdOf(QuarantinedEvent quarantined)
    {
        if (quarantined.Reason == QuarantineReason.Replayed)
        {
            return quarantined.ReplayOf;
        }

        var hash = new XxHash64();
        hash.Append([(byte)quarantined.Reason]);
        hash.Append(Encoding.UTF8.GetBytes(quarantined.Field));
        hash.Append([0]);
        hash.Append(quarantined.Content.Span);
        return hash.GetCurrentHashAsUInt64();
    }

    private void Add(QuarantinedEvent quarantined, LogPartition partition, ulong place)
    {
        int row = _set.Rows;
        _incarnation.Values[row] = partition.Incarnation;
        _partition.Values[row] = (ushort)partition.Partition;
        _offset.Values[row] = place;
        _receivedAt.Values[row] = quarantined.ReceivedMs;
        _id.Values[row] = IdOf(quarantined);
        _reason.Values[row] = (sbyte)quarantined.Reason;
        _field.Add(Encoding.UTF8.GetBytes(quarantined.Field));
        _message.Add(Encoding.UTF8.GetBytes(quarantined.Message));
        _source.Add(Encoding.UTF8.GetBytes(quarantined.Source));
        _place.Values[row] = quarantined.Place;
        _switchId.Add(Encoding.UTF8.GetBytes(quarantined.SwitchId));
        _callId.Add(Encoding.UTF8.GetBytes(quarantined.CallId));
        _attempt.Values[row] = quarantined.Attempt;
        _content.Add(quarantined.Content.Span);
        bool isOfTopic = quarantined.SourcePartition != QuarantinedEvent.NoPartition;
        _sourcePartition.Values[row] = quarantined.SourcePartition;
        _sourceOffset.Values[row] = isOfTopic ? quarantined.Place >> LogPosition.RowBits : -1;
        _sourceKey.Add(quarantined.Key.Span);
        _sourceHeaders.Add(QuarantinedHeaders.ToJson(quarantined.Headers));
        _set.Rows = row + 1;
    }
}
