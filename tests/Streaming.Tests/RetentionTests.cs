using Microsoft.Extensions.Time.Testing;

namespace Perimeter.Streaming.Tests;

/// <summary>What retention deletes, and what it holds, in segments of a few records.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly ScratchFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_every_group_has_read_goes_when_it_is_old()
    {
        await using EmbeddedLog log = await OpenAsync([new("a", "g")]);
        await AppendAsync(log, "a", 40);
        await CommitAsync(log, "a", "g", 40);
        await AppendAsync(log, "a", 1);
        Assert.Equal(0, await FirstAsync(log, "a"));
        _time.Advance(TimeSpan.FromHours(25));
        await AppendAsync(log, "a", 1);
        Assert.InRange(await FirstAsync(log, "a"), 1, 40);
        Assert.True(Directory.GetFiles(_folder.Path, "*.journal").Length <= 3);
        Assert.Equal(log.Status().Segments, Directory.GetFiles(_folder.Path, "*.journal").Length);
    }

    [Fact]
    public async Task Retention_follows_the_slowest_group_even_one_that_never_ran()
    {
        await using EmbeddedLog log = await OpenAsync([new("a", "fast"), new("a", "never ran")]);
        await AppendAsync(log, "a", 40);
        await CommitAsync(log, "a", "fast", 40);
        _time.Advance(TimeSpan.FromDays(30));
        await AppendAsync(log, "a", 1);
        Assert.Equal(0, await FirstAsync(log, "a"));
        await CommitAsync(log, "a", "never ran", 20);
        Assert.InRange(await FirstAsync(log, "a"), 1, 20);
    }

    [Fact]
    public async Task A_segment_is_held_for_the_slowest_topic_in_it()
    {
        await using EmbeddedLog log = await OpenAsync([new("a", "g"), new("b", "g")]);
        await AppendAsync(log, "b", 1);
        await AppendAsync(log, "a", 40);
        await CommitAsync(log, "a", "g", 40);
        _time.Advance(TimeSpan.FromDays(2));
        await AppendAsync(log, "a", 1);
        Assert.Equal(0, await FirstAsync(log, "a"));
        await CommitAsync(log, "b", "g", 1);
        Assert.InRange(await FirstAsync(log, "a"), 1, 40);
    }

    [Fact]
    public async Task Above_the_bytes_allowed_what_every_group_has_read_goes_before_its_age()
    {
        await using EmbeddedLog log = await OpenAsync([new("a", "g")], retentionBytes: 10_000);
        await AppendAsync(log, "a", 100);
        Assert.Equal(0, await FirstAsync(log, "a"));
        await CommitAsync(log, "a", "g", 100);
        Assert.InRange(await FirstAsync(log, "a"), 1, 100);
        Assert.True(log.Status().Bytes <= 10_000);
    }

    [Fact]
    public async Task Cursors_and_ends_outlive_the_segments_that_they_were_written_in()
    {
        await using (EmbeddedLog log = await OpenAsync([new("a", "g"), new("rare", "g")], retentionBytes: 0))
        {
            await AppendAsync(log, "rare", 3);
            await CommitAsync(log, "rare", "g", 2);
            await CommitAsync(log, "rare", "g", 3);
            for (int i = 1; i <= 10; i++)
            {
                await AppendAsync(log, "a", 20);
                await CommitAsync(log, "a", "g", 20 * i);
            }

            Assert.True(await FirstAsync(log, "rare") == 3, "the segment of the rare topic is gone");
        }

        await using EmbeddedLog again = await OpenAsync([new("a", "g"), new("rare", "g")], retentionBytes: 0);
        Assert.Equal(3, again.Status().Cursors.Single(one => one.Topic == "rare" && one.Partition == 0).NextFrame);
        Assert.Equal(200, again.Status().Cursors.Single(one => one.Topic == "a" && one.Partition == 0).NextFrame);
        Assert.Equal(3, (await again.AppendAsync([new LogOutput("rare", 0, new byte[10])], Cancelled))[0].Frame);
    }

    [Fact]
    public async Task A_group_that_was_not_named_and_whose_frames_are_gone_is_told_so()
    {
        await using (EmbeddedLog log = await OpenAsync([], retentionBytes: 0))
        {
            await AppendAsync(log, "a", 1);
            await CommitAsync(log, "a", "unnamed", 1);
            await AppendAsync(log, "a", 60);
        }

        await using EmbeddedLog again = await OpenAsync([], retentionBytes: 0);
        LogDamagedException gone = await Assert.ThrowsAsync<LogDamagedException>(
            () => again.ConsumeAsync("a", "unnamed", async (reader, ending) => await reader.ReadAsync(new ReadLimits(1, 1), TimeSpan.Zero, ending), Cancelled));
        Assert.StartsWith("Frames 1 to ", gone.Message, StringComparison.Ordinal);
    }

    private Task<EmbeddedLog> OpenAsync(IReadOnlyList<LogGroup> groups, long retentionBytes = long.MaxValue) =>
        EmbeddedLog.OpenAsync(
            new EmbeddedLogOptions
            {
                Folder = _folder.Path,
                PartitionCount = 1,
                Groups = groups,
                SegmentBytes = 4096,
                RetentionBytes = retentionBytes,
                MinFreeBytes = 0,
                Time = _time,
            },
            Cancelled);

    private static async Task AppendAsync(EmbeddedLog log, string topic, int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            await log.AppendAsync([new LogOutput(topic, 0, new byte[500])], Cancelled);
        }
    }

    private static async Task CommitAsync(EmbeddedLog log, string topic, string group, long next)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await log.ConsumeAsync(
            topic,
            group,
            async (reader, _) =>
            {
                await reader.CommitAsync(next, Cancelled);
                await stop.CancelAsync();
            },
            stop.Token).WaitAsync(Bound, Cancelled);
    }

    /// <summary>An append is acknowledged before the writer deletes; the next one is taken after that.</summary>
    private static Task SettleAsync(EmbeddedLog log) => log.AppendAsync([new LogOutput("settle", 0, default)], Cancelled).AsTask();

    private static async Task<long> FirstAsync(EmbeddedLog log, string topic)
    {
        await SettleAsync(log);
        return log.Status().Partitions.Single(one => one.Topic == topic).FirstFrame;
    }
}
