using System.Buffers;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>
/// What one partition knows of the calls that landed, and how it waits for what it must know. Nothing is decided on a guess: where ClickHouse does not answer, or what
/// must have landed has not, the partition stands still and says so.
/// </summary>
internal sealed class LandingWatch(
    IPartitionReader reader, DeduplicationState keys, ILandedKeys landed, RatingEngineOptions options, TimeProvider time, Action<PartitionStage, string> report)
{
    private static readonly ReadOnlyMemory<byte> NoCalls = EmptyFrame();

    private ulong _incarnation;
    private long? _askedAt;
    private Task<ulong>? _asked;

    /// <summary>Commits a unit of work, and keeps where on rated-calls it ends.</summary>
    public Task CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken) =>
        CommitAsync(nextFrame, outputs, keys.Committed, cancellationToken);

    private async Task CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, Action<ulong> committed, CancellationToken cancellationToken)
    {
        for (TimeSpan wait = options.RetryWait; ; wait = Longer(wait))
        {
            try
            {
                IReadOnlyList<LogPosition> places = await reader.CommitAsync(nextFrame, outputs, cancellationToken);
                for (int i = 0; i < places.Count; i++)
                {
                    if (outputs[i].Topic == Topics.RatedCalls)
                    {
                        _incarnation = places[i].Incarnation;
                        committed(places[i].Packed);
                    }
                }

                return;
            }
            catch (LogFullException full)
            {
                report(PartitionStage.WaitingForLog, $"{full.Message} The rated calls of this partition wait, and nothing is lost: make room on the disk.");
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>
    /// Lets keys go whose window is over, once they are known to have landed. Asks now and then and waits for no answer: nothing but memory hangs on it.
    /// </summary>
    public async Task ForgetOldAsync(CancellationToken cancellationToken)
    {
        if (_asked is { IsCompleted: true })
        {
            await EndAsync();
        }

        if (_asked is null && keys.IsOverdue && keys.AwaitsLanding && (_askedAt is not { } asked || time.GetElapsedTime(asked) >= options.LongestRetryWait))
        {
            _askedAt = time.GetTimestamp();
            _asked = landed.LandedToAsync(_incarnation, reader.Partition, cancellationToken);
        }
    }

    /// <summary>Waits for what was asked and not answered yet.</summary>
    public async Task EndAsync()
    {
        if (_asked is { } asked)
        {
            _asked = null;
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asked.IsCompletedSuccessfully)
            {
                keys.Landed(await asked);
            }
        }
    }

    /// <summary>At the limit of keys: returns when some may leave, or when it is time to try again.</summary>
    public async Task MakeRoomAsync(CancellationToken cancellationToken)
    {
        if (!keys.AwaitsLanding && keys.Entries > 0)
        {
            // Read back, and no unit committed since.
            await MarkAsync(cancellationToken);
        }

        string? away = keys.AwaitsLanding ? await LookAsync(cancellationToken) : null;
        if (!keys.CanForget)
        {
            report(
                PartitionStage.WaitingForKeys,
                $"The limit of {options.Deduplication.MaxKeys} keys for telling repeats is reached by calls that have not landed, and none of them is forgotten: it goes on as they land. "
                    + (away ?? "If landing keeps up otherwise, start again with a higher limit (--max-keys)."));
            await Task.Delay(options.LongestRetryWait, time, cancellationToken);
        }
    }

    /// <summary>What the calls that landed tell of the events' keys.</summary>
    public async Task<IReadOnlyDictionary<UInt128, UInt128>> FindAsync(OldEvents old, CancellationToken cancellationToken)
    {
        await CoverAsync(cancellationToken);
        IReadOnlyList<LandedKeyQuestion> questions = old.Questions();
        return await UntilAnsweredAsync(() => landed.FindAsync(questions, cancellationToken), cancellationToken);
    }

    public Task<bool> AnyBeforeAsync(long instantMs, CancellationToken cancellationToken) =>
        UntilAnsweredAsync(() => landed.AnyBeforeAsync(instantMs, cancellationToken), cancellationToken);

    /// <summary>
    /// Waits until all that was rated before memory begins has landed. It lies before this owner's first unit on rated-calls, which is made where there is none
    /// yet: a frame of no calls.
    /// </summary>
    private async Task CoverAsync(CancellationToken cancellationToken)
    {
        if (!keys.IsCovered && !keys.AwaitsLanding)
        {
            await MarkAsync(cancellationToken);
        }

        for (TimeSpan wait = options.RetryWait; !keys.IsCovered; wait = Longer(wait))
        {
            string? away = await LookAsync(cancellationToken);
            if (!keys.IsCovered)
            {
                report(PartitionStage.WaitingForWarehouse, away ?? "Old calls came, which may have been charged before: they wait until what was rated before has landed.");
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    private Task MarkAsync(CancellationToken cancellationToken) =>
        CommitAsync(reader.CommittedFrame, [new LogOutput(Topics.RatedCalls, reader.Partition, NoCalls)], keys.Marked, cancellationToken);

    /// <returns>Why there was no answer; null where there was one.</returns>
    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            keys.Landed(await landed.LandedToAsync(_incarnation, reader.Partition, cancellationToken));
            return null;
        }
        catch (LandedKeysUnavailableException e)
        {
            return Away(e);
        }
    }

    private async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (TimeSpan wait = options.RetryWait; ; wait = Longer(wait))
        {
            try
            {
                return await ask();
            }
            catch (LandedKeysUnavailableException e)
            {
                report(PartitionStage.WaitingForWarehouse, Away(e));
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private TimeSpan Longer(TimeSpan wait) => wait * 2 < options.LongestRetryWait ? wait * 2 : options.LongestRetryWait;

    private static string Away(LandedKeysUnavailableException e) =>
        $"ClickHouse cannot be asked which calls have landed; this partition waits, and nothing is lost: {e.Message}";

    private static ReadOnlyMemory<byte> EmptyFrame()
    {
        var bytes = new ArrayBufferWriter<byte>();
        RatedCallFrame.Write(new RatedCallBatch(), FrameSource.None, bytes);
        return bytes.WrittenMemory;
    }
}
