using Microsoft.Extensions.Time.Testing;

namespace Perimeter.Streaming.Tests;

public sealed class EmbeddedLogTests : LogContract
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    private protected override async Task<ILog> OpenAsync() => await EmbeddedLog.OpenAsync(new EmbeddedLogOptions { Folder = Folder.Path, MinFreeBytes = 0 });

    [Fact]
    public async Task Frames_carry_the_logs_own_clock()
    {
        await using EmbeddedLog log = await OpenWithAsync(options => options);
        await log.AppendAsync([Frame("a", 0, "1")], Cancelled);
        _time.Advance(TimeSpan.FromMilliseconds(1234));
        await log.AppendAsync([Frame("a", 0, "2")], Cancelled);
        await WithReaderAsync(log, "a", 0, "g", async reader =>
        {
            IReadOnlyList<LogFrame> frames = await reader.ReadAsync(All, TimeSpan.Zero, Cancelled);
            Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), frames[1].AppendedAtMs);
            Assert.Equal(1234, frames[1].AppendedAtMs - frames[0].AppendedAtMs);
        });
    }

    [Fact]
    public async Task Appends_under_way_together_share_one_sync()
    {
        const int appends = 40;
        using ManualResetEventSlim firstSyncs = new();
        using ManualResetEventSlim go = new();
        int syncs = 0;
        await using EmbeddedLog log = await OpenWithAsync(options => options with
        {
            BeforeDiskCall = call =>
            {
                if (call == "sync" && Interlocked.Increment(ref syncs) == 2)
                {
                    firstSyncs.Set();
                    go.Wait(Bound);
                }
            },
        });
        Task first = log.AppendAsync([Frame("a", 0, "first")], Cancelled).AsTask();
        Assert.True(firstSyncs.Wait(Bound, Cancelled));
        Task[] rest = [.. Enumerable.Range(0, appends).Select(i => log.AppendAsync([Frame("a", 0, $"{i}")], Cancelled).AsTask())];
        go.Set();
        await Task.WhenAll([first, .. rest]).WaitAsync(Bound, Cancelled);

        // One of opening, one of the first append, one of all the others.
        Assert.Equal(3, syncs);
        Assert.Equal(appends + 1, (await ReadAllAsync(log, "a", 0, "g")).Count);
    }

    [Fact]
    public async Task A_reader_does_not_see_a_frame_before_it_is_durable()
    {
        using ManualResetEventSlim syncing = new();
        using ManualResetEventSlim go = new();
        int syncs = 0;
        await using EmbeddedLog log = await OpenWithAsync(options => options with
        {
            BeforeDiskCall = call =>
            {
                if (call == "sync" && Interlocked.Increment(ref syncs) == 2)
                {
                    syncing.Set();
                    go.Wait(Bound);
                }
            },
        });
        Task append = log.AppendAsync([Frame("a", 0, "x")], Cancelled).AsTask();
        Assert.True(syncing.Wait(Bound, Cancelled));
        Assert.Empty(await ReadAllAsync(log, "a", 0, "g"));
        Assert.False(append.IsCompleted);
        go.Set();
        await append.WaitAsync(Bound, Cancelled);
        Assert.Equal(["x"], await ReadAllAsync(log, "a", 0, "g"));
    }

    [Fact]
    public async Task An_append_given_up_while_it_waits_leaves_nothing()
    {
        using ManualResetEventSlim syncing = new();
        using ManualResetEventSlim go = new();
        using CancellationTokenSource giveUp = new();
        int syncs = 0;
        await using EmbeddedLog log = await OpenWithAsync(options => options with
        {
            MaxPendingAppends = 1,
            BeforeDiskCall = call =>
            {
                if (call == "sync" && Interlocked.Increment(ref syncs) == 2)
                {
                    syncing.Set();
                    go.Wait(Bound);
                }
            },
        });
        Task first = log.AppendAsync([Frame("a", 0, "first")], Cancelled).AsTask();
        Assert.True(syncing.Wait(Bound, Cancelled));
        Task queued = log.AppendAsync([Frame("a", 0, "queued")], giveUp.Token).AsTask();
        Task behindTheLimit = log.AppendAsync([Frame("a", 0, "behind the limit")], giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => behindTheLimit);
        go.Set();
        await first.WaitAsync(Bound, Cancelled);
        await log.AppendAsync([Frame("a", 0, "last")], Cancelled);
        Assert.Equal(["first", "last"], await ReadAllAsync(log, "a", 0, "g"));
    }

    [Fact]
    public async Task After_a_failed_sync_the_log_takes_nothing_more_and_says_why()
    {
        bool fails = false;
        await using (EmbeddedLog log = await OpenWithAsync(options => options with
        {
            BeforeDiskCall = call =>
            {
                if (call == "sync" && fails)
                {
                    fails = false;
                    throw new IOException("Input/output error.", 5);
                }
            },
        }))
        {
            await log.AppendAsync([Frame("a", 0, "safe")], Cancelled);
            fails = true;
            LogFailedException failed = await Assert.ThrowsAsync<LogFailedException>(async () => await log.AppendAsync([Frame("a", 0, "x")], Cancelled));
            Assert.Contains("cannot be written any more: Input/output error.", failed.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<LogFailedException>(async () => await log.AppendAsync([Frame("a", 0, "y")], Cancelled));
            await Assert.ThrowsAsync<LogFailedException>(() => WithReaderAsync(log, "a", 0, "g", async reader =>
            {
                Assert.Equal(["safe"], Texts(await reader.ReadAsync(All, TimeSpan.Zero, Cancelled)));
                await reader.ReadAsync(All, Bound, Cancelled);
            }));
        }

        await using ILog again = await OpenAsync();
        Assert.Equal("safe", (await ReadAllAsync(again, "a", 0, "g"))[0]);
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_mid_write_keeps_nothing_of_it_and_the_log_goes_on()
    {
        bool full = false;
        await using EmbeddedLog log = await OpenWithAsync(options => options with
        {
            BeforeDiskCall = call =>
            {
                if (call == "write" && full)
                {
                    throw new IOException("No space left on device", 28);
                }
            },
        });
        await log.AppendAsync([Frame("a", 0, "1")], Cancelled);
        long length = log.Status().Bytes;
        full = true;
        await Assert.ThrowsAsync<LogFullException>(async () => await log.AppendAsync([Frame("a", 0, "2"), Frame("a", 1, "2")], Cancelled));
        await WithReaderAsync(log, "a", 0, "g", async reader =>
        {
            await Assert.ThrowsAsync<LogFullException>(async () => await reader.CommitAsync(1, [Frame("b", 0, "out")], Cancelled));
            Assert.Equal(0, reader.CommittedFrame);
        });
        Assert.Equal(length, log.Status().Bytes);
        full = false;
        Assert.Equal(1, (await log.AppendAsync([Frame("a", 0, "2"), Frame("a", 1, "2")], Cancelled))[0].Frame);
        Assert.Equal(["1", "2"], await ReadAllAsync(log, "a", 0, "g"));
        Assert.Equal(["2"], await ReadAllAsync(log, "a", 1, "g"));
        Assert.Empty(await ReadAllAsync(log, "b", 0, "g"));
    }

    [Fact]
    public async Task Below_the_reserve_appends_are_refused_and_commits_are_not()
    {
        await using (EmbeddedLog log = await OpenWithAsync(options => options))
        {
            await log.AppendAsync([Frame("a", 0, "in")], Cancelled);
        }

        // Less is free than the reserve, and more than the half of it.
        long free = new DriveInfo(Folder.Path).AvailableFreeSpace;
        await using EmbeddedLog full = await OpenWithAsync(options => options with { MinFreeBytes = free / 4 * 6 });
        LogFullException refused = await Assert.ThrowsAsync<LogFullException>(async () => await full.AppendAsync([Frame("a", 0, "x")], Cancelled));
        Assert.Contains("Make room on the disk", refused.Message, StringComparison.Ordinal);
        await WithReaderAsync(full, "a", 0, "g", reader => reader.CommitAsync(1, [Frame("b", 0, "out")], Cancelled).AsTask());
        Assert.Equal(["out"], await ReadAllAsync(full, "b", 0, "g"));
    }

    [Fact]
    public async Task A_second_opener_is_told_who_has_the_folder()
    {
        await using ILog log = await OpenAsync();
        LogInUseException refused = await Assert.ThrowsAsync<LogInUseException>(OpenAsync);
        Assert.StartsWith($"The log in {Folder.Path} is open in another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_count_of_partitions_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => OpenWithAsync(options => options with { PartitionCount = 8 }));
        Assert.Contains("was made with 4 partitions, and 8 are asked for", refused.Message, StringComparison.Ordinal);
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Wrong_options_are_named_all_at_once()
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => OpenWithAsync(options => options with { PartitionCount = 0, SegmentBytes = 10, RetentionAge = -TimeSpan.FromDays(1) }));
        Assert.Equal(
            "The embedded log cannot be opened: PartitionCount is 0; it must be 1 to 1024; SegmentBytes is 10; it must be 4096 to 2147483647; " +
            "RetentionAge is -1.00:00:00; it must not be negative.",
            refused.Message);
    }

    [Fact]
    public async Task An_append_above_the_limit_is_refused()
    {
        await using EmbeddedLog log = await OpenWithAsync(options => options with { MaxAppendBytes = 1024 });
        await log.AppendAsync([new LogOutput("a", 0, new byte[1024])], Cancelled);
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.AppendAsync([new LogOutput("a", 0, new byte[1000]), new LogOutput("a", 1, new byte[25])], Cancelled));
    }

    [Fact]
    public async Task An_identity_that_is_gone_or_changed_is_damage()
    {
        await using (ILog log = await OpenAsync())
        {
            await log.AppendAsync([Frame("a", 0, "x")], Cancelled);
        }

        string identity = Path.Combine(Folder.Path, "identity");
        byte[] bytes = await File.ReadAllBytesAsync(identity, Cancelled);
        File.Delete(identity);
        await Assert.ThrowsAsync<LogDamagedException>(OpenAsync);
        await File.WriteAllBytesAsync(identity, [.. bytes.Select((b, i) => i == 9 ? (byte)(b ^ 1) : b)], Cancelled);
        await Assert.ThrowsAsync<LogDamagedException>(OpenAsync);
        await File.WriteAllBytesAsync(identity, bytes, Cancelled);
        await (await OpenAsync()).DisposeAsync();
    }

    private Task<EmbeddedLog> OpenWithAsync(Func<EmbeddedLogOptions, EmbeddedLogOptions> change) =>
        EmbeddedLog.OpenAsync(change(new EmbeddedLogOptions { Folder = Folder.Path, MinFreeBytes = 0, Time = _time }), Cancelled);
}
