using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>A bad record of a request or file: its index in the request, from 0, or its line in the file, from 1; what is wrong, and with which field.</summary>
public readonly record struct RecordError(long Place, string Field, string Reason);

/// <summary>
/// What one request, or one batch of a file's lines, brought: the good events by partition, the bad records with their bytes, and the counts.
/// Becomes one append of the log, so that all of it is durable or none. Used again after <see cref="Begin"/>.
/// </summary>
internal sealed class CallIntake
{
    /// <summary>A frame is closed when its texts reach so many bytes.</summary>
    private const int FrameTextBytes = 4 << 20;

    private readonly IngestLimits _limits;
    private readonly TimeProvider _clock;
    private readonly CallEventBatch[] _byPartition;
    private readonly KeySet _keys = new();
    private readonly List<QuarantinedEvent> _quarantined = [];
    private readonly List<RecordError> _errors = [];
    private readonly List<LogOutput> _frames = [];
    private readonly List<ArrayBufferWriter<byte>> _writers = [];
    private readonly Dictionary<string, long> _passedOver = [];
    private int _writersUsed;
    private FrameSource _frameSource;
    private string _source = "";
    private long _putAsideBytes;
    private long _nowMs;

    public CallIntake(int partitionCount, IngestLimits limits, TimeProvider clock, TimeZoneInfo? zone = null)
    {
        _limits = limits;
        _clock = clock;
        _byPartition = new CallEventBatch[partitionCount];
        for (int p = 0; p < partitionCount; p++)
        {
            _byPartition[p] = new CallEventBatch();
        }

        Record = new CallRecord(limits.MaxAhead, new InstantText(zone));
    }

    public CallRecord Record { get; }

    public IngestLimits Limits => _limits;

    /// <summary>What records have in fields that they do not carry themselves.</summary>
    public IReadOnlyList<FixedValue> FixedValues { get; set; } = [];

    /// <summary>The attempt as which a record was put aside that is read again alone, without those by which it is numbered; 0 where it is not.</summary>
    public int NumberedAs { get; set; }

    public long Accepted { get; private set; }

    /// <summary>Of the accepted ones, those with the key and kind of an earlier one. They go to the log too: the rating engine tells repeats from conflicts.</summary>
    public long Repeats => _keys.Repeats;

    public long UnknownFields { get; private set; }

    public IReadOnlyList<QuarantinedEvent> Quarantined => _quarantined;

    /// <summary>The first bad records, up to <see cref="IngestLimits.MaxErrorsListed"/>.</summary>
    public IReadOnlyList<RecordError> Errors => _errors;

    /// <summary>The good events of a partition that are in no frame yet.</summary>
    public CallEventBatch EventsOf(int partition) => _byPartition[partition];

    /// <summary>Records that are no attempt to be charged, as the rules of their switch say, by the reason.</summary>
    public IReadOnlyDictionary<string, long> PassedOver => _passedOver;

    public long PassedOverCount { get; private set; }

    /// <summary>Records so far: good, bad and passed over.</summary>
    public long Records => Accepted + _quarantined.Count + PassedOverCount;

    /// <summary>Sees what becomes of each record; null where nobody does.</summary>
    public IIntakeWatcher? Watcher { get; init; }

    /// <summary>No further record is to be read: what was put aside is all that one append should hold.</summary>
    public bool IsFull => _putAsideBytes > _limits.MaxPutAsideBytes;

    /// <summary>Bytes of events held and not yet in a frame, roughly; tells whether keeping this for another request is worth its memory.</summary>
    public long HeldBytes => _writers.Sum(writer => (long)writer.Capacity);

    /// <param name="source">As the quarantine names it: "http", or "file:NAME".</param>
    /// <param name="frameSource">As the frames carry it.</param>
    public void Begin(string source, FrameSource frameSource)
    {
        _source = source;
        _frameSource = frameSource;
        _nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (CallEventBatch batch in _byPartition)
        {
            batch.Clear();
        }

        _keys.Clear();
        _quarantined.Clear();
        _errors.Clear();
        _frames.Clear();
        _passedOver.Clear();
        PassedOverCount = 0;
        _putAsideBytes = 0;
        _writersUsed = 0;
        Accepted = 0;
        UnknownFields = 0;
    }

    public void BeginRecord() => Record.Begin(_nowMs);

    /// <summary>Begins a record whose values are bytes that nobody has looked at, or written by us. What it stood in may hold others: it ends with <see cref="EndForeignRecord"/>.</summary>
    /// <param name="isPlain">Whether they are known to hold printable ASCII alone.</param>
    public void BeginRecord(bool isPlain) => Record.Begin(_nowMs, isPlain);

    /// <summary>Begins a record whose values are all parts of the row, or written by us. At its end the row is given as its content.</summary>
    public void BeginRecord(ReadOnlySpan<byte> row) => Record.Begin(_nowMs, row);

    /// <summary>Counts a record that is whole, and by the rules of its switch no attempt to be charged.</summary>
    /// <param name="place">Its index in the request, or its line in the file.</param>
    /// <param name="reason">One of few: it is counted by it.</param>
    public void PassOver(long place, string reason)
    {
        _passedOver[reason] = _passedOver.GetValueOrDefault(reason) + 1;
        PassedOverCount++;
        Watcher?.PassedOver(place, reason);
    }

    public void CountUnknown(int fields = 1) => UnknownFields += fields;

