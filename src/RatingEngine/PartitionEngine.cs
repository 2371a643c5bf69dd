using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>One partition of the role: where the log, deduplication and rating meet.</summary>
internal sealed class PartitionEngine(
    IPartitionReader reader, int partitionCount, CurrentSnapshot snapshots, RatingEngineOptions options, RatingEngineState states, KeyBudget budget, TimeProvider time)
{
    private readonly DeduplicationState _keys = new(options.Deduplication, budget);
    private readonly EventReading _events = new(options.Messages, partitionCount);
    private PartitionState _state = new(reader.Partition);

    /// <summary>
    /// The order of the steps, and what a crash at each means. The log commits the cursor and the outputs at once, and everything else here is made from the log:
    /// that is all there is to "once".
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Each partition on its own thread of the pool from here: rating never waits, and would hold up the start of the others.
        await Task.Yield();
        try
        {
            // 1. Read the keys of the window back, without output. Crash: nothing happened; the next start does the same.
            Report(PartitionStage.Rebuilding, "The keys of the calls before are read back from the log.");
            await KeyReplay.RunAsync(reader, _events, _keys, options.Reading, WaitForKeysAsync, cancellationToken);

            // 2. Without a configuration nothing is passed. Crash: as 1.
            Report(PartitionStage.WaitingForConfiguration, "No configuration is published: apply one, and rating begins.");
            await snapshots.WhenPublishedAsync(cancellationToken);
            Report(PartitionStage.Running);

            await RateAllAsync(new BatchRating(_keys, _events), cancellationToken);
        }
        finally
        {
            _keys.Release();
            states.Forget(reader.Partition);
        }
    }

    /// <remarks>
    /// Rating the next batch while this one is made durable was tried, and gains nothing that could be measured: the other partitions use the cores meanwhile.
    /// </remarks>
    private async Task RateAllAsync(BatchRating rating, CancellationToken cancellationToken)
    {
        var unit = new RatingUnit(reader.Partition);
        while (true)
        {
            // 3. Read. Crash: the frames are not committed, and are read again.
            IReadOnlyList<LogFrame> frames = await reader.ReadAsync(options.Reading, options.IdleWait, cancellationToken);
            if (frames.Count == 0)
            {
                Report(PartitionStage.Running);
                continue;
            }

            // 4. Drop repeats, count what is passed and rate the rest, all by one snapshot. In memory only. Crash: as 3.
            rating.Fill(unit, frames, snapshots.Published);

            // 5. Commit rated calls, quarantine and cursor: all or none. Crash before they are durable: none of the three is there, so the frames are read again, their
            //    keys are not known, and they are rated again, perhaps by a newer configuration. After: all are there, and step 1 reads the keys back.
            if (unit.NextFrame > frames[0].Position.Frame)
            {
                CrashSite.Pass("rated-not-committed");
                await CommitAsync(unit, cancellationToken);
            }
            else
            {
                await WaitForKeysAsync(cancellationToken);
            }

            // 6. At a limit, go back to the first frame that did not fit. Crash: as 3.
            if (unit.NextFrame <= frames[^1].Position.Frame)
            {
                reader.Seek(unit.NextFrame);
            }
        }
    }

    private async Task CommitAsync(RatingUnit unit, CancellationToken cancellationToken)
    {
        TimeSpan wait = options.RetryWait;
        while (true)
        {
            try
            {
                await reader.CommitAsync(unit.NextFrame, unit.Outputs, cancellationToken);
                break;
            }
            catch (LogFullException full)
            {
                Report(PartitionStage.WaitingForLog, $"{full.Message} The rated calls of this partition wait, and nothing is lost: make room on the disk.");
            }

            await Task.Delay(wait, time, cancellationToken);
            wait = wait * 2 < options.LongestRetryWait ? wait * 2 : options.LongestRetryWait;
        }

        _state = _state with
        {
            Rated = _state.Rated + unit.Rated,
            Passed = _state.Passed + unit.Passed,
            Unusable = _state.Unusable + unit.Unusable,
            UnknownFields = _state.UnknownFields + unit.UnknownFields,
            Revision = unit.Rated > 0 ? unit.Revision : _state.Revision,
        };
        Report(PartitionStage.Running);
    }

    private async Task WaitForKeysAsync(CancellationToken cancellationToken)
    {
        Report(
            PartitionStage.WaitingForKeys,
            $"The limit of {budget.MaxKeys} keys for telling repeats is reached, and none is forgotten early: start again with a higher limit, or with a shorter horizon than {options.Deduplication.Horizon}.");
        await Task.Delay(options.LongestRetryWait, time, cancellationToken);
    }

    private void Report(PartitionStage stage, string message = "")
    {
        _state = _state with
        {
            Stage = stage, Message = message, CommittedFrame = reader.CommittedFrame, EndFrame = reader.EndFrame, Keys = _keys.Keys,
        };
        states.Report(_state);
    }
}
