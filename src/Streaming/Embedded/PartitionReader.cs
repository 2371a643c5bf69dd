using System.Buffers.Binary;

namespace Perimeter.Streaming;

/// <summary>Reads one partition for one group, from the places in the index; frames that lie near one another are read as one piece.</summary>
internal sealed class PartitionReader : IPartitionReader
{
    /// <summary>Bytes of other partitions that are read through rather than starting another read.</summary>
    private const int MaxGapBytes = 16 << 10;

    /// <summary>The most frames of one read, whatever the caller would take.</summary>
    private const int MaxFrames = 16_384;

    private readonly Journal _journal;
    private readonly JournalWriter _writer;
    private readonly PartitionState _partition;
    private readonly CursorKey _key;
    private FramePlace[] _places = new FramePlace[64];
    private byte[] _buffer = [];

    public PartitionReader(Journal journal, JournalWriter writer, PartitionState partition, string group)
    {
        _journal = journal;
        _writer = writer;
        _partition = partition;
        _key = new CursorKey(group, partition.Topic, partition.Partition);
        NextFrame = CommittedFrame;
    }

    public string Topic => _partition.Topic;

    public int Partition => _partition.Partition;

    public ulong Incarnation => _journal.Identity.Incarnation;

    public long FirstFrame => _journal.Range(_partition).First;

    public long EndFrame => _journal.Range(_partition).End;

    public long CommittedFrame => _journal.Cursor(_key) ?? FirstFrame;

    public long NextFrame { get; private set; }

    public void Seek(long frame)
    {
        (long first, long end) = _journal.Range(_partition);
        if (frame < first || frame > end)
        {
            throw new ArgumentOutOfRangeException(nameof(frame), frame, $"{Topic}, partition {Partition}, holds the frames from {first} to before {end}.");
        }

        NextFrame = frame;
    }

    public async ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxFrames, 1);
        cancellationToken.ThrowIfCancellationRequested();
        Task arrival = _journal.ArrivalAfter(_partition, NextFrame);
        if (!arrival.IsCompleted && (wait > TimeSpan.Zero || wait == Timeout.InfiniteTimeSpan))
        {
            await arrival.WaitAsync(wait, _journal.Options.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        Segment? segment = _journal.Find(_partition, NextFrame);
        if (segment is null)
        {
            return [];
        }

        try
        {
            return Read(segment, limits);
        }
        finally
        {
            segment.Release();
        }
    }

    public async ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken) =>
        await CommitAsync(nextFrame, [], cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken)
    {
        (long first, long end) = _journal.Range(_partition);
        if (nextFrame < first || nextFrame > end)
        {
            throw new ArgumentOutOfRangeException(
                nameof(nextFrame), nextFrame, $"{Topic}, partition {Partition}, holds the frames from {first} to before {end}: nothing else can be committed.");
        }

        PendingAppend append = EmbeddedLog.Prepare(_journal, outputs, [new(_key, nextFrame)]);
        await _writer.AppendAsync(append, cancellationToken).ConfigureAwait(false);
        return EmbeddedLog.PlacesOf(append, outputs, Incarnation);
    }

    private LogFrame[] Read(Segment segment, ReadLimits limits)
    {
        int wanted = Math.Min(limits.MaxFrames, MaxFrames);
        if (_places.Length < wanted)
        {
            _places = new FramePlace[wanted];
        }

        int found = _journal.Places(segment, _partition, NextFrame, _places.AsSpan(0, wanted));
        if (found < 0)
        {
            _journal.Keep(segment, JournalOpening.Scan(_journal, segment));
            found = _journal.Places(segment, _partition, NextFrame, _places.AsSpan(0, wanted));
        }

        if (found <= 0)
        {
            throw new LogDamagedException(
                $"{segment.Path}: frame {NextFrame} of {Topic}, partition {Partition}, should be in it and is not. Restore the folder from a copy.");
        }

        int count = 1;
        long bytes = _places[0].Length;
        while (count < found && bytes + _places[count].Length <= limits.MaxBytes)
        {
            bytes += _places[count++].Length;
        }

        LogFrame[] frames = new LogFrame[count];
        Fill(segment, frames);
        NextFrame += count;
        return frames;
    }

    private void Fill(Segment segment, LogFrame[] frames)
    {
        // The pieces are planned first: the buffer must not move once frames point into it.
        int total = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            int gap = i == 0 ? int.MaxValue : _places[i].Offset - End(i - 1);
            total = checked(total + FrameBytes(i) + (gap <= MaxGapBytes ? gap : 0));
        }

        if (_buffer.Length < total)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(total, (int)Math.Min(_buffer.Length * 2L, 1 << 20)));
        }

        int used = 0;
        for (int begin = 0; begin < frames.Length;)
        {
            int end = begin + 1;
            while (end < frames.Length && _places[end].Offset - End(end - 1) <= MaxGapBytes)
            {
                end++;
            }

            int length = End(end - 1) - _places[begin].Offset;
            ReadExactly(segment, _buffer.AsSpan(used, length), _places[begin].Offset);
            for (int i = begin; i < end; i++)
            {
                frames[i] = Take(segment, i, used + _places[i].Offset - _places[begin].Offset);
            }

            used += length;
            begin = end;
        }
    }

    private LogFrame Take(Segment segment, int index, int at)
    {
        ReadOnlySpan<byte> frame = _buffer.AsSpan(at, FrameBytes(index));
        long number = NextFrame + index;
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != JournalFormat.FrameCheck(frame, Incarnation)
            || BinaryPrimitives.ReadInt64LittleEndian(frame[8..]) != number
            || BinaryPrimitives.ReadUInt16LittleEndian(frame[24..]) != Partition)
        {
            throw new LogDamagedException(
                $"{segment.Path}, offset {_places[index].Offset}: frame {number} of {Topic}, partition {Partition}, does not match its check. " +
                "The log does not go on without it: restore the folder from a copy, or the disk.");
        }

        return new LogFrame(
            new LogPosition(Incarnation, Partition, number, 0),
            BinaryPrimitives.ReadInt64LittleEndian(frame[16..]),
            _buffer.AsMemory(at + _partition.FrameHeadBytes, _places[index].Length));
    }

    private static void ReadExactly(Segment segment, Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(segment.Handle, target, offset);
            if (read == 0)
            {
                throw new LogDamagedException($"{segment.Path} ends at {offset}, and frames were written behind that. Restore the folder from a copy.");
            }

            target = target[read..];
            offset += read;
        }
    }

    private int FrameBytes(int index) => _partition.FrameHeadBytes + _places[index].Length;

    private int End(int index) => _places[index].Offset + FrameBytes(index);
}
