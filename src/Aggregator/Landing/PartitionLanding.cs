using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>
/// Lands one log partition, each row once, whatever is killed at whatever moment. What has landed is what ClickHouse itself says: every part carries
/// the places of its rows or a mark of how far it goes, so a part and the knowledge of it are one and the same rename.
/// docs/decisions/0003-landing.md tells what a crash means at each step, and what was tried instead.
/// </summary>
public sealed class PartitionLanding(IPartitionReader reader, LandingLanes lanes, AggregatorOptions options, AggregatorState state)
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);

    private readonly LogPartition _partition = new(reader.Incarnation, reader.Partition);

    /// <summary>What ClickHouse holds, as long as <see cref="_marksKnown"/>.</summary>
    private LandingMarks _marks;

    private bool _marksKnown;

    /// <summary>Keeps earlier owners of the partition out; null before it is made, and where there are none to keep out.</summary>
    private LaneClaim? _claim;

    /// <exception cref="LandingGapException">The log has lost what had not landed, or ClickHouse has what the log never had.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        state.Began(reader);
        await StartAsync(cancellationToken);
        while (true)
        {
            IReadOnlyList<LogFrame> frames = await ReadAsync(IdleWait, cancellationToken);
            if (frames.Count == 0)
            {
                continue;
            }

            LandingLane lane = await lanes.RentAsync(cancellationToken);
            try
            {
                lane.Table.Begin(_partition, _marks);
                long oldestMs = frames[0].AppendedAtMs;
                await FillAsync(lane.Table, frames, cancellationToken);
                await LandAsync(lane, oldestMs, cancellationToken);
            }
            finally
            {
                lanes.Return(lane);
            }

            await CommitAsync(cancellationToken);
        }
    }

    /// <summary>Steps 1 and 2. Step 3, rows behind what was derived from them, is nothing but reading from the rows' own mark: each table takes what it misses.</summary>
    private async Task StartAsync(CancellationToken cancellationToken)
    {
        LandingLane lane = await lanes.RentAsync(cancellationToken);
        try
        {
            await TryUntilDoneAsync(lane, () => { }, cancellationToken);
            reader.Seek(LandingStart.FirstFrame(_marks, reader));
        }
        finally
        {
            lanes.Return(lane);
        }

        if (reader.NextFrame > reader.CommittedFrame)
        {
            // What had landed before a crash kept its cursor from being saved: now it is, or the log would look behind until the next batch.
            await CommitAsync(cancellationToken);
        }
    }

    /// <summary>Whole frames, until the batch is full or has waited long enough.</summary>
    private async Task FillAsync(ILandingTable table, IReadOnlyList<LogFrame> frames, CancellationToken cancellationToken)
    {
        long began = options.Time.GetTimestamp();
        while (true)
        {
            foreach (LogFrame frame in frames)
            {
                table.Add(frame);
                if (table.Rows >= options.MaxBatchRows || table.TextBytes >= options.MaxBatchTextBytes)
                {
                    // What was read behind it is read again: a read may bring many times what a batch may hold.
                    reader.Seek(frame.Position.Frame + 1);
                    return;
                }
            }

            TimeSpan left = options.MaxDelay - options.Time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            frames = await ReadAsync(left, cancellationToken);
        }
    }

    private async Task LandAsync(LandingLane lane, long oldestMs, CancellationToken cancellationToken)
    {
        long began = options.Time.GetTimestamp();
        int rows = lane.Table.Rows;
        LandingMarks after = lane.Table.MarksAfter;
        await TryUntilDoneAsync(lane, () => InsertWhatIsMissing(lane, after), cancellationToken);
        LogPosition next = LogPosition.FromPacked(_partition.Incarnation, _partition.Partition, after.Furthest);
        long nowMs = options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        state.Landed(reader.Topic, next, rows, nowMs);
        LandingMetrics.Landed(reader.Topic, rows, options.Time.GetElapsedTime(began), TimeSpan.FromMilliseconds(nowMs - oldestMs));
    }

    private void InsertWhatIsMissing(LandingLane lane, LandingMarks after)
    {
        // 4. The rows: one part. Crash before its rename: nothing landed, and the frames are read again. After: step 2 adds what is derived.
        if (_marks.Rows < after.Rows)
        {
            lane.Table.InsertRows(lane.Connection);
            _marks = _marks with { Rows = after.Rows };
        }

        CrashSite.Pass("mid-insert");

        // 5. What is derived, with its mark: one part. Crash before its rename: step 2. After: done. Then the counts of what made no row,
        //    a table of its own with its own mark. Crash before its rename: the frames are read again, for this table alone.
        if (_marks.Derived < after.Derived)
        {
            lane.Table.InsertDerived(lane.Connection);
            _marks = _marks with { Derived = after.Derived };
        }

        if (_marks.Passed < after.Passed)
        {
            lane.Table.InsertPassed(lane.Connection);
            _marks = _marks with { Passed = after.Passed };
        }

        CrashSite.Pass("inserted-position-not-saved");
    }

    // 6. The consumer's cursor: a hint, and what lets the log forget. Crash before it: step 1 finds that all has landed. A full disk: the next batch commits.
    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await reader.CommitAsync(reader.NextFrame, cancellationToken);
            state.Recovered(reader.Topic, reader.Partition);
        }
        catch (LogFullException e)
        {
            state.Failed(reader.Topic, reader.Partition, $"The position could not be saved: {e.Message}");
        }
    }

    /// <summary>
    /// Runs inserts until they are done. After one that failed (a full disk, no memory) its part may exist or not: only ClickHouse knows, so its marks are read
    /// again before the next try. Meanwhile the lane is held and the log is not read: what waits, waits on the log.
    /// </summary>
    private async Task TryUntilDoneAsync(LandingLane lane, Action inserts, CancellationToken cancellationToken)
    {
        for (TimeSpan wait = options.FirstRetryDelay; ; wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, options.MaxRetryDelay.Ticks)))
        {
            try
            {
                await OnOwnThreadAsync(() =>
                {
                    if (!_marksKnown)
                    {
                        TakeOver(lane);
                        CatchUp(lane);
                    }

                    lane.Connection.Claim = _claim;
                    inserts();
                });
                state.Recovered(reader.Topic, reader.Partition);
                return;
            }
            catch (ClickHouseException e)
            {
                _marksKnown = false;
                LandingMetrics.Failed(reader.Topic);
                state.Failed(reader.Topic, reader.Partition, $"Landing of {reader.Topic}, partition {reader.Partition}, tries again in {wait.TotalSeconds:0.#} s: {e.Message}");
                await Task.Delay(wait, options.Time, cancellationToken);
            }
            catch (LaneLostException e)
            {
                // Who has the partition now lands it. The log takes it away from here as soon as it is heard; to claim it back would be to fight over it.
                _marksKnown = false;
                state.Failed(reader.Topic, reader.Partition, $"Landing of {reader.Topic}, partition {reader.Partition}, stands still here: {e.Message}");
                await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// 0. Nothing of an earlier owner can land from here on, and nothing of this one's is under way: what the marks then say stays so. An insert that timed out
    ///    may be done yet, so it is never sent again blindly: it is ended, or refused for its old claim. Crash: the partition is nobody's until the next owner takes it over.
    /// </summary>
    private void TakeOver(LandingLane lane)
    {
        _claim = _claim is { } mine ? lanes.Warehouse.Renew(mine) : lanes.Warehouse.Claim($"{reader.Topic}/{reader.Incarnation}/{reader.Partition}");
        lane.Connection.Claim = _claim;
    }

    private void CatchUp(LandingLane lane)
    {
        // 1. What has landed, table by table. Crash: nothing happened.
        _marks = lane.Table.ReadMarks(lane.Connection, _partition);

        // 2. What is derived lies behind the rows: added from the rows themselves, with its mark, one part. Crash: done again, whole.
        if (_marks.Derived < _marks.Rows)
        {
            lane.Table.CatchUpDerived(lane.Connection, _partition, _marks);
            _marks = _marks with { Derived = _marks.Rows };
        }

        _marksKnown = true;
    }

    private async ValueTask<IReadOnlyList<LogFrame>> ReadAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        await reader.ReadAsync(new ReadLimits(options.ReadFrames, options.ReadBytes), wait, cancellationToken);

    /// <summary>The engine keeps its caller waiting, for seconds at times: not on a thread that others need.</summary>
    private static Task OnOwnThreadAsync(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
