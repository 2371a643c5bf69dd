using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

public sealed class KeyReplayTests
{
    private const int Hours = 40;
    private const long StartMs = 1_790_000_000_000;
    private const long HourMs = 3_600_000;

    /// <summary>One frame an hour, each with one call, of which all but the last are committed; retention removes frames while it is read.</summary>
    private sealed class HourlyLog(Func<int, long> firstFrameAtSeek) : IPartitionReader
    {
        private int _seeks;

        public string Topic => Topics.CallEvents;

        public int Partition => 0;

        public ulong Incarnation => 1;

        public long FirstFrame { get; private set; }

        public long EndFrame => Hours;

        public long CommittedFrame => Hours - 1;

        public long NextFrame { get; private set; } = Hours - 1;

        public List<long> FramesRead { get; } = [];

        public void Seek(long frame)
        {
            FirstFrame = Math.Max(FirstFrame, firstFrameAtSeek(_seeks++));
            ArgumentOutOfRangeException.ThrowIfLessThan(frame, FirstFrame);
            NextFrame = frame;
        }

        public ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
        {
            var batch = new CallEventBatch();
            new TestEvent((int)NextFrame).AddTo(batch);
            var frame = new LogFrame(new LogPosition(1, 0, NextFrame, 0), StartMs + (NextFrame * HourMs), ScratchLog.Encode(batch));
            FramesRead.Add(NextFrame++);
            return ValueTask.FromResult<IReadOnlyList<LogFrame>>([frame]);
        }

        public ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private static Task<bool> NoneBefore(long instantMs, CancellationToken cancellationToken) => Task.FromResult(false);

    [Theory]
    [InlineData(0)] // nothing was removed
    [InlineData(10)] // retention removes, while the beginning is looked for, what the window does not need
    [InlineData(31)]
    public async Task The_keys_of_the_window_are_read_back_though_retention_removes_what_is_older(long removedTo)
    {
        var reader = new HourlyLog(seek => seek >= 1 ? removedTo : 0);
        var keys = new DeduplicationState(new DeduplicationOptions(), new KeyBudget(1 << 20));
        await KeyReplay.RunAsync(reader, new EventReading(new CallMessageLimits(), partitionCount: 1), keys, NoneBefore, new ReadLimits(10, 1 << 20), _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken);

        // The last committed frame is of hour 38, and the window is 7 hours: hours 31 to 38.
        Assert.Equal(8, keys.Keys);
        Assert.Equal(Hours - 1, reader.NextFrame);
        Assert.InRange(reader.FramesRead.Count, 8, 20);
    }

    [Fact]
    public async Task Where_retention_has_removed_all_that_was_committed_there_is_nothing_to_read_back()
    {
        var reader = new HourlyLog(_ => Hours - 1);
        var keys = new DeduplicationState(new DeduplicationOptions(), new KeyBudget(1 << 20));
        await KeyReplay.RunAsync(reader, new EventReading(new CallMessageLimits(), partitionCount: 1), keys, NoneBefore, new ReadLimits(10, 1 << 20), _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken);
        Assert.Equal(0, keys.Keys);
        Assert.Equal(Hours - 1, reader.NextFrame);
    }

    /// <summary>A log over Kafka: behind each frame, one an hour, lie marks of the log's own, which are read as nothing. The end is where frames end, once somebody has looked.</summary>
    private sealed class MarkedLog(int frames, int marks, long committed) : IPartitionReader
    {
        private int _reads;
        private bool _hasLooked;

        public string Topic => Topics.CallEvents;

        public int Partition => 0;

        public ulong Incarnation => 1;

        public long FirstFrame => 0;

        public long EndFrame => _hasLooked ? LastFrame + 1 : LastFrame + 1 + marks;

        public long CommittedFrame { get; } = committed;

        public long NextFrame { get; private set; } = committed;

        private int Step => marks + 1;

        private long LastFrame => (frames - 1) * Step;

        public void Seek(long frame)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(frame, 0);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(frame, LastFrame + 1 + marks);
            NextFrame = frame;
        }

        public ValueTask<IReadOnlyList<LogFrame>> ReadAsync(ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
        {
            Assert.True(++_reads < 1000, "It reads for ever.");
            long frame = (NextFrame + Step - 1) / Step * Step;
            if (frame > LastFrame)
            {
                _hasLooked = true;
                return ValueTask.FromResult<IReadOnlyList<LogFrame>>([]);
            }

            var batch = new CallEventBatch();
            new TestEvent((int)frame).AddTo(batch);
            NextFrame = frame + 1;
            return ValueTask.FromResult<IReadOnlyList<LogFrame>>([new LogFrame(new LogPosition(1, 0, frame, 0), StartMs + (frame / Step * HourMs), ScratchLog.Encode(batch))]);
        }

        public ValueTask CommitAsync(long nextFrame, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<LogPosition>> CommitAsync(long nextFrame, IReadOnlyList<LogOutput> outputs, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    [Theory]
    [InlineData(1, 0)] // the cursor is just behind a frame
    [InlineData(1, 1)] // and behind the mark that follows it
    [InlineData(7, 7)] // several: aborted frames, and a cursor that a person has moved to the end
    [InlineData(7, 4)]
    public async Task Marks_before_the_cursor_and_up_to_the_end_neither_stop_the_replay_nor_shorten_the_window(int marks, int behind)
    {
        long committed = ((Hours - 1) * (marks + 1)) + 1 + behind;
        var reader = new MarkedLog(Hours, marks, committed);
        var keys = new DeduplicationState(new DeduplicationOptions(), new KeyBudget(1 << 20));
        await KeyReplay.RunAsync(reader, new EventReading(new CallMessageLimits(), partitionCount: 1), keys, NoneBefore, new ReadLimits(10, 1 << 20), _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken);

        // The last frame is of hour 39, and the window is 7 hours: hours 32 to 39.
        Assert.Equal(8, keys.Keys);
        Assert.Equal(committed, reader.NextFrame);
    }

    [Fact]
    public async Task A_frame_behind_the_marks_tells_the_time_as_well_as_the_one_before_them()
    {
        // Of 40 frames with a mark each, all but the last are committed, and the mark of the last but one.
        var reader = new MarkedLog(Hours, 1, (Hours - 1) * 2);
        var keys = new DeduplicationState(new DeduplicationOptions(), new KeyBudget(1 << 20));
        await KeyReplay.RunAsync(reader, new EventReading(new CallMessageLimits(), partitionCount: 1), keys, NoneBefore, new ReadLimits(10, 1 << 20), _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken);

        // Whatever comes next is of hour 39 or later, and asks for hours 32 and later.
        Assert.InRange(keys.Keys, 7, 8);
        Assert.Equal((Hours - 1) * 2, reader.NextFrame);
    }
}
