using System.Diagnostics;
using System.Globalization;

namespace Perimeter.Harness;

/// <summary>A disk as small as a test needs it. Making one takes root.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly string _folder;
    private readonly long _bytes;

    private Tmpfs(string folder, long bytes)
    {
        _folder = folder;
        _bytes = bytes;
    }

    /// <summary>Skips the test, loudly, where none can be made.</summary>
    public static async Task<Tmpfs> MountAsync(string folder, int megabytes)
    {
        (Tmpfs? disk, string whyNot) = await TryMountAsync(folder, megabytes);
        Assert.SkipUnless(disk is not null, whyNot);
        return disk!;
    }

    /// <summary>The disk, or why there is none.</summary>
    public static async Task<(Tmpfs? Disk, string WhyNot)> TryMountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        long bytes = (long)megabytes << 20;
        string failure = await RunAsync("mount", "-t", "tmpfs", "-o", Size(bytes), "tmpfs", folder);
        return failure.Length == 0 ? (new Tmpfs(folder, bytes), "") : (null, $"A small tmpfs cannot be mounted here (it takes root): {failure}");
    }

    /// <summary>Makes it so small that this much room is left, whatever is written meanwhile.</summary>
    public async Task ShrinkAsync(long room)
    {
        using Deadline deadline = new(TimeSpan.FromSeconds(30));
        string failure;
        do
        {
            DriveInfo drive = new(_folder);
            failure = await ResizeAsync(drive.TotalSize - drive.AvailableFreeSpace + room);
            await deadline.WaitAsync($"{_folder} is small: {failure}");
        }
        while (failure.Length > 0);
    }

    /// <summary>As large as it was made.</summary>
    public async Task RestoreAsync() => Assert.Equal("", await ResizeAsync(_bytes));

    /// <summary>Writes a file until the disk that holds it is full to the last byte.</summary>
    public static void Fill(string path)
    {
        byte[] block = new byte[1 << 20];
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full. Of the last block there is as much as there was room for.
        }
    }

    public void Dispose()
    {
        // Lazy: a process that was killed a moment ago may still hold a file.
        using Process unmount = Process.Start("umount", ["-l", _folder]);
        unmount.WaitForExit();
    }

    private Task<string> ResizeAsync(long bytes) => RunAsync("mount", "-o", "remount," + Size(bytes), _folder);

    private static string Size(long bytes) => "size=" + bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>What it complained of; empty where all went well.</summary>
    private static async Task<string> RunAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : $"{command} ended with {process.ExitCode}: {errors}";
    }
}
