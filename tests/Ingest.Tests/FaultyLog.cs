using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>What becomes of one append of a <see cref="FaultyLog"/>.</summary>
internal enum AppendFate
{
    Done,

    /// <summary>The process dies before the append.</summary>
    DiesBefore,

    /// <summary>The append is durable, and the process dies before it knows.</summary>
    DiesAfter,

    Full,
}

/// <summary>Stands in for a process that was killed.</summary>
internal sealed class KilledException : Exception;

/// <summary>A real log whose appends fail as a test says, by their number from 1. Once killed, nothing gets through any more.</summary>
internal sealed class FaultyLog(ILog inner, Func<int, AppendFate> fate) : ILog
{
    private int _appends;
    private bool _isDead;

    /// <summary>Completes when an append has begun and waits for <see cref="LetAppendsGo"/>.</summary>
    public TaskCompletionSource AppendBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource? LetAppendsGo { get; init; }

    public int PartitionCount => inner.PartitionCount;

    public async ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken)
    {
        AppendFate next = fate(Interlocked.Increment(ref _appends));
        if (LetAppendsGo is not null)
        {
            AppendBegan.TrySetResult();
            await LetAppendsGo.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        }

        if (_isDead || next == AppendFate.DiesBefore)
        {
            _isDead = true;
            throw new KilledException();
        }

        if (next == AppendFate.Full)
        {
            throw new LogFullException("no room");
        }

        IReadOnlyList<LogPosition> positions = await inner.AppendAsync(frames, cancellationToken);
        if (next == AppendFate.DiesAfter)
        {
            _isDead = true;
            throw new KilledException();
        }

        return positions;
    }

    public Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        inner.ConsumeAsync(topic, group, work, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
