using System.Diagnostics;
using System.Runtime.InteropServices;
using Perimeter.Load.Measuring;

namespace Perimeter.Load.OverKafka;

/// <summary>A real broker of our own in a scratch folder, started and stopped by the script <c>cluster</c> of <c>KAFKA_HOME</c>.</summary>
internal sealed class Broker : IDisposable
{
    private readonly string _folder;
    private readonly PosixSignalRegistration[] _signals;
    private readonly Lock _stopping = new();
    private Process? _process;
    private bool _stopped;

    private Broker(string folder)
    {
        _folder = folder;

        // A bench that is interrupted leaves no broker behind.
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, _ => Stop()))];
    }

    public string Bootstrap { get; private set; } = "";

    private static string Home => Environment.GetEnvironmentVariable("KAFKA_HOME") ?? "";

    private static string Script => Path.Combine(Home, "cluster");

    /// <summary>Starts one, or says on <paramref name="progress"/> why there is none and returns null.</summary>
    public static async Task<Broker?> TryStartAsync(BenchOptions options, string id, TextWriter progress)
    {
        if (options.Alone)
        {
            return null;
        }

        if (!File.Exists(Script))
        {
            progress.WriteLine($"  SKIPPED: {id} over Kafka. KAFKA_HOME {(Home.Length == 0 ? "is not set" : $"is {Home}, which has no script 'cluster'")}: set it to a folder with a Kafka and that script.");
            return null;
        }

        var broker = new Broker(Directory.CreateDirectory(Path.Combine(options.ScratchFolder, $"perimeter-kafka-{Guid.NewGuid().ToString("N")[..8]}")).FullName);
        try
        {
            broker.Bootstrap = (await broker.RunAsync("start", "1")).Trim();
            broker._process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(broker._folder, "broker-1", "pid")), System.Globalization.CultureInfo.InvariantCulture));
            return broker;
        }
        catch (InvalidOperationException failure)
        {
            progress.WriteLine($"  SKIPPED: {id} over Kafka. {failure.Message}");
            broker.Dispose();
            return null;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>What some work took of this process, and of the broker meanwhile.</summary>
    public async Task<BrokeredUsage> MeasureAsync(Func<Task> work)
    {
        double before = CpuSeconds();
        Usage own = await Usage.OfAsync(work);
        return new BrokeredUsage(own, CpuSeconds() - before);
    }

    public void Dispose()
    {
        Stop();
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _process?.Dispose();
    }

    /// <summary>Of all its threads since it began, from /proc/PID/stat.</summary>
    private double CpuSeconds()
    {
        _process!.Refresh();
        return _process.TotalProcessorTime.TotalSeconds;
    }

    private void Stop()
    {
        lock (_stopping)
        {
            if (!_stopped)
            {
                _stopped = true;
                RunAsync("stop").GetAwaiter().GetResult();
                Directory.Delete(_folder, recursive: true);
            }
        }
    }

    private async Task<string> RunAsync(string command, params string[] arguments)
    {
        ProcessStartInfo start = new(Script, [command, _folder, .. arguments]) { RedirectStandardOutput = true };
        using Process script = Process.Start(start)!;

        // The broker inherits its output: what is waited for is the script, and its first line.
        string? line = command == "start" ? await script.StandardOutput.ReadLineAsync() : "";
        await script.WaitForExitAsync();
        return script.ExitCode == 0 ? line ?? "" : throw new InvalidOperationException($"{Script} {command} ended with {script.ExitCode}; what it says is above.");
    }
}
