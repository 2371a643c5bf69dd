using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>
/// Kills a process at every call by which the log changes the disk, before it, after it and in the middle of a write, opens the log again, and holds
/// what is there to what was acknowledged. Needs a C compiler, and crash-at.c of the shared folder beside the repository (or PERIMETER_SHARED).
/// </summary>
public sealed class CrashTests
{
    private const string AllCalls = "open,mkdir,rename,unlink,write,sync,truncate";
    /// <summary>How a process ends by SIGKILL, as .NET tells it.</summary>
    private const int Killed = 128 + 9;

    private const string WhereCrashed = "crashed";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Whatever_call_the_process_dies_at_what_was_acknowledged_is_there_and_no_group_is_halved()
    {
        using ScratchFolder scratch = new();
        string library = await CompileAsync(scratch.Path);
        await CrashEverywhereAsync(scratch.Path, library, steps: 4, _ => { });
    }

    [Fact]
    public async Task Whatever_call_the_process_dies_at_while_it_opens_after_a_crash_nothing_more_is_lost()
    {
        using ScratchFolder scratch = new();
        string library = await CompileAsync(scratch.Path);
        string before = Path.Combine(scratch.Path, "before");
        Directory.CreateDirectory(before);
        Assert.Equal(0, await RunAsync(before, [], steps: 3));
        string newest = Directory.GetFiles(Path.Combine(before, CrashChild.LogName), "*.journal").Max()!;
        byte[] torn = File.ReadAllBytes(newest);
        File.WriteAllBytes(newest, [.. torn, .. torn.AsSpan(0, 60)]);
        File.WriteAllText(Path.Combine(before, CrashChild.LogName, "00000000000000000099.journal.new"), "unfinished");
        await CrashEverywhereAsync(scratch.Path, library, steps: 1, folder => Copy(before, folder));
    }