    /// <summary>Takes the record that was read, or puts it aside.</summary>
    /// <param name="place">Its index in the request, or its line in the file.</param>
    /// <param name="content">The record's bytes as received.</param>
    /// <param name="header">What the content needs before it to be read alone: the header line of a CSV.</param>
    public void EndRecord(long place, ReadOnlySpan<byte> content, ReadOnlySpan<byte> header = default)
    {
        bool isPlain = Record.IsPlain;
        Record.EndRow();
        for (int i = 0; i < FixedValues.Count; i++)
        {
            FixedValue value = FixedValues[i];
            if (!Record.Has(value.Field))
            {
                Record.Set(value.Field, FieldValue.Text(value.Utf8));
            }
        }

        if (content.Length > _limits.MaxRecordBytes)
        {
            Unreadable(place, content, $"the record is {content.Length} bytes long; the limit is {_limits.MaxRecordBytes}", header);
        }
        else if (!isPlain && !Utf8.IsValid(content))
        {
            Unreadable(place, content, "the record is not UTF-8", header);
        }
        else
        {
            Take(place, content, header);
        }
    }

    /// <summary>Takes a record of which some values were read, or puts it aside: what stands beside them may be long, and in any encoding.</summary>
    /// <param name="place">Its index in the request, or its line in the file.</param>
    /// <param name="content">The record's bytes as received.</param>
    public void EndForeignRecord(long place, ReadOnlySpan<byte> content)
    {
        if (content.Length > _limits.MaxQuarantinedBytes)
        {
            Unreadable(place, content, $"the record is {content.Length} bytes long; the limit is {_limits.MaxQuarantinedBytes}");
        }
        else
        {
            Take(place, content, header: default);
        }
    }

    /// <summary>Takes the record that was read from a MessagePack map, or puts it aside.</summary>
    /// <param name="content">The map's bytes.</param>
    /// <param name="fault">Why they are no map; null where they are.</param>
    public void EndMessagePack(ReadOnlySpan<byte> content, string? fault)
    {
        if (fault is not null)
        {
            Unreadable(0, content, fault);
        }
        else
        {
            Take(place: 0, content, header: default);
        }
    }

    /// <summary>Puts aside bytes that are no record, in pieces where they are many.</summary>
    public void Unreadable(long place, ReadOnlySpan<byte> content, string reason, ReadOnlySpan<byte> header = default)
    {
        Record.Begin(_nowMs);
        int pieces = Math.Max(1, (content.Length + _limits.MaxQuarantinedBytes - 1) / _limits.MaxQuarantinedBytes);
        for (int piece = 1; piece <= pieces; piece++)
        {
            ReadOnlySpan<byte> bytes = content[..Math.Min(content.Length, _limits.MaxQuarantinedBytes)];
            content = content[bytes.Length..];
            PutAside(QuarantineReason.Unreadable, place, new RecordFault("", pieces == 1 ? reason : $"{reason} (piece {piece} of {pieces})"), bytes, header);
        }
    }

    /// <summary>Everything as frames, to be appended together. They are valid until the next <see cref="Begin"/>.</summary>
    public List<LogOutput> ToFrames()
    {
        for (int p = 0; p < _byPartition.Length; p++)
        {
            CloseBatch(p);
        }

        QuarantineWriter.Write(_quarantined, _frameSource, _byPartition.Length, NextWriter, _frames);
        return _frames;
    }

    private void Take(long place, ReadOnlySpan<byte> content, ReadOnlySpan<byte> header)
    {
        if (Record.Check())
        {
            Accept(place);
        }
        else
        {
            PutAside(QuarantineReason.Invalid, place, Record.Fault, content, header);
        }
    }

    private void Accept(long place)
    {
        CallRecord record = Record;
        int partition = CallKey.PartitionOf(record.SwitchId, record.CallId, record.Event.Attempt, _byPartition.Length, out UInt128 key);
        CallEventBatch batch = _byPartition[partition];
        record.CopyTo(batch);
        Accepted++;
        _keys.Put(key ^ (UInt128)(byte)record.Event.Kind);
        Watcher?.Accepted(place, record);
        if (batch.Count == CallEventBatch.MaxRows || batch.Texts.Length >= FrameTextBytes)
        {
            CloseBatch(partition);
        }
    }

    private void CloseBatch(int partition)
    {
        CallEventBatch batch = _byPartition[partition];
        if (batch.Count == 0)
        {
            return;
        }

        ArrayBufferWriter<byte> writer = NextWriter();
        CallEventFrame.Write(batch, _frameSource, writer);
        _frames.Add(new LogOutput(Topics.CallEvents, partition, writer.WrittenMemory));
        batch.Clear();
    }

    private void PutAside(QuarantineReason reason, long place, RecordFault fault, ReadOnlySpan<byte> content, ReadOnlySpan<byte> header)
    {
        CallRecord record = Record;
        var aside = new QuarantinedEvent
        {
            Reason = reason,
            Field = fault.Field,
            Message = fault.Reason,
            Source = _source,
            Place = place,
            SwitchId = Encoding.UTF8.GetString(record.SwitchId),
            CallId = Encoding.UTF8.GetString(record.CallId),
            Attempt = record.Event.Attempt,
            ReceivedMs = _nowMs,
            Content = header.IsEmpty ? content.ToArray() : [.. header, (byte)'\n', .. content],
        };
        _quarantined.Add(aside);
        _putAsideBytes += aside.Content.Length;
        Watcher?.PutAside(new RecordError(place, fault.Field, fault.Reason), content);
        if (_errors.Count < _limits.MaxErrorsListed)
        {
            _errors.Add(new RecordError(place, fault.Field, fault.Reason));
        }
    }

    private ArrayBufferWriter<byte> NextWriter()
    {
        if (_writersUsed == _writers.Count)
        {
            _writers.Add(new ArrayBufferWriter<byte>());
        }

        ArrayBufferWriter<byte> writer = _writers[_writersUsed++];
        writer.ResetWrittenCount();
        return writer;
    }
}
