using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Landing;

/// <summary>
/// Lands one log partition, each row once, whatever is killed at whatever moment. What has landed is what ClickHouse itself says: every part carries
/// the places of its rows or marks of how far it goes, so a part and the knowledge of it are one and the same rename.
/// docs/decisions/0003-landing.md tells what a crash means at each step, and what was tried instead.
/// </summary>
public sealed class PartitionLanding(IPartitionReader reader, LandingLanes lanes, AggregatorOptions options, AggregatorState state)
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);

    /// <summary>How long a partition without frames may not notice that its batch was closed by another. Far less than an insert takes.</summary>
    private static readonly TimeSpan FillWait = TimeSpan.FromMilliseconds(20);

    private readonly LogPartition _partition = new(reader.Incarnation, reader.Partition);
    private TimeSpan _retryDelay = options.FirstRetryDelay;

    /// <summary>What ClickHouse holds, as long as <see cref="_marksKnown"/>.</summary>
    private LandingMarks _marks;

    private bool _marksKnown;

    /// <summary>The last batch failed, and none has landed since.</summary>
    private bool _hasFailed;

    /// <summary>What was read last, and how much of it is in a batch.</summary>
    private IReadOnlyList<LogFrame> _frames = [];

    private int _taken;

    /// <summary>Keeps earlier owners of the partition out; null before it is made, and where there are none to keep out.</summary>
    private LaneClaim? _claim;

    private long NextToTake => _taken < _frames.Count ? _frames[_taken].Position.Frame : reader.NextFrame;

    /// <exception cref="LandingGapException">The log has lost what had not landed, or ClickHouse has what the log never had.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        state.Began(reader);
        while (true)
        {
            if (!_marksKnown)
            {
                await StartAsync(cancellationToken);
            }

            if (!await HasFramesAsync(IdleWait, cancellationToken))
            {
                // What failed had landed nevertheless.
                Recovered();
            }
            else if (await LandAsync(cancellationToken))
            {
                await CommitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Steps 0 to 2. Step 3, rows behind what was derived from them, is nothing but reading from the rows' own mark: each table takes what it misses.</summary>
    private async Task StartAsync(CancellationToken cancellationToken)
    {
        while (!_marksKnown)
        {
            try
            {
                await lanes.AskAsync(TakeOver, cancellationToken);
                _marksKnown = true;
            }
            catch (ClickHouseException e)
            {
                await FailedAsync(e, cancellationToken);
            }
            catch (LaneLostException e)
            {
                await LostAsync(e, cancellationToken);
            }
        }

        if (!_hasFailed)
        {
            Recovered();
        }

        _frames = [];
        _taken = 0;
        reader.Seek(LandingStart.FirstFrame(_marks, reader));
        if (reader.NextFrame > reader.CommittedFrame)
        {
            // What had landed before a crash kept its cursor from being saved: now it is, or the log would look behind until the next batch.
            await CommitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Another has claimed the partition. Mostly the log has given it to that one, and takes it away from here as soon as it is heard: to claim it back would be to fight over it. But a process that was
    /// given up may claim before it hears of it, and last; then nobody lands the partition. So the log is asked, and whom it confirms claims again.
    /// </summary>
    private async Task LostAsync(LaneLostException e, CancellationToken cancellationToken)
    {
        state.Failed(reader.Topic, reader.Partition, $"Landing of {reader.Topic}, partition {reader.Partition}, stands still here: {e.Message}");
        do
        {
            await Task.Delay(NextRetryDelay(), options.Time, cancellationToken);
        }
        while (!await IsConfirmedAsync(cancellationToken));

        _claim = null;
    }

    private async Task<bool> IsConfirmedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ConfirmAsync(cancellationToken);
        }
        catch (LogFullException)
        {
            // Nobody knows for now.
            return false;
        }
    }

    private void TakeOver(LandingLane lane)
    {
        // 0. Nothing of an earlier owner can land from here on, and nothing of this one's is under way: what the marks then say stays so. An insert that timed out
        //    may be done yet, so it is never sent again blindly: it is ended, or refused for its old claim. Crash: the partition is nobody's until the next owner takes it over.
        _claim = _claim is { } mine ? lanes.Warehouse.Renew(mine) : lanes.Warehouse.Claim($"{reader.Topic}/{reader.Incarnation}/{reader.Partition}");

        // 1. What has landed, table by table. Crash: nothing happened.
        _marks = lane.Table.ReadMarks(lane.Connection, _partition);

        // 2. What is derived lies behind the rows: added from the rows themselves, with its mark, one part. Crash: done again, whole.
        if (_marks.Derived < _marks.Rows)
        {
            lane.Connection.Claims = _claim is null ? [] : [_claim];
            lane.Table.CatchUpDerived(lane.Connection, _partition, _marks);
            _marks = _marks with { Derived = _marks.Rows };
        }
    }

    /// <summary>Steps 4 and 5: lands frames with those of other partitions, and what comes to this one until the batch is closed.</summary>
    /// <returns>False where nobody knows what landed.</returns>
    private async Task<bool> LandAsync(CancellationToken cancellationToken)
    {
        var share = new LandingShare(_partition, _claim, _marks);
        LandingBatch batch;
        Task landed;
        int before = _taken;
        do
        {
            (batch, landed) = await lanes.OpenAsync(cancellationToken);
            _taken = await batch.AddAsync(share, _frames, before);
        }
        while (_taken == before);

        // Who must go waits for what is on its way, and for no more.
        using CancellationTokenRegistration leaving = cancellationToken.Register(batch.Close);
        try
        {
            await FillAsync(batch, share, cancellationToken);
        }
        catch
        {
            batch.Close();
            await landed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        try
        {
            await landed;
        }
        catch (ClickHouseException e)
        {
            // The parts may exist or not: only ClickHouse knows. Until then the log is not read: what waits, waits on the log.
            _marksKnown = false;
            _hasFailed = true;
            await FailedAsync(e, cancellationToken);
            return false;
        }

        _marks = share.After;
        Recovered();
        return true;
    }

    private async Task FillAsync(LandingBatch batch, LandingShare share, CancellationToken cancellationToken)
    {
        while (!batch.IsClosed && batch.TimeLeft is { Ticks: > 0 } left)
        {
            if (await HasFramesAsync(left < FillWait ? left : FillWait, cancellationToken))
            {
                _taken = await batch.AddAsync(share, _frames, _taken);
            }
        }
    }

    // 6. The consumer's cursor: a hint, and what lets the log forget. Crash before it: step 1 finds that all has landed. A full disk: the next batch commits.
    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await reader.CommitAsync(NextToTake, cancellationToken);
        }
        catch (LogFullException e)
        {
            _hasFailed = true;
            state.Failed(reader.Topic, reader.Partition, $"The position could not be saved: {e.Message}");
        }
    }

    private async Task FailedAsync(ClickHouseException e, CancellationToken cancellationToken)
    {
        TimeSpan wait = NextRetryDelay();
        state.Failed(reader.Topic, reader.Partition, $"Landing of {reader.Topic}, partition {reader.Partition}, tries again in {wait.TotalSeconds:0.#} s: {e.Message}");
        await Task.Delay(wait, options.Time, cancellationToken);
    }

    private TimeSpan NextRetryDelay()
    {
        TimeSpan wait = _retryDelay;
        _retryDelay = options.RetryDelayAfter(wait);
        return wait;
    }

    private void Recovered()
    {
        _hasFailed = false;
        _retryDelay = options.FirstRetryDelay;
        state.Recovered(reader.Topic, reader.Partition);
    }

    /// <summary>What a batch left of the last read, or the next read.</summary>
    private async ValueTask<bool> HasFramesAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (_taken == _frames.Count)
        {
            _frames = await reader.ReadAsync(new ReadLimits(options.ReadFrames, options.ReadBytes), wait, cancellationToken);
            _taken = 0;
        }

        return _frames.Count > 0;
    }
}
