using System.Diagnostics;
using System.Globalization;

namespace Perimeter.Pipeline.Tests;

/// <summary>The preloaded library that kills a process at exactly the N-th file-system call on a path.</summary>
internal sealed class CrashAt
{
    private readonly string _library;

    private CrashAt(string library) => _library = library;

    private static string Source => Path.Combine(
        Environment.GetEnvironmentVariable("PERIMETER_SHARED") is { Length: > 0 } given ? given : Path.Combine(Harness.PerimeterProcess.RepositoryRoot, "..", "shared"),
        "tools", "crash-at.c");

    /// <summary>Compiles it into a folder; skips the test, loudly, where the machine has no C compiler or not its source.</summary>
    public static async Task<CrashAt> CompileAsync(string folder)
    {
        Assert.SkipUnless(File.Exists(Source), $"crash-at.c is not at {Source}: set PERIMETER_SHARED to the folder that holds tools/crash-at.c.");
        string library = Path.Combine(folder, "crash-at.so");
        try
        {
            using Process compiler = Process.Start("cc", ["-shared", "-fPIC", "-O2", "-o", library, Source, "-ldl"]);
            await compiler.WaitForExitAsync();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no C compiler (cc) on this machine, so no process can be killed at an exact file-system call.");
        }

        return new CrashAt(library);
    }

    /// <param name="path">Text that the path of the call must contain.</param>
    /// <param name="call">Which call, from 1; 0 only counts.</param>
    /// <param name="after">Strikes after the call was made, not instead of it.</param>
    /// <param name="log">Gets a line when it strikes, and the count at a normal end.</param>
    public Dictionary<string, string> Variables(string path, int call, bool after, string log) => new()
    {
        ["LD_PRELOAD"] = _library,
        ["CRASH_PATH"] = path,
        ["CRASH_CALLS"] = "open,mkdir,rename,unlink,write,sync,truncate",
        ["CRASH_AT"] = call.ToString(CultureInfo.InvariantCulture),
        ["CRASH_AFTER"] = after ? "1" : "0",
        ["CRASH_LOG"] = log,
    };
}
