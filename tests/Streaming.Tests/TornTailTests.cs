using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>Cuts and changes the journal of a log that was not closed, at every byte of its last records, and opens it again.</summary>
public sealed class TornTailTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_journal_cut_anywhere_opens_with_the_groups_that_are_whole()
    {
        (byte[] journal, List<long> ends) = await WriteAsync(groups: 4);
        for (long length = ends[0]; length < journal.Length; length++)
        {
            int whole = ends.FindLastIndex(end => end <= length);
            Assert.Equal(whole, await OpenAsync(journal.AsMemory(0, (int)length)));
        }
    }

    [Fact]
    public async Task A_torn_tail_of_zeros_or_noise_opens_with_the_groups_that_are_whole()
    {
        (byte[] journal, List<long> ends) = await WriteAsync(groups: 4);
        Random random = new(7);
        for (long length = ends[3]; length < journal.Length; length += 3)
        {
            byte[] torn = journal.ToArray();
            torn.AsSpan((int)length).Clear();
            Assert.Equal(3, await OpenAsync(torn));
            random.NextBytes(torn.AsSpan((int)length));
            Assert.Equal(3, await OpenAsync(torn));
        }
    }

    [Fact]
    public async Task A_byte_changed_where_it_was_durable_is_damage_and_in_the_last_group_a_torn_tail()
    {
        (byte[] journal, List<long> ends) = await WriteAsync(groups: 4);
        for (int at = 0; at < journal.Length; at++)
        {
            byte[] changed = journal.ToArray();
            changed[at] ^= 0x40;
            if (at < ends[3])
            {
                // The record behind it says that it was durable.
                LogDamagedException damage = await Assert.ThrowsAsync<LogDamagedException>(() => OpenAsync(changed));
                Assert.Contains(JournalPath, damage.Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(3, await OpenAsync(changed));
            }
        }
    }

    [Fact]
    public async Task A_byte_changed_after_the_log_was_closed_is_damage_even_in_the_last_group()
    {
        (byte[] journal, List<long> ends) = await WriteAsync(groups: 3);
        await (await OpenLogAsync(_folder.Path)).DisposeAsync();
        byte[] closed = File.ReadAllBytes(JournalPath);
        Assert.True(closed.Length > journal.Length);
        for (int at = 0; at < ends[^1]; at += 5)
        {
            byte[] changed = closed.ToArray();
            changed[at] ^= 0x01;
            await Assert.ThrowsAsync<LogDamagedException>(() => OpenAsync(changed));
        }
    }

    [Fact]
    public async Task Of_groups_that_were_written_together_and_never_synced_a_lost_middle_cuts_off_the_rest()
    {
        using SemaphoreSlim syncs = new(0);
        using ManualResetEventSlim inSync = new();
        int seen = 0;
        await using EmbeddedLog log = await EmbeddedLog.OpenAsync(Options(_folder.Path) with
        {
            BeforeDiskCall = call =>
            {
                // The second sync, of the first append, waits until the others have been queued.
                if (call == "sync" && Interlocked.Increment(ref seen) == 2)
                {
                    inSync.Set();
                    syncs.Wait(TimeSpan.FromSeconds(30));
                }
            },
        }, Cancelled);
        Task first = AppendAsync(log, 0);
        Assert.True(inSync.Wait(TimeSpan.FromSeconds(30), Cancelled));
        Task[] together = [AppendAsync(log, 1), AppendAsync(log, 2), AppendAsync(log, 3)];
        syncs.Release();
        await Task.WhenAll([first, .. together]);
        byte[] journal = File.ReadAllBytes(JournalPath);
        int group = (journal.Length - EmptyLength) / 4;

        // Group 1 is lost, 2 and 3 are whole, and none of the three was acknowledged before all were synced.
        byte[] torn = journal.ToArray();
        torn.AsSpan(EmptyLength + group + 50, 20).Clear();
        Assert.Equal(1, await OpenAsync(torn));

        // Group 0 was durable before group 1 was written.
        byte[] damaged = journal.ToArray();
        damaged.AsSpan(EmptyLength + 50, 20).Clear();
        await Assert.ThrowsAsync<LogDamagedException>(() => OpenAsync(damaged));
    }

    [Fact]
    public async Task A_segment_that_is_gone_or_has_another_length_is_damage()
    {
        await using (EmbeddedLog log = await EmbeddedLog.OpenAsync(Options(_folder.Path) with { SegmentBytes = 4096 }, Cancelled))
        {
            for (int i = 0; i < 60; i++)
            {
                await AppendAsync(log, i);
            }
        }

        string[] segments = [.. Directory.GetFiles(_folder.Path, "*.journal").Order()];
        Assert.True(segments.Length >= 3);
        byte[] second = File.ReadAllBytes(segments[1]);
        File.Delete(segments[1]);
        Assert.Contains("is gone", (await Assert.ThrowsAsync<LogDamagedException>(() => OpenLogAsync(_folder.Path))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(segments[1], second[..^1]);
        Assert.Contains("when the next segment was begun", (await Assert.ThrowsAsync<LogDamagedException>(() => OpenLogAsync(_folder.Path))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(segments[1], second);
        await using EmbeddedLog mended = await OpenLogAsync(_folder.Path);
        Assert.Equal(60, mended.Status().Partitions.Single(one => one.Topic == "a" && one.Partition == 0).EndFrame);
    }

    [Fact]
    public async Task A_frame_damaged_in_an_older_segment_is_named_when_it_is_read()
    {
        await using (EmbeddedLog log = await EmbeddedLog.OpenAsync(Options(_folder.Path) with { SegmentBytes = 4096 }, Cancelled))
        {
            for (int i = 0; i < 60; i++)
            {
                await AppendAsync(log, i);
            }
        }

        string oldest = Directory.GetFiles(_folder.Path, "*.journal").Order().First();
        byte[] bytes = File.ReadAllBytes(oldest);
        bytes[1000] ^= 1;
        File.WriteAllBytes(oldest, bytes);
        await using EmbeddedLog damaged = await OpenLogAsync(_folder.Path);
        LogDamagedException damage = await Assert.ThrowsAsync<LogDamagedException>(() => damaged.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                while (true)
                {
                    await reader.ReadAsync(new ReadLimits(1, 1), Timeout.InfiniteTimeSpan, ending);
                }
            },
            Cancelled));
        Assert.Contains(oldest, damage.Message, StringComparison.Ordinal);
    }

    private const int EmptyLength = 60;

    private string JournalPath => Path.Combine(_folder.Path, "00000000000000000001.journal");

    private static EmbeddedLogOptions Options(string folder) => new() { Folder = folder, PartitionCount = 2, MinFreeBytes = 0 };

    private static Task<EmbeddedLog> OpenLogAsync(string folder) => EmbeddedLog.OpenAsync(Options(folder), Cancelled);

    private static Task AppendAsync(EmbeddedLog log, int number) =>
        log.AppendAsync([Frame("a", 0, number), Frame("a", 1, number), Frame("b", 0, number)], Cancelled).AsTask();

    private static LogOutput Frame(string topic, int partition, int number) => new(topic, partition, Encoding.UTF8.GetBytes($"frame {number:D30}"));

    /// <summary>Writes groups one after the other, and takes the journal as it is before the log is closed: as a killed process leaves it.</summary>
    private async Task<(byte[] Journal, List<long> Ends)> WriteAsync(int groups)
    {
        await using EmbeddedLog log = await OpenLogAsync(_folder.Path);
        List<long> ends = [new FileInfo(JournalPath).Length];
        for (int i = 0; i < groups; i++)
        {
            await AppendAsync(log, i);
            ends.Add(new FileInfo(JournalPath).Length);
        }

        return (File.ReadAllBytes(JournalPath), ends);
    }

    /// <summary>Opens a copy of the log with this journal, and returns how many groups are there, all of which have to be whole and in order.</summary>
    private async Task<int> OpenAsync(ReadOnlyMemory<byte> journal)
    {
        using ScratchFolder copy = new();
        File.Copy(Path.Combine(_folder.Path, "identity"), Path.Combine(copy.Path, "identity"));
        await File.WriteAllBytesAsync(Path.Combine(copy.Path, Path.GetFileName(JournalPath)), journal, Cancelled);
        try
        {
            await using EmbeddedLog log = await OpenLogAsync(copy.Path);
            long[] ends = [.. log.Status().Partitions.Select(one => one.EndFrame).Distinct()];
            Assert.True(ends.Length <= 1, "half a group");
            int groups = ends.Length == 0 ? 0 : (int)ends[0];
            await AppendAsync(log, groups);
            return groups;
        }
        catch (LogDamagedException damage)
        {
            throw new LogDamagedException(damage.Message.Replace(copy.Path, _folder.Path, StringComparison.Ordinal));
        }
    }
}
