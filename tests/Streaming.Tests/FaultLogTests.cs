namespace Perimeter.Streaming.Tests;

public sealed class FaultLogTests : LogContract
{
    private protected override async Task<ILog> OpenAsync() =>
        new FaultLog(await EmbeddedLog.OpenAsync(new EmbeddedLogOptions { Folder = Folder.Path, MinFreeBytes = 0 }, Cancelled));

    [Fact]
    public async Task A_full_log_leaves_nothing_and_trying_again_is_safe()
    {
        await using FaultLog log = (FaultLog)await OpenAsync();
        log.FillFor(2);
        await Assert.ThrowsAsync<LogFullException>(async () => await log.AppendAsync([Frame("a", 0, "x")], Cancelled));
        await Assert.ThrowsAsync<LogFullException>(async () => await log.AppendAsync([Frame("a", 0, "x")], Cancelled));
        await log.AppendAsync([Frame("a", 0, "x")], Cancelled);
        Assert.Equal(["x"], await ReadAllAsync(log, "a", 0, "g"));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_crash_around_a_unit_of_work_has_both_or_neither_when_the_log_is_opened_again(bool after, int done)
    {
        await using (FaultLog log = (FaultLog)await OpenAsync())
        {
            await log.AppendAsync([Frame("a", 0, "in")], Cancelled);
            if (after)
            {
                log.CrashAfter(0);
            }
            else
            {
                log.CrashBefore(0);
            }

            await Assert.ThrowsAsync<LogCrashException>(
                () => WithReaderAsync(log, "a", 0, "g", reader => reader.CommitAsync(1, [Frame("b", 0, "out")], Cancelled).AsTask()));
        }

        await using ILog again = await OpenAsync();
        Assert.Equal(1 - done, (await ReadAllAsync(again, "a", 0, "g")).Count);
        Assert.Equal(done, (await ReadAllAsync(again, "b", 0, "g")).Count);
    }

    [Fact]
    public async Task An_append_is_acknowledged_only_when_it_is_durable()
    {
        await using FaultLog log = (FaultLog)await OpenAsync();
        TaskCompletionSource durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
        log.DelayUntil(durable.Task);
        Task append = log.AppendAsync([Frame("a", 0, "x")], Cancelled).AsTask();
        Assert.False(append.IsCompleted);
        durable.SetResult();
        await append.WaitAsync(Bound, Cancelled);
    }
}
