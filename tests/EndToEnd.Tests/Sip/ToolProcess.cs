using System.Diagnostics;
using System.Runtime.InteropServices;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>A program of the SIP world, with both outputs appended to a file, stopped by its process id.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _output;

    public ToolProcess(string program, IEnumerable<string> arguments, string output)
    {
        _output = output;
        ProcessStartInfo start = new("/bin/sh") { WorkingDirectory = Path.GetDirectoryName(output)! };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$0\" \"$@\" >>\"$OUTPUT\" 2>&1 </dev/null");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OUTPUT"] = output;
        start.Environment["TZ"] = "UTC";
        _process = Process.Start(start)!;
    }

    public bool HasExited => _process.HasExited;

    public async Task WaitUntilAsync(string what, Func<bool> condition)
    {
        using Deadline deadline = new(Patience);
        while (!condition())
        {
            Assert.False(_process.HasExited, $"It ended before {what}.\n{Said()}");
            await deadline.WaitAsync($"{what}\n{Said()}");
        }
    }

    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        if (!_process.HasExited)
        {
            Assert.Equal(0, kill(_process.Id, 15));
            await WaitForExitAsync();
        }
    }

    /// <summary>SIGKILL, to its children first: they would go on without it.</summary>
    public void Kill()
    {
        if (_process.HasExited)
        {
            return;
        }

        int[] children = [.. File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

        // Stopped, so that it starts no more of them and does not tidy up.
        _ = kill(_process.Id, 19);
        foreach (int child in children)
        {
            _ = kill(child, 9);
        }

        _process.Kill();
        _process.WaitForExit();
    }

    public string Said() => File.Exists(_output) ? File.ReadAllText(_output) : "";

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}
