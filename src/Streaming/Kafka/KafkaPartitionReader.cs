namespace Perimeter.Streaming;

/// <summary>One member's cursor over a partition that it was given.</summary>
internal sealed class KafkaPartitionReader : IPartitionReader
{
    private readonly PartitionGrant _grant;
    private readonly PartitionFetch _fetch;
    private readonly TransactionWriter _writer;
    private readonly KafkaTopics _topics;
    private readonly KafkaOffsets _offsets;
    private readonly KafkaLogOptions _options;
    private long _committed;

    public KafkaPartitionReader(
        string topic, ulong incarnation, PartitionGrant grant, PartitionEnds ends, long committed, PartitionFetch fetch, TransactionWriter writer, KafkaTopics topics, KafkaOffsets offsets,
        KafkaLogOptions options)
    {
        Topic = topic;
        Incarnation = incarnation;
        CommittedFrame = committed;
        NextFrame = committed;
        _grant = grant;
        Ends = ends;
        _fetch = fetch;
        _writer = writer;
        _topics = topics;
        _offsets = offsets;
        _options = options;
    }

    public PartitionEnds Ends { get; }

    public string Topic { get; }

    public int Partition => _grant.Place.Partition.Value;

    public ulong Incarnation { get; }

    public long FirstFrame => Ends.First;

    public long EndFrame => Ends.End;

    public long CommittedFrame
    {
        get => Volatile.Read(ref _committed);
        private set => Volatile.Write(ref _committed, value);
    }

    public long NextFrame { get; private set; }

    public void Seek(long frame)
    {
        ThrowIfOutside(frame, nameof(frame));
        NextFrame = frame;
    }

    public async ValueTask<long?> FindSinceAsync(long instantMs, CancellationToken cancellationToken) =>
        await _offsets.SinceAsync(_grant.Place, instantMs, cancellationToken).ConfigureAwait(false) ?? EndFrame;

    public async ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxFrames, 1);
        cancellationToken.ThrowIfCancellationRequested();
        List<LogFrame> frames = await _fetch.ReadAsync(NextFrame, CommittedFrame, limits, wait, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (frames.Count > 0)
        {
            NextFrame = frames[^1].Position.Frame + 1;
        }

        return frames;
    }

    /// <summary>By the cursor, committed where it is: the cluster takes it from a member of the group's newest generation alone, and such a one has what it was given until it gives it up itself.</summary>
    public async ValueTask<bool> ConfirmAsync(CancellationToken cancellationToken) =>
        await _grant.Member.CommitAsync(_grant, CommittedFrame, _fetch, cancellationToken).ConfigureAwait(false);

    public async ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken)
    {
        ThrowIfOutside(nextFrame, nameof(nextFrame));
        await _grant.Member.CommitAsync(_grant, nextFrame, _fetch, cancellationToken).ConfigureAwait(false);
        CommittedFrame = nextFrame;
    }

    public async ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken)
    {
        if (outputs.Count == 0)
        {
            await CommitAsync(nextFrame, cancellationToken).ConfigureAwait(false);
            return [];
        }

        ThrowIfOutside(nextFrame, nameof(nextFrame));
        KafkaUnit unit = KafkaUnit.Of(_topics, _options, outputs, _grant, nextFrame, movesCursor: nextFrame != CommittedFrame);
        await _writer.WriteAsync(unit, cancellationToken).ConfigureAwait(false);
        CommittedFrame = nextFrame;
        return unit.PlacesOf(outputs, _topics);
    }

    private void ThrowIfOutside(long frame, string parameter)
    {
        // A cursor may lie behind the marks that follow the last frame.
        (long first, long end) = (FirstFrame, EndFrame);
        if (frame < first || (frame > Math.Max(end, NextFrame) && frame != CommittedFrame))
        {
            throw new ArgumentOutOfRangeException(parameter, frame, $"{Topic}, partition {Partition}, holds the frames from {first} to before {end}.");
        }
    }
}
