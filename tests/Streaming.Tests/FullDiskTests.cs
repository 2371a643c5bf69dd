using System.Diagnostics;

namespace Perimeter.Streaming.Tests;

/// <summary>A real disk that is full: a small tmpfs, which only root can mount.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public async Task A_full_disk_refuses_appends_loses_nothing_and_goes_on_when_there_is_room(long minFreeBytes)
    {
        using ScratchFolder scratch = new();
        string disk = Path.Combine(scratch.Path, "disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A small disk is made with tmpfs, which is on Linux only.");
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk), "A small tmpfs cannot be mounted here: it takes root.");
        try
        {
            await FillAsync(disk, minFreeBytes);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    private static async Task FillAsync(string disk, long minFreeBytes)
    {
        string other = Path.Combine(disk, "other");
        await File.WriteAllBytesAsync(other, new byte[2 << 20], Cancelled);
        EmbeddedLogOptions options = new()
        {
            Folder = Path.Combine(disk, "log"), PartitionCount = 1, MinFreeBytes = minFreeBytes, SegmentBytes = 1 << 20, Groups = [new("a", "g")],
        };
        long taken = 0;
        await using (EmbeddedLog log = await EmbeddedLog.OpenAsync(options, Cancelled))
        {
            while (await TryAppendAsync(log))
            {
                taken++;
                Assert.True(taken < 1000, "the disk never was full");
            }

            Assert.True(taken > 20);
            Assert.False(await TryAppendAsync(log));
            if (minFreeBytes > 0)
            {
                // What was taken is worked off from the reserve.
                await ReadAsync(log, taken, async reader => await reader.CommitAsync(1, [new LogOutput("b", 0, new byte[1000])], Cancelled));
            }
            else
            {
                await ReadAsync(log, taken, _ => Task.CompletedTask);
            }

            File.Delete(other);
            Assert.True(await TryAppendAsync(log));
            taken++;
        }

        await using EmbeddedLog again = await EmbeddedLog.OpenAsync(options, Cancelled);
        await ReadAsync(again, taken, _ => Task.CompletedTask);
    }

    private static async Task<bool> TryAppendAsync(EmbeddedLog log)
    {
        try
        {
            await log.AppendAsync([new LogOutput("a", 0, new byte[100_000])], Cancelled);
            return true;
        }
        catch (LogFullException)
        {
            return false;
        }
    }

    private static async Task ReadAsync(EmbeddedLog log, long expected, Func<IPartitionReader, Task> then)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                Assert.Equal(expected, reader.EndFrame);
                reader.Seek(0);
                long read = 0;
                while (reader.NextFrame < reader.EndFrame)
                {
                    read += (await reader.ReadAsync(new ReadLimits(7, 1 << 20), TimeSpan.Zero, ending)).Count;
                }

                Assert.Equal(expected, read);
                await then(reader);
                await stop.CancelAsync();
            },
            stop.Token);
    }

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync(Cancelled);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
