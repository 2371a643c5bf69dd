using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>
/// The one thread that writes. It takes all appends that wait, writes them as one piece and syncs once; what came meanwhile is the next piece.
/// </summary>
internal sealed class JournalWriter
{
    /// <summary>One write takes appends up to so many bytes, and always one.</summary>
    private const int MaxBatchBytes = 4 << 20;

    private readonly Journal _journal;
    private readonly DiskSpace _disk;
    private readonly RecordBuffer _buffer;
    private readonly WrittenBatch _batch = new();
    private readonly SemaphoreSlim _places;
    private readonly Queue<PendingAppend> _waiting = new();
    private readonly object _gate = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopping;

    public JournalWriter(Journal journal)
    {
        _journal = journal;
        _disk = new DiskSpace(journal.Options);
        _buffer = new RecordBuffer(journal.Identity.Incarnation);
        _places = new SemaphoreSlim(journal.Options.MaxPendingAppends);
        _thread = new Thread(Run) { Name = "log writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Completes when the append is durable. Cancelling it leaves nothing of it, or is too late and without effect.</summary>
    public async ValueTask AppendAsync(PendingAppend append, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_stopping)
            {
                _places.Release();
                throw new ObjectDisposedException(nameof(EmbeddedLog));
            }

            _waiting.Enqueue(append);
            Monitor.Pulse(_gate);
        }

        using (cancellationToken.UnsafeRegister(static (state, token) => ((PendingAppend)state!).GiveUp(token), append))
        {
            await append.Done.ConfigureAwait(false);
        }
    }

    /// <summary>Writes what waits, and ends.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        return _ended.Task;
    }

    private void Run()
    {
        List<PendingAppend> taken = [];
        while (Take(taken))
        {
            try
            {
                Write(taken);
            }
            catch (Exception exception)
            {
                // What is on the disk is not known any more. After a failed sync the system may have dropped the pages and call the next sync a success.
                Fail(taken, exception);
            }

            taken.Clear();
        }

        WriteClosed();
        _ended.SetResult();
    }

    private bool Take(List<PendingAppend> taken)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            long bytes = 0;
            while (_waiting.TryPeek(out PendingAppend? next) && (taken.Count == 0 || bytes + next.Bytes <= MaxBatchBytes))
            {
                _waiting.Dequeue();
                _places.Release();
                if (next.TryTake())
                {
                    bytes += next.Bytes;
                    taken.Add(next);
                }
            }

            return true;
        }
    }

    private void Write(List<PendingAppend> taken)
    {
        if (_journal.Failure is Exception failure)
        {
            throw failure;
        }

        List<PendingAppend> admitted = [];
        foreach (PendingAppend append in taken)
        {
            if (_disk.Admits(append.Bytes, append.Urgency))
            {
                admitted.Add(append);
            }
            else
            {
                append.Fail(_disk.Full());
            }
        }

        if (admitted.Count > 0 && !TryWriteTogether(admitted))
        {
            foreach (PendingAppend append in admitted)
            {
                if (!TryWriteTogether([append]))
                {
                    append.Fail(_disk.Full());
                }
            }
        }

        DeleteExpired();
    }

    /// <returns>False where the disk is full, and nothing was kept.</returns>
    private bool TryWriteTogether(List<PendingAppend> appends)
    {
        if (!TryBeginSegment(appends.Sum(append => append.Bytes)))
        {
            return false;
        }

        Segment segment = _journal.Newest;
        _buffer.Clear();
        _batch.Clear();
        _batch.AppendedMs = NowMs();
        foreach (PendingAppend append in appends)
        {
            foreach (PartitionState partition in append.Partitions)
            {
                partition.Assigned = partition.End;
            }
        }

        foreach (PendingAppend append in appends)
        {
            _buffer.AddGroup(append, segment.Number, segment.Length, _batch);
        }

        if (!TryPut(segment))
        {
            return false;
        }

        _journal.Publish(_batch);
        foreach (PendingAppend append in appends)
        {
            append.Complete();
        }

        return true;
    }

    /// <summary>Writes the buffer behind what is durable, and syncs.</summary>
    /// <returns>False where the disk is full: the file is as it was.</returns>
    private bool TryPut(Segment segment)
    {
        _batch.Bytes = _buffer.Length;
        try
        {
            _journal.Options.BeforeDiskCall?.Invoke("write");
            RandomAccess.Write(segment.Handle, _buffer.Written, segment.Length);
        }
        catch (IOException exception) when (IsFull(exception))
        {
            _journal.Options.BeforeDiskCall?.Invoke("truncate");
            RandomAccess.SetLength(segment.Handle, segment.Length);
            return false;
        }

        _journal.Options.BeforeDiskCall?.Invoke("sync");
        RandomAccess.FlushToDisk(segment.Handle);
        return true;
    }

    /// <summary>Begins a new segment where the newest one has no room left.</summary>
    /// <returns>False where the disk is full.</returns>
    private bool TryBeginSegment(long bytes)
    {
        Segment newest = _journal.Newest;
        if (newest.Length + bytes <= _journal.Options.SegmentBytes || newest.Length == newest.HeadBytes)
        {
            return true;
        }

        long number = newest.Number + 1;
        CheckpointBody checkpoint = _journal.Checkpoint();
        RecordBuffer head = new(_journal.Identity.Incarnation);
        head.AddCheckpoint(checkpoint, number, NowMs());
        string path = _journal.Folder.SegmentPath(number);
        try
        {
            Segment segment = new(number, path, _journal.Folder.Create(path, head.Written))
            {
                HeadBytes = head.Length,
                Length = head.Length,
                LastAppendMs = NowMs(),
                Index = new FrameIndex(),
            };
            foreach ((PartitionState partition, long end) in checkpoint.Partitions)
            {
                segment.Begins.Add(partition, end);
            }

            _journal.Add(segment);
        }
        catch (IOException exception) when (IsFull(exception))
        {
            return false;
        }

        _journal.GiveUpIndexes();
        return true;
    }

    private void DeleteExpired()
    {
        while (_journal.TakeExpired(NowMs()) is Segment expired)
        {
            _journal.Folder.Delete(expired.Path);
            expired.Release();
        }
    }

    /// <summary>Says that all before it is durable, so that a later change of the last records is seen as damage.</summary>
    private void WriteClosed()
    {
        if (_journal.Failure is not null)
        {
            return;
        }

        Segment newest = _journal.Newest;
        _buffer.Clear();
        _buffer.AddClosed(newest.Number, newest.Length, NowMs());
        try
        {
            TryPut(newest);
        }
        catch (IOException)
        {
            // Without the record the log opens just as well.
        }
    }

    private void Fail(List<PendingAppend> taken, Exception exception)
    {
        if (_journal.Failure is null)
        {
            _journal.Fail(new LogFailedException(
                $"The log in {_journal.Folder.Path} cannot be written any more: {exception.Message} What was acknowledged is safe. Look at the disk, then start again.",
                exception));
        }

        foreach (PendingAppend append in taken)
        {
            append.Fail(_journal.Failure!);
        }
    }

    private long NowMs() => _journal.Options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool IsFull(IOException exception) => exception is not LogFailedException && DiskErrors.IsFull(exception);
}
