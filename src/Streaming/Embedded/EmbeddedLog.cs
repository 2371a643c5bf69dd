using System.Runtime.ExceptionServices;

namespace Perimeter.Streaming;

/// <summary>
/// The log of one process on its own disk: one journal for all topics and partitions, in segment files. A record of the journal is one atomic group of
/// frames and cursors, so that what is appended or committed together is there together after any crash, and one sync serves all appends under way.
/// </summary>
public sealed class EmbeddedLog : ILog
{
    private readonly Journal _journal;
    private readonly JournalWriter _writer;
    private readonly FileStream _lock;
    private readonly Dictionary<LogGroup, SemaphoreSlim> _members = [];
    private int _disposed;

    private EmbeddedLog(Journal journal, FileStream folderLock)
    {
        _journal = journal;
        _lock = folderLock;
        _writer = new JournalWriter(journal);
    }

    public int PartitionCount => _journal.Identity.PartitionCount;

    /// <summary>Made at random with the log: positions of another log never pass for positions of this one.</summary>
    public ulong Incarnation => _journal.Identity.Incarnation;

    /// <exception cref="ArgumentException">The options are wrong, or the log was made with another count of partitions.</exception>
    /// <exception cref="LogDamagedException">The folder is not as the log left it.</exception>
    /// <exception cref="LogInUseException">Another process has the folder open.</exception>
    public static Task<EmbeddedLog> OpenAsync(EmbeddedLogOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        return Task.Run(
            () =>
            {
                FileStream folderLock = new LogFolder(options.Folder, null).Lock();
                try
                {
                    return new EmbeddedLog(JournalOpening.Open(options), folderLock);
                }
                catch
                {
                    folderLock.Dispose();
                    throw;
                }
            },
            cancellationToken);
    }

    public LogStatus Status() => _journal.Status();

    public async ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (frames.Count == 0)
        {
            return [];
        }

        PendingAppend append = Prepare(_journal, frames, []);
        await _writer.AppendAsync(append, cancellationToken).ConfigureAwait(false);
        return PlacesOf(append, frames, Incarnation);
    }

    /// <remarks>
    /// This process is the only one, so that a group's first member is given all partitions; a second one waits until the first has ended.
    /// </remarks>
    public async Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        JournalFormat.Name(topic, "topic");
        JournalFormat.Name(group, "group");
        LogGroup member = new(topic, group);
        SemaphoreSlim turn = TurnOf(member);
        try
        {
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        _journal.Consuming(member, 1);
        try
        {
            await RunAsync(topic, group, work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _journal.Consuming(member, -1);
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _writer.StopAsync().ConfigureAwait(false);
        _journal.Close();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Where the frames of an append that is done lie.</summary>
    internal static LogPosition[] PlacesOf(PendingAppend append, IReadOnlyList<LogOutput> frames, ulong incarnation)
    {
        LogPosition[] places = new LogPosition[frames.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = new LogPosition(incarnation, frames[i].Partition, append.Numbers[i], 0);
        }

        return places;
    }

    /// <exception cref="ArgumentException">The group is too large, or names no partition of the log.</exception>
    internal static PendingAppend Prepare(Journal journal, IReadOnlyList<LogOutput> frames, IReadOnlyList<KeyValuePair<CursorKey, long>> cursors)
    {
        PartitionState[] partitions = new PartitionState[frames.Count];
        long payload = 0;
        long bytes = JournalFormat.HeadBytes + (cursors.Count * ((2 * JournalFormat.MaxNameBytes) + 12));
        for (int i = 0; i < partitions.Length; i++)
        {
            partitions[i] = journal.Partition(frames[i].Topic, frames[i].Partition);
            payload += frames[i].Payload.Length;
            bytes += partitions[i].FrameHeadBytes + frames[i].Payload.Length;
        }

        return payload <= journal.Options.MaxAppendBytes
            ? new PendingAppend(frames, partitions, cursors, bytes)
            : throw new ArgumentException(
                $"The frames have {payload} bytes together, and {journal.Options.MaxAppendBytes} is the most for one append. Append fewer at a time.", nameof(frames));
    }

    private async Task RunAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = new Task[PartitionCount];
        ExceptionDispatchInfo? first = null;
        for (int i = 0; i < running.Length; i++)
        {
            PartitionReader reader = new(_journal, _writer, _journal.Partition(topic, i), group);
            running[i] = Task.Run(() => WorkAsync(reader), CancellationToken.None);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        first?.Throw();
        await Task.Delay(Timeout.InfiniteTimeSpan, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task WorkAsync(IPartitionReader reader)
        {
            try
            {
                await work(reader, ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // Asked for, or the end of a sibling whose exception is thrown.
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(exception), null);
                await ending.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private SemaphoreSlim TurnOf(LogGroup member)
    {
        lock (_members)
        {
            if (!_members.TryGetValue(member, out SemaphoreSlim? turn))
            {
                _members.Add(member, turn = new SemaphoreSlim(1));
            }

            return turn;
        }
    }
}
