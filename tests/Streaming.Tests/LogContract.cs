using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>What every implementation of the log promises. A log is opened on a store that outlives it.</summary>
public abstract class LogContract : IDisposable
{
    private protected static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private protected static readonly ReadLimits All = new(1000, 1 << 20);

    private protected ScratchFolder Folder { get; } = new();

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected abstract Task<ILog> OpenAsync();

    /// <summary>The next log that is opened is another one.</summary>
    private protected virtual void MakeAnew()
    {
        Directory.Delete(Folder.Path, recursive: true);
        Directory.CreateDirectory(Folder.Path);
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Appended_frames_are_read_in_order()
    {
        await using ILog log = await OpenAsync();
        long last = -1;
        for (int i = 0; i < 20; i++)
        {
            LogPosition place = (await log.AppendAsync([Frame("a", 1, $"frame {i}")], Cancelled))[0];
            Assert.Equal((1, 0), (place.Partition, place.Row));
            Assert.True(place.Frame > last);
            last = place.Frame;
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"frame {i}"), await ReadAllAsync(log, "a", 1, "g"));
    }

    [Fact]
    public async Task An_append_of_several_topics_and_partitions_returns_the_place_of_each_frame()
    {
        await using ILog log = await OpenAsync();
        await log.AppendAsync([Frame("a", 0, "before")], Cancelled);
        IReadOnlyList<LogPosition> places = await log.AppendAsync([Frame("a", 0, "x"), Frame("b", 3, "y"), Frame("a", 0, "z"), Frame("a", 2, "w")], Cancelled);
        Assert.Equal([(0, 1L), (3, 0L), (0, 2L), (2, 0L)], places.Select(place => (place.Partition, place.Frame)));
        Assert.Equal(places[0].Incarnation, places[2].Incarnation);
        Assert.Equal(["before", "x", "z"], await ReadAllAsync(log, "a", 0, "g"));
        Assert.Equal(["y"], await ReadAllAsync(log, "b", 3, "g"));
        Assert.Equal(["w"], await ReadAllAsync(log, "a", 2, "g"));
    }

    [Fact]
    public async Task An_empty_append_and_an_empty_frame_are_legal()
    {
        await using ILog log = await OpenAsync();
        Assert.Empty(await log.AppendAsync([], Cancelled));
        await log.AppendAsync([Frame("a", 0, "")], Cancelled);
        Assert.Equal([""], await ReadAllAsync(log, "a", 0, "g"));
    }

