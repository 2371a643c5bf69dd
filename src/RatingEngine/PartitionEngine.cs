using Perimeter.Rating;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>One partition of the role: where the log, deduplication and rating meet.</summary>
internal sealed class PartitionEngine
{
    private static readonly Dictionary<UInt128, UInt128> NothingLanded = [];

    private readonly IPartitionReader _reader;
    private readonly CurrentSnapshot _snapshots;
    private readonly RatingEngineOptions _options;
    private readonly RatingEngineState _states;
    private readonly DeduplicationState _keys;
    private readonly EventReading _events;
    private readonly LandingWatch _landing;
    private readonly TimeProvider _time;
    private ReadLimits _limits;
    private PartitionState _state;

    public PartitionEngine(
        IPartitionReader reader, int partitionCount, ILandedKeys landed, CurrentSnapshot snapshots, RatingEngineOptions options, RatingEngineState states, KeyBudget budget, TimeProvider time)
    {
        _reader = reader;
        _snapshots = snapshots;
        _options = options;
        _limits = options.Reading;
        _states = states;
        _keys = new DeduplicationState(options.Deduplication, budget);
        _events = new EventReading(options.Messages, partitionCount);
        _landing = new LandingWatch(reader, _keys, landed, options, time, Report);
        _time = time;
        _state = new PartitionState(reader.Partition);
    }

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
            await KeyReplay.RunAsync(_reader, _events, _keys, _landing.AnyBeforeAsync, _options.Reading, _landing.MakeRoomAsync, cancellationToken);

            // 2. Without a configuration nothing is passed. Crash: as 1.
            Report(PartitionStage.WaitingForConfiguration, "No configuration is published: apply one, and rating begins.");
            await _snapshots.WhenPublishedAsync(cancellationToken);
            Report(PartitionStage.Running);

            await RateAllAsync(new BatchRating(_keys, _events), cancellationToken);
        }
        finally
        {
            await _landing.EndAsync();
            _keys.Release();
            _states.Forget(_reader.Partition);
        }
    }

    /// <remarks>
    /// Rating the next batch while this one is made durable was tried, and gains nothing that could be measured: the other partitions use the cores meanwhile.
    /// </remarks>
    private async Task RateAllAsync(BatchRating rating, CancellationToken cancellationToken)
    {
        var unit = new RatingUnit(_reader.Partition);
        while (true)
        {
            // 3. Read. Crash: the frames are not committed, and are read again.
            IReadOnlyList<LogFrame> frames = await _reader.ReadAsync(_limits, _options.IdleWait, cancellationToken);
            _keys.Relieve();
            await _landing.ForgetOldAsync(cancellationToken);
            if (frames.Count == 0)
            {
                Report(PartitionStage.Running);
                continue;
            }

            _limits = EventReading.IsFrame(frames[^1]) ? _options.Reading : _options.ReadingOfSingleCalls;

            // 4. Drop repeats, count what is passed and rate the rest, all by one snapshot; old events are looked up, all of the unit together. In memory only, but
            //    for a frame of no calls where the look-up must know how far landing is. Crash: as 3.
            long began = _time.GetTimestamp();
            RatingSnapshot snapshot = _snapshots.Published;
            rating.Fill(unit, frames, snapshot);
            IReadOnlyDictionary<UInt128, UInt128> landed = rating.Old.Count > 0 ? await _landing.FindAsync(rating.Old, cancellationToken) : NothingLanded;
            rating.Complete(unit, BatchRating.SourceOf(frames[0]), landed, snapshot);
            TimeSpan rated = _time.GetElapsedTime(began);

            // 5. Commit rated calls, quarantine and cursor: all or none. Crash before they are durable: none of the three is there, so the frames are read again, their
            //    keys are not known, and they are rated again, perhaps by a newer configuration. After: all are there, and step 1 reads the keys back.
            if (unit.NextFrame > frames[0].Position.Frame)
            {
                CrashSite.Pass("rated-not-committed");
                began = _time.GetTimestamp();
                await CommitAsync(unit, cancellationToken);
                RatingMetrics.Committed(unit, rated, _time.GetElapsedTime(began));
            }
            else
            {
                await _landing.MakeRoomAsync(cancellationToken);
            }

            // 6. At a limit, go back to the first frame that did not fit. Crash: as 3.
            if (unit.NextFrame <= frames[^1].Position.Frame)
            {
                _reader.Seek(unit.NextFrame);
            }
        }
    }

    private async Task CommitAsync(RatingUnit unit, CancellationToken cancellationToken)
    {
        await _landing.CommitAsync(unit.NextFrame, unit.Outputs, cancellationToken);
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

    private void Report(PartitionStage stage, string message = "")
    {
        _state = _state with
        {
            Stage = stage, Message = message, CommittedFrame = _reader.CommittedFrame, EndFrame = _reader.EndFrame, Keys = _keys.Keys, KeyBytes = _keys.Bytes,
        };
        _states.Report(_state);
    }
}