    [Fact]
    public async Task A_named_site_kills_the_process_at_the_passing_asked_for()
    {
        using ScratchFolder scratch = new();
        Assert.Equal(Killed, await RunAsync(scratch.Path, new() { [CrashSite.Variable] = $"{CrashChild.Site}:3" }, steps: 6));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(scratch.Path, CrashChild.AcknowledgedName)).Count(line => line.StartsWith("appended", StringComparison.Ordinal)));
        Assert.Equal(0, await RunAsync(scratch.Path, new() { [CrashSite.Variable] = "another-site:1" }, steps: 1));
        await VerifyAsync(scratch.Path, "a named site");
    }

    private static async Task CrashEverywhereAsync(string scratch, string library, int steps, Action<string> prepare)
    {
        int calls = await CountCallsAsync(scratch, library, AllCalls, steps, prepare);
        int writes = await CountCallsAsync(scratch, library, "write", steps, prepare);
        Assert.True(calls > 10, $"Only {calls} calls were seen: the log's calls do not pass through the preloaded library.");
        List<(string Calls, int At, string After, string Torn)> crashes = [];
        for (int at = 1; at <= calls; at++)
        {
            crashes.AddRange([(AllCalls, at, "0", "0"), (AllCalls, at, "1", "0")]);
        }

        for (int at = 1; at <= writes; at++)
        {
            crashes.Add(("write", at, "0", "1"));
        }

        int struck = 0;
        await Parallel.ForEachAsync(crashes, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (crash, _) =>
        {
            string folder = Path.Combine(scratch, $"{crash.Calls.Length}-{crash.At}-{crash.After}-{crash.Torn}");
            Directory.CreateDirectory(folder);
            prepare(folder);
            Dictionary<string, string> environment = Preload(folder, library, crash.Calls);
            environment["CRASH_AT"] = crash.At.ToString(CultureInfo.InvariantCulture);
            environment["CRASH_AFTER"] = crash.After;
            environment["CRASH_TORN"] = crash.Torn;
            if (await RunAsync(folder, environment, steps) == Killed)
            {
                Interlocked.Increment(ref struck);
            }
            else
            {
                // How appends share a write differs from run to run, and so does the number of calls: one that was never made cannot be died at.
                Assert.InRange(CallsOf(folder), 0, crash.At - 1);
            }

            await VerifyAsync(folder, $"{crash}, of {calls} calls and {writes} writes");
            Directory.Delete(folder, recursive: true);
        });
        TestContext.Current.SendDiagnosticMessage($"{struck} crashes, at {calls} calls, {writes} of them writes.");

        Assert.InRange(struck, crashes.Count * 3 / 4, crashes.Count);
    }

    private static Dictionary<string, string> Preload(string folder, string library, string calls) => new()
    {
        ["LD_PRELOAD"] = library,
        ["CRASH_PATH"] = $"/{CrashChild.LogName}",
        ["CRASH_CALLS"] = calls,
        ["CRASH_LOG"] = Path.Combine(folder, WhereCrashed),
    };

    private static async Task<int> CountCallsAsync(string scratch, string library, string calls, int steps, Action<string> prepare)
    {
        string folder = Path.Combine(scratch, $"count-{calls.Length}");
        Directory.CreateDirectory(folder);
        prepare(folder);
        Assert.Equal(0, await RunAsync(folder, Preload(folder, library, calls), steps));
        await VerifyAsync(folder, "no crash");
        return CallsOf(folder);
    }

    /// <summary>How many calls a process made that came to its end.</summary>
    private static int CallsOf(string folder) =>
        File.ReadAllLines(Path.Combine(folder, WhereCrashed)).Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));

    private static async Task VerifyAsync(string folder, string crash)
    {
        long appended = -1;
        long committed = -1;
        ulong? incarnation = null;
        string acknowledged = Path.Combine(folder, CrashChild.AcknowledgedName);
        foreach (string[] words in (File.Exists(acknowledged) ? File.ReadAllLines(acknowledged) : []).Select(line => line.Split(' ')))
        {
            switch (words[0])
            {
                case "incarnation": incarnation = ulong.Parse(words[1], CultureInfo.InvariantCulture); break;
                case "appended": appended = long.Parse(words[1], CultureInfo.InvariantCulture); break;
                default: committed = long.Parse(words[1], CultureInfo.InvariantCulture); break;
            }
        }

        await using EmbeddedLog log = await EmbeddedLog.OpenAsync(CrashChild.Options(folder));
        Assert.True(incarnation is null || incarnation == log.Incarnation, crash);
        LogStatus status = log.Status();
        long End(string topic, int partition) => status.Partitions.FirstOrDefault(one => one.Topic == topic && one.Partition == partition).EndFrame;
        long cursor = status.Cursors.FirstOrDefault(one => one.Group == "g" && one.Partition == 0).NextFrame;
        string shown = $"{crash}: appended {appended}, committed {committed}, {string.Join(' ', status.Partitions)} {string.Join(' ', status.Cursors)}";
        Assert.True(End("a", 0) >= appended + 1 && End("a", 0) <= appended + 2, shown);
        Assert.True(End("a", 1) == End("a", 0) && End("b", 1) == End("a", 0), "half an append: " + shown);
        Assert.True(cursor >= committed + 1 && cursor <= committed + 2, shown);
        Assert.True(End("c", 0) == cursor && End("c", 1) == cursor, "half a unit of work: " + shown);
        Assert.True(status.Partitions.Where(one => one.Topic == "a" && one.Partition == 0).All(one => one.FirstFrame <= cursor), "retention went too far: " + shown);
        foreach (LogPartitionStatus partition in status.Partitions)
        {
            await VerifyFramesAsync(log, partition, shown);
        }

        long next = (await log.AppendAsync([CrashChild.Frame("a", 0, 0)], TestContext.Current.CancellationToken))[0].Frame;
        Assert.True(next == End("a", 0), shown);
    }

    private static async Task VerifyFramesAsync(EmbeddedLog log, LogPartitionStatus partition, string shown)
    {
        using CancellationTokenSource stop = new(Bound);
        await log.ConsumeAsync(
            partition.Topic,
            "verify",
            async (reader, ending) =>
            {
                if (reader.Partition != partition.Partition)
                {
                    return;
                }

                reader.Seek(partition.FirstFrame);
                for (long frame = partition.FirstFrame; frame < partition.EndFrame; frame++)
                {
                    LogFrame read = (await reader.ReadAsync(new ReadLimits(1, 1), TimeSpan.Zero, ending))[0];
                    Assert.True(read.Position.Frame == frame, shown);
                    Assert.True(long.Parse(Encoding.UTF8.GetString(read.Payload.Span), CultureInfo.InvariantCulture) == frame, shown);
                }

                await stop.CancelAsync();
            },
            stop.Token);
    }

    private static async Task<int> RunAsync(string folder, Dictionary<string, string> environment, int steps)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[CrashChild.FolderVariable] = folder;
        start.Environment[CrashChild.StepsVariable] = steps.ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_TieredPGO"] = "0";
        using Process child = Process.Start(start)!;
        using CancellationTokenSource bound = new(Bound);
        await using CancellationTokenRegistration kill = bound.Token.Register(child.Kill);
        Task<string> errors = child.StandardError.ReadToEndAsync(CancellationToken.None);
        await child.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await child.WaitForExitAsync(CancellationToken.None);
        Assert.False(bound.IsCancellationRequested, $"The child did not end within {Bound}.");
        Assert.True(child.ExitCode is 0 or Killed, $"The child ended with {child.ExitCode}: {await errors}");
        return child.ExitCode;
    }

    private static async Task<string> CompileAsync(string scratch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Crash tests preload a library, which is done on Linux only.");
        string source = Path.Combine(SharedFolder(), "tools", "crash-at.c");
        Assert.SkipUnless(File.Exists(source), $"{source} is not there: set PERIMETER_SHARED to the folder that holds tools/crash-at.c.");
        string library = Path.Combine(scratch, "crash-at.so");
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]))!;
            await compiler.WaitForExitAsync();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no C compiler (cc) on this machine.");
        }

        return library;
    }

    private static string SharedFolder([CallerFilePath] string thisFile = "") =>
        Environment.GetEnvironmentVariable("PERIMETER_SHARED")
        ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "shared"));

    private static void Copy(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
