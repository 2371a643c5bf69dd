using System.Buffers;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>What one unit of work produces and how far it moves the cursor. Used again for the next.</summary>
internal sealed class RatingUnit(int partition)
{
    /// <summary>More events than these go to the quarantine in several frames.</summary>
    private const int MaxQuarantinedPerFrame = 1000;

    /// <summary>A buffer that a storm of conflicts made is given up after it.</summary>
    private const int KeptBytes = 16 << 20;

    private ArrayBufferWriter<byte> _bytes = new(1 << 16);
    private readonly List<(string Topic, int Begin, int End)> _frames = [];
    private readonly List<LogOutput> _outputs = [];
    private readonly List<QuarantinedEvent> _quarantined = [];

    /// <summary>The frame after the last that the unit passed.</summary>
    public long NextFrame { get; private set; }

    public long Rated { get; private set; }

    public PassedEvents Passed { get; private set; }

    /// <summary>Frames and events in the quarantine that were no conflicts.</summary>
    public long Unusable { get; private set; }

    /// <summary>Fields of messages with names that mean nothing here.</summary>
    public long UnknownFields { get; private set; }

    public ConfigRevision Revision { get; private set; }

    public OutcomeCounts Outcomes { get; } = new();

    /// <summary>Bytes of the frames so far; up to <see cref="MaxQuarantinedPerFrame"/> events wait for theirs.</summary>
    public int Bytes => _bytes.WrittenCount;

    /// <summary>Valid after <see cref="Seal"/>, until the unit is begun again.</summary>
    public IReadOnlyList<LogOutput> Outputs => _outputs;

    public void Begin(long nextFrame)
    {
        NextFrame = nextFrame;
        Rated = 0;
        Passed = default;
        Unusable = 0;
        UnknownFields = 0;
        Revision = default;
        Outcomes.Clear();
        if (_bytes.Capacity > KeptBytes)
        {
            _bytes = new ArrayBufferWriter<byte>(1 << 16);
        }

        _bytes.ResetWrittenCount();
        _frames.Clear();
        _outputs.Clear();
        _quarantined.Clear();
    }

    public void Pass(LogFrame frame) => NextFrame = frame.Position.Frame + 1;

    public void CountUnknown(int fields) => UnknownFields += fields;

    public void AddRated(RatedCallBatch batch, FrameSource source)
    {
        int begin = _bytes.WrittenCount;
        RatedCallFrame.Write(batch, source, _bytes);
        _frames.Add((Topics.RatedCalls, begin, _bytes.WrittenCount));
        Rated += batch.Count;
        Outcomes.Add(batch);
        Passed += batch.Passed;
        Revision = batch.Revision;
    }

    public void PutAside(QuarantinedEvent put, FrameSource source)
    {
        if (put.Reason != QuarantineReason.Conflict)
        {
            Unusable++;
        }

        _quarantined.Add(put);
        if (_quarantined.Count == MaxQuarantinedPerFrame)
        {
            WriteQuarantined(source);
        }
    }

    /// <summary>Ends the unit: the bytes stay where they are from here on.</summary>
    public void Seal(FrameSource source)
    {
        if (_quarantined.Count > 0)
        {
            WriteQuarantined(source);
        }

        foreach ((string topic, int begin, int end) in _frames)
        {
            _outputs.Add(new LogOutput(topic, partition, _bytes.WrittenMemory[begin..end]));
        }
    }

    private void WriteQuarantined(FrameSource source)
    {
        int begin = _bytes.WrittenCount;
        QuarantineFrame.Write(_quarantined, source, _bytes);
        _frames.Add((Topics.Quarantine, begin, _bytes.WrittenCount));
        _quarantined.Clear();
    }
}
