using System.Diagnostics;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

/// <summary>The role, running until it is disposed.</summary>
internal sealed class RunningRole : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly int _partitions;

    private RunningRole(ILog log, ILandedKeys landed, CurrentSnapshot snapshots, RatingEngineOptions options, TimeProvider time)
    {
        _partitions = log.PartitionCount;
        Ended = RatingEngineRole.RunAsync(log, landed, snapshots, options, State, time, _stop.Token);
    }

    public static RatingEngineOptions Options { get; } = new() { IdleWait = TimeSpan.FromMilliseconds(10), RetryWait = TimeSpan.FromMilliseconds(1) };

    public RatingEngineState State { get; } = new();

    public Task Ended { get; }

    public static RunningRole Start(ILog log, CurrentSnapshot snapshots, RatingEngineOptions? options = null, TimeProvider? time = null, ILandedKeys? landed = null) =>
        new(log, landed ?? new NeverAsked(), snapshots, options ?? Options, time ?? TimeProvider.System);

    /// <summary>Waits until everything appended so far is committed, or throws what ended the role.</summary>
    public Task DrainedAsync(ScratchLog scratch) => UntilAsync(state =>
        state.Partitions.Count == _partitions && state.Partitions.All(one => one.Stage == PartitionStage.Running)
        && state.Partitions.Sum(one => one.CommittedFrame) == scratch.FramesAppended);

    public async Task UntilAsync(Func<RatingEngineState, bool> condition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition(State))
        {
            if (Ended.IsCompleted)
            {
                await Ended;
                Assert.Fail("The role has ended.");
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"Still waiting: {string.Join("; ", State.Partitions)}");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}

/// <summary>For tests in which no call is so old that it must be looked up; nothing lands.</summary>
internal sealed class NeverAsked : ILandedKeys
{
    public Task<bool> AnyBeforeAsync(long instantMs, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<ulong> LandedToAsync(ulong incarnation, int partition, CancellationToken cancellationToken) => Task.FromResult(0UL);

    public Task<IReadOnlyDictionary<UInt128, UInt128>> FindAsync(IReadOnlyList<LandedKeyQuestion> questions, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This test has no calls that must be looked up.");
}
