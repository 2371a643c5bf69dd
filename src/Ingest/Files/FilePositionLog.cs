using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>
/// Reads the positions of files back from the log at the start, and keeps the log short while the process runs: what was read is committed together with
/// a snapshot of all positions. The snapshot is written anew from time to time, since it holds back what the log may delete.
/// </summary>
internal sealed class FilePositionLog : IAsyncDisposable
{
    public const string Group = "file-ingest";

    /// <summary>All positions are in one partition, whose order is theirs.</summary>
    public const int Partition = 0;

    /// <summary>Frames after which a snapshot is due, if the log does not fall silent before.</summary>
    private const int FramesPerSnapshot = 256;

    private static readonly TimeSpan SnapshotAge = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);
    private static readonly ReadLimits Limits = new(MaxFrames: 1024, MaxBytes: 4 << 20);

    private readonly FilePositions _positions;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;

    private FilePositionLog(FilePositions positions, TimeProvider clock)
    {
        _positions = positions;
        _clock = clock;
    }

    /// <summary>Ends only when disposed, or with the fault that ended it.</summary>
    public Task Reading => _reading;

    /// <summary>Fills the positions with what the log holds, and goes on keeping the log short.</summary>
    /// <param name="log">The log.</param>
    /// <param name="reader">Tells this process from others on the same log, each of which reads every position; empty where there are none.</param>
    /// <param name="positions">What is filled.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static async Task<FilePositionLog> OpenAsync(
        ILog log, string reader, FilePositions positions, TimeProvider clock, CancellationToken cancellationToken)
    {
        var opened = new FilePositionLog(positions, clock);
        opened._reading = opened.ReadAsync(log, reader.Length > 0 ? $"{Group}.{reader}" : Group);
        try
        {
            Task first = await Task.WhenAny(opened._caughtUp.Task, opened._reading).WaitAsync(cancellationToken);
            await first;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }

        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReadAsync(ILog log, string group)
    {
        try
        {
            await log.ConsumeAsync(Topics.FilePositions, group, WorkAsync, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task WorkAsync(IPartitionReader reader, CancellationToken cancellationToken)
    {
        if (reader.Partition != Partition)
        {
            return;
        }

        var read = new List<FilePosition>();
        int uncommitted = 0;
        long snapshotTimestamp = _clock.GetTimestamp();
        while (true)
        {
            IReadOnlyList<LogFrame> frames = reader.NextFrame == reader.EndFrame && !_caughtUp.Task.IsCompleted
                ? []
                : await reader.ReadAsync(Limits, Silence, cancellationToken);
            foreach (LogFrame frame in frames)
            {
                read.Clear();
                bool isSnapshot = FilePositionFrame.Read(frame.Payload.Span, read);
                uncommitted += isSnapshot ? 0 : 1;
                read.ForEach(_positions.Apply);
            }

            if (reader.NextFrame == reader.EndFrame)
            {
                _caughtUp.TrySetResult();
            }

            bool isOld = reader.NextFrame > reader.CommittedFrame && _clock.GetElapsedTime(snapshotTimestamp) >= SnapshotAge;
            if (uncommitted >= FramesPerSnapshot || (uncommitted > 0 && frames.Count == 0) || isOld)
            {
                uncommitted = await CommitAsync(reader, cancellationToken) ? 0 : uncommitted;
                snapshotTimestamp = _clock.GetTimestamp();
            }
        }
    }

    /// <returns>False where the log is full: the positions stay in it uncommitted, which loses nothing.</returns>
    private async Task<bool> CommitAsync(IPartitionReader reader, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> snapshot = FilePositionFrame.Write(_positions.All(), isSnapshot: true);
        try
        {
            // A crash before: the same frames are read again. After: the snapshot stands for them.
            await reader.CommitAsync(reader.NextFrame, [new LogOutput(Topics.FilePositions, Partition, snapshot)], cancellationToken);
            return true;
        }
        catch (LogFullException)
        {
            return false;
        }
    }
}