    [Fact]
    public async Task A_partition_that_is_not_there_is_refused()
    {
        await using ILog log = await OpenAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await log.AppendAsync([Frame("a", log.PartitionCount, "x")], Cancelled));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await log.AppendAsync([Frame("a", -1, "x")], Cancelled));
    }

    [Fact]
    public async Task Each_group_has_its_own_cursor()
    {
        await using ILog log = await OpenAsync();
        await log.AppendAsync([Frame("a", 0, "1"), Frame("a", 0, "2"), Frame("a", 0, "3")], Cancelled);
        await WithReaderAsync(log, "a", 0, "first", reader => reader.CommitAsync(2, Cancelled).AsTask());
        await WithReaderAsync(log, "a", 0, "second", reader => reader.CommitAsync(1, Cancelled).AsTask());
        Assert.Equal(["3"], await ReadAllAsync(log, "a", 0, "first"));
        Assert.Equal(["2", "3"], await ReadAllAsync(log, "a", 0, "second"));
        Assert.Equal(["1", "2", "3"], await ReadAllAsync(log, "a", 0, "third"));
    }

    [Fact]
    public async Task A_unit_of_work_commits_its_cursor_and_its_outputs_together()
    {
        await using ILog log = await OpenAsync();
        await log.AppendAsync([Frame("a", 0, "in 1"), Frame("a", 0, "in 2")], Cancelled);
        IReadOnlyList<LogPosition> places = [];
        await WithReaderAsync(log, "a", 0, "g", async reader =>
        {
            await reader.ReadAsync(All, Bound, Cancelled);
            places = await reader.CommitAsync(2, [Frame("b", 0, "out 1"), Frame("c", 2, "out 2")], Cancelled);
            Assert.Equal(2, reader.CommittedFrame);
        });
        Assert.Equal(2, places.Count);
        await WithReaderAsync(log, "b", 0, "places", async reader => Assert.Equal(places[0], (await reader.ReadAsync(All, Bound, Cancelled))[0].Position));
        await WithReaderAsync(log, "c", 2, "places", async reader => Assert.Equal(places[1], (await reader.ReadAsync(All, Bound, Cancelled))[0].Position));
        Assert.Empty(await ReadAllAsync(log, "a", 0, "g"));
        Assert.Equal(["out 1"], await ReadAllAsync(log, "b", 0, "g"));
        Assert.Equal(["out 2"], await ReadAllAsync(log, "c", 2, "g"));
    }

    [Fact]
    public async Task A_reader_seeks_back_before_what_was_committed()
    {
        await using ILog log = await OpenAsync();
        await log.AppendAsync([Frame("a", 0, "1"), Frame("a", 0, "2"), Frame("a", 0, "3")], Cancelled);
        await WithReaderAsync(log, "a", 0, "g", async reader =>
        {
            await reader.CommitAsync(3, Cancelled);
            reader.Seek(1);
            Assert.Equal(1, reader.NextFrame);
            Assert.Equal(["2", "3"], Texts(await reader.ReadAsync(All, TimeSpan.Zero, Cancelled)));
            Assert.Empty(await reader.ReadAsync(All, TimeSpan.Zero, Cancelled));
            Assert.Equal((3L, 3L), (reader.NextFrame, reader.EndFrame));
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.Seek(4));
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.Seek(-1));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.CommitAsync(4, Cancelled));
        });
    }

    [Fact]
    public async Task A_read_stops_at_the_first_limit_and_always_brings_one_frame()
    {
        await using ILog log = await OpenAsync();
        await log.AppendAsync([Frame("a", 0, "12345"), Frame("a", 0, "12345"), Frame("a", 0, "12345"), Frame("a", 0, "12345")], Cancelled);
        await WithReaderAsync(log, "a", 0, "g", async reader =>
        {
            Assert.Equal(3, (await reader.ReadAsync(new ReadLimits(3, 1000), Bound, Cancelled)).Count);
            Assert.Single(await reader.ReadAsync(new ReadLimits(3, 1000), Bound, Cancelled));
            reader.Seek(0);
            Assert.Equal(2, (await reader.ReadAsync(new ReadLimits(10, 14), Bound, Cancelled)).Count);
            Assert.Single(await reader.ReadAsync(new ReadLimits(10, 1), Bound, Cancelled));
        });
    }

    [Fact]
    public async Task A_read_of_nothing_returns_empty_and_an_append_wakes_one_that_waits()
    {
        await using ILog log = await OpenAsync();
        await WithReaderAsync(log, "a", 2, "g", async reader =>
        {
            Assert.Empty(await reader.ReadAsync(All, TimeSpan.Zero, Cancelled));
            Assert.Empty(await reader.ReadAsync(All, TimeSpan.FromMilliseconds(5), Cancelled));
            ValueTask<IReadOnlyList<LogFrame>> waiting = reader.ReadAsync(All, Bound, Cancelled);
            Assert.False(waiting.IsCompleted);
            await log.AppendAsync([Frame("a", 1, "for another")], Cancelled);
            await log.AppendAsync([Frame("a", 2, "here")], Cancelled);
            Assert.Equal(["here"], Texts(await waiting.AsTask().WaitAsync(Bound, Cancelled)));
        });
    }

    [Fact]
    public async Task Cancelling_ends_a_read_that_waits_and_consuming_returns()
    {
        await using ILog log = await OpenAsync();
        using CancellationTokenSource stop = new();
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task consuming = log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                Task read = reader.ReadAsync(All, Timeout.InfiniteTimeSpan, ending).AsTask();
                waits.TrySetResult();
                await read;
            },
            stop.Token);
        await waits.Task.WaitAsync(Bound, Cancelled);
        await stop.CancelAsync();
        await consuming.WaitAsync(Bound, Cancelled);
    }

    [Fact]
    public async Task The_single_member_is_given_every_partition_side_by_side()
    {
        await using ILog log = await OpenAsync();
        using CancellationTokenSource stop = new();
        List<int> given = [];
        using CountdownEvent all = new(log.PartitionCount);
        await log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                lock (given)
                {
                    given.Add(reader.Partition);
                }

                // Every partition's work has begun before any of it ends.
                if (all.Signal())
                {
                    await stop.CancelAsync();
                }

                await reader.ReadAsync(All, Timeout.InfiniteTimeSpan, ending);
            },
            stop.Token).WaitAsync(Bound, Cancelled);
        Assert.Equal(Enumerable.Range(0, log.PartitionCount), given.Order());
    }

    [Fact]
    public async Task A_partition_is_one_members_at_a_time_and_all_are_the_seconds_when_the_first_has_left()
    {
        await using ILog log = await OpenAsync();
        using CancellationTokenSource stopFirst = new();
        using CancellationTokenSource stopSecond = new();
        TaskCompletionSource firstHas = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource secondHasAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HashSet<int> held = [];
        HashSet<int> seconds = [];
        Task first = log.ConsumeAsync("a", "g", (reader, ending) => HoldAsync(reader, firstHas, [], ending), stopFirst.Token);
        await firstHas.Task.WaitAsync(Bound, Cancelled);
        Task second = log.ConsumeAsync("a", "g", (reader, ending) => HoldAsync(reader, secondHasAll, seconds, ending), stopSecond.Token);
        await stopFirst.CancelAsync();
        await first.WaitAsync(Bound, Cancelled);
        await secondHasAll.Task.WaitAsync(Bound, Cancelled);
        await stopSecond.CancelAsync();
        await second.WaitAsync(Bound, Cancelled);

        async Task HoldAsync(IPartitionReader reader, TaskCompletionSource hasAll, HashSet<int> own, CancellationToken ending)
        {
            lock (held)
            {
                Assert.True(held.Add(reader.Partition), $"Partition {reader.Partition} is another's still.");
                own.Add(reader.Partition);
                if (own.Count == log.PartitionCount)
                {
                    hasAll.TrySetResult();
                }

                firstHas.TrySetResult();
            }

            try
            {
                await reader.ReadAsync(All, Timeout.InfiniteTimeSpan, ending);
            }
            finally
            {
                lock (held)
                {
                    held.Remove(reader.Partition);
                }
            }
        }
    }

    [Fact]
    public async Task An_exception_of_one_partitions_work_ends_all_and_is_thrown()
    {
        await using ILog log = await OpenAsync();
        InvalidDataException thrown = await Assert.ThrowsAsync<InvalidDataException>(() => log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                if (reader.Partition == 2)
                {
                    throw new InvalidDataException("of partition 2");
                }

                await reader.ReadAsync(All, Timeout.InfiniteTimeSpan, ending);
            },
            Cancelled).WaitAsync(Bound, Cancelled));
        Assert.Equal("of partition 2", thrown.Message);
    }

    [Fact]
    public async Task A_log_opened_again_goes_on_where_it_was()
    {
        ulong incarnation;
        await using (ILog log = await OpenAsync())
        {
            incarnation = (await log.AppendAsync([Frame("a", 0, "1"), Frame("b", 1, "other")], Cancelled))[0].Incarnation;
            await log.AppendAsync([Frame("a", 0, "2")], Cancelled);
            await WithReaderAsync(log, "a", 0, "g", reader => reader.CommitAsync(1, [Frame("b", 1, "out")], Cancelled).AsTask());
        }

        await using (ILog log = await OpenAsync())
        {
            LogPosition next = (await log.AppendAsync([Frame("a", 0, "3")], Cancelled))[0];
            Assert.Equal(incarnation, next.Incarnation);
            Assert.True(next.Frame >= 2);
            Assert.Equal(["2", "3"], await ReadAllAsync(log, "a", 0, "g"));
            Assert.Equal(["other", "out"], await ReadAllAsync(log, "b", 1, "g"));
        }
    }

    [Fact]
    public async Task Logs_made_apart_have_different_incarnations()
    {
        ulong first;
        await using (ILog log = await OpenAsync())
        {
            first = (await log.AppendAsync([Frame("a", 0, "x")], Cancelled))[0].Incarnation;
        }

        MakeAnew();
        await using ILog anew = await OpenAsync();
        Assert.NotEqual(first, (await anew.AppendAsync([Frame("a", 0, "x")], Cancelled))[0].Incarnation);
    }

    [Fact]
    public async Task Concurrent_appends_all_arrive_each_whole_and_in_its_callers_order()
    {
        const int callers = 8;
        const int appends = 50;
        await using ILog log = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
            async () =>
            {
                for (int i = 0; i < appends; i++)
                {
                    await log.AppendAsync([Frame("a", 0, $"{caller}:{i}"), Frame("a", 1, $"{caller}:{i}")], Cancelled);
                }
            },
            Cancelled)));
        List<string> zero = await ReadAllAsync(log, "a", 0, "g");
        Assert.Equal(zero, await ReadAllAsync(log, "a", 1, "g"));
        Assert.Equal(callers * appends, zero.Count);
        for (int caller = 0; caller < callers; caller++)
        {
            Assert.Equal(Enumerable.Range(0, appends).Select(i => $"{caller}:{i}"), zero.Where(text => text.StartsWith($"{caller}:", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task An_append_cancelled_before_it_began_leaves_nothing()
    {
        await using ILog log = await OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.AppendAsync([Frame("a", 0, "x")], new CancellationToken(true)));
        Assert.Empty(await ReadAllAsync(log, "a", 0, "g"));
    }

    [Fact]
    public async Task A_closed_log_takes_nothing()
    {
        ILog log = await OpenAsync();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.AppendAsync([Frame("a", 0, "x")], Cancelled));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => log.ConsumeAsync("a", "g", (_, _) => Task.CompletedTask, Cancelled));
    }

    private protected static LogOutput Frame(string topic, int partition, string text) => new(topic, partition, Encoding.UTF8.GetBytes(text));

    private protected static List<string> Texts(IReadOnlyList<LogFrame> frames) => [.. frames.Select(frame => Encoding.UTF8.GetString(frame.Payload.Span))];

    /// <summary>Everything from the group's cursor to the end.</summary>
    private protected static async Task<List<string>> ReadAllAsync(ILog log, string topic, int partition, string group)
    {
        List<string> texts = [];
        await WithReaderAsync(log, topic, partition, group, async reader =>
        {
            long least = reader.NextFrame;
            while (reader.NextFrame < reader.EndFrame)
            {
                foreach (LogFrame frame in await reader.ReadAsync(All, TimeSpan.Zero, Cancelled))
                {
                    Assert.Equal((reader.Incarnation, partition, 0), (frame.Position.Incarnation, frame.Position.Partition, frame.Position.Row));
                    Assert.True(frame.Position.Frame >= least);
                    least = frame.Position.Frame + 1;
                    texts.Add(Encoding.UTF8.GetString(frame.Payload.Span));
                }
            }
        });
        return texts;
    }

    private protected static async Task WithReaderAsync(ILog log, string topic, int partition, string group, Func<IPartitionReader, Task> work)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await log.ConsumeAsync(
            topic,
            group,
            async (reader, _) =>
            {
                if (reader.Partition == partition)
                {
                    await work(reader);
                    await stop.CancelAsync();
                }
            },
            stop.Token).WaitAsync(Bound, Cancelled);
    }
}
