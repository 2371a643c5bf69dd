namespace Perimeter.Streaming;

/// <summary>
/// What is durable: segments, where each partition ends, cursors. Everything is under one lock that is held for moments only, never over I/O.
/// </summary>
internal sealed class Journal(EmbeddedLogOptions options, LogFolder folder, LogIdentity identity)
{
    /// <summary>The most places of frames kept for segments other than the newest: 32 MB. Others are scanned again when they are read.</summary>
    private const int MaxIndexedFrames = 4 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Topic, int Partition), PartitionState> _partitions = [];
    private readonly Dictionary<CursorKey, long> _cursors = [];
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<LogGroup, int> _consuming = [];
    private Exception? _failure;
    private bool _closed;
    private long _uses;

    public EmbeddedLogOptions Options { get; } = options;

    public LogFolder Folder { get; } = folder;

    public LogIdentity Identity { get; } = identity;

    /// <summary>Why the log takes nothing more; null while it does.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    /// <summary>The segment that is written to. The writer's, and opening's.</summary>
    public Segment Newest
    {
        get
        {
            lock (_gate)
            {
                return _segments[^1];
            }
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such partition.</exception>
    public PartitionState Partition(string topic, int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Identity.PartitionCount);
        lock (_gate)
        {
            if (!_partitions.TryGetValue((topic, partition), out PartitionState? state))
            {
                _partitions.Add((topic, partition), state = new PartitionState(topic, partition));
            }

            return state;
        }
    }

    public void Add(Segment segment)
    {
        lock (_gate)
        {
            _segments.Add(segment);
        }
    }

    /// <summary>A batch became durable: its frames and cursors are seen all at once.</summary>
    public void Publish(WrittenBatch batch)
    {
        lock (_gate)
        {
            Segment newest = _segments[^1];
            newest.Length += batch.Bytes;
            newest.LastAppendMs = Math.Max(newest.LastAppendMs, batch.AppendedMs);
            foreach (WrittenFrame frame in batch.Frames)
            {
                newest.Index!.Add(frame.Partition, frame.Number, frame.Place);
                frame.Partition.End = frame.Number + 1;
            }

            foreach ((CursorKey key, long next) in batch.Cursors)
            {
                _cursors[key] = next;
            }

            foreach (WrittenFrame frame in batch.Frames)
            {
                frame.Partition.Wake();
            }
        }
    }

    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            WakeAll();
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _failure ??= new ObjectDisposedException(nameof(EmbeddedLog));
            WakeAll();
            foreach (Segment segment in _segments)
            {
                segment.Release();
            }

            _segments.Clear();
        }
    }

    public (long First, long End) Range(PartitionState partition)
    {
        lock (_gate)
        {
            return (_segments.Count == 0 ? partition.End : _segments[0].BeginOf(partition), partition.End);
        }
    }

    public long? Cursor(CursorKey key)
    {
        lock (_gate)
        {
            return _cursors.TryGetValue(key, out long next) ? next : null;
        }
    }

    /// <summary>Completes when there is a frame at <paramref name="frame"/> or after it, or the log ends.</summary>
    public Task ArrivalAfter(PartitionState partition, long frame)
    {
        lock (_gate)
        {
            return partition.End > frame || _failure is not null ? Task.CompletedTask : partition.Arrival;
        }
    }

    /// <summary>The segment that holds the frame, acquired for the caller, who releases it; null where there is none yet.</summary>
    /// <exception cref="LogDamagedException">Retention has deleted the frame.</exception>
    public Segment? Find(PartitionState partition, long frame)
    {
        lock (_gate)
        {
            if (_failure is not null && (_closed || partition.End <= frame))
            {
                throw _failure;
            }

            if (frame >= partition.End)
            {
                return null;
            }

            for (int i = _segments.Count - 1; i >= 0; i--)
            {
                if (_segments[i].BeginOf(partition) <= frame)
                {
                    _segments[i].Acquire();
                    return _segments[i];
                }
            }

            throw new LogDamagedException(
                $"Frames {frame} to {_segments[0].BeginOf(partition) - 1} of {partition.Topic}, partition {partition.Partition}, are gone: retention deleted them, " +
                $"because no group that reads them was named in the log's options. Name the group there; what is gone has to be sent again.");
        }
    }

    /// <summary>Copies the places of frames from <paramref name="frame"/> on, as far as they are durable and in this segment.</summary>
    /// <returns>How many; -1 where the segment has no index at hand, and the caller is to scan it.</returns>
    public int Places(Segment segment, PartitionState partition, long frame, Span<FramePlace> places)
    {
        lock (_gate)
        {
            segment.LastUse = ++_uses;
            if (segment.Index is null)
            {
                return -1;
            }

            FrameList? list = segment.Index.Of(partition);
            int count = list is null ? 0 : (int)Math.Min(places.Length, list.End - frame);
            for (int i = 0; i < count; i++)
            {
                places[i] = list![frame + i];
            }

            return count;
        }
    }

    /// <summary>Keeps the index of an older segment, and gives up those that were not used for the longest time.</summary>
    public void Keep(Segment scanned, FrameIndex index)
    {
        lock (_gate)
        {
            scanned.Index = index;
            scanned.LastUse = ++_uses;
            GiveUpIndexes(scanned);
        }
    }

    public void GiveUpIndexes(Segment? butNot = null)
    {
        lock (_gate)
        {
            Segment[] older = [.. _segments.SkipLast(1).Where(segment => segment.Index is not null).OrderBy(segment => segment.LastUse)];
            long indexed = older.Sum(segment => (long)segment.Index!.Count);
            foreach (Segment segment in older)
            {
                if (indexed <= MaxIndexedFrames)
                {
                    return;
                }

                if (segment != butNot)
                {
                    indexed -= segment.Index!.Count;
                    segment.Index = null;
                }
            }
        }
    }

    public CheckpointBody Checkpoint()
    {
        lock (_gate)
        {
            return new CheckpointBody(
                Identity.Incarnation,
                _segments.Count == 0 ? 0 : _segments[^1].Length,
                [.. _partitions.Values.Where(partition => partition.End > 0).Select(partition => (partition, partition.End))],
                [.. _cursors]);
        }
    }

    public void Restore(IEnumerable<KeyValuePair<CursorKey, long>> cursors)
    {
        lock (_gate)
        {
            foreach ((CursorKey key, long next) in cursors)
            {
                _cursors[key] = next;
            }
        }
    }

    public void Consuming(LogGroup group, int change)
    {
        lock (_gate)
        {
            _consuming[group] = _consuming.GetValueOrDefault(group) + change;
            if (_consuming[group] == 0)
            {
                _consuming.Remove(group);
            }
        }
    }

    /// <summary>Takes the oldest segment off the list where retention lets it go; the caller deletes the file.</summary>
    public Segment? TakeExpired(long nowMs)
    {
        lock (_gate)
        {
            if (_segments.Count < 2)
            {
                return null;
            }

            Segment oldest = _segments[0];
            bool isOld = nowMs - oldest.LastAppendMs >= Options.RetentionAge.TotalMilliseconds;
            if ((!isOld && _segments.Sum(segment => segment.Length) <= Options.RetentionBytes) || !IsReadByAll(oldest, _segments[1]))
            {
                return null;
            }

            _segments.RemoveAt(0);
            return oldest;
        }
    }

    public LogStatus Status()
    {
        lock (_gate)
        {
            List<LogPartitionStatus> partitions = [.. _partitions.Values
                .OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)
                .Select(partition => new LogPartitionStatus(
                    partition.Topic, partition.Partition, _segments.Count == 0 ? 0 : _segments[0].BeginOf(partition), partition.End))];
            List<LogCursorStatus> cursors = [.. _cursors
                .OrderBy(cursor => cursor.Key.Group, StringComparer.Ordinal).ThenBy(cursor => cursor.Key.Topic, StringComparer.Ordinal)
                .ThenBy(cursor => cursor.Key.Partition)
                .Select(cursor => new LogCursorStatus(cursor.Key.Group, cursor.Key.Topic, cursor.Key.Partition, cursor.Value))];
            return new LogStatus(Identity.Incarnation, _segments.Count, _segments.Sum(segment => segment.Length), partitions, cursors);
        }
    }

    private bool IsReadByAll(Segment oldest, Segment next)
    {
        IEnumerable<LogGroup> groups = Options.Groups.Concat(_consuming.Keys);
        foreach ((PartitionState partition, long end) in next.Begins)
        {
            long begin = oldest.BeginOf(partition);
            if (end > begin && groups.Any(group => group.Topic == partition.Topic
                && _cursors.GetValueOrDefault(new CursorKey(group.Group, group.Topic, partition.Partition)) < end))
            {
                return false;
            }
        }

        return true;
    }

    private void WakeAll()
    {
        foreach (PartitionState partition in _partitions.Values)
        {
            partition.Wake();
        }
    }
}
