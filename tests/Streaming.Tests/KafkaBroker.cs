using System.Diagnostics;

[assembly: AssemblyFixture(typeof(Perimeter.Streaming.Tests.KafkaBroker))]

namespace Perimeter.Streaming.Tests;

/// <summary>
/// The real broker of this run: the one that <c>PERIMETER_TEST_KAFKA</c> names, or one that is started from <c>KAFKA_HOME</c> at its first use and stopped at the end.
/// Topics of each test have a prefix of their own.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private static readonly SemaphoreSlim Starting = new(1);
    private static string? _folder;
    private static string? _bootstrap;

    internal static async Task<string> BootstrapAsync()
    {
        if (Environment.GetEnvironmentVariable("PERIMETER_TEST_KAFKA") is { Length: > 0 } given)
        {
            return given;
        }

        if (Environment.GetEnvironmentVariable("KAFKA_HOME") is not { Length: > 0 } home || !File.Exists(Path.Combine(home, "cluster")))
        {
            Assert.Skip("No Kafka: KAFKA_HOME names no folder with the script 'cluster', and PERIMETER_TEST_KAFKA names no broker.");
            return "";
        }

        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_bootstrap is null)
            {
                _folder = Directory.CreateTempSubdirectory("perimeter-kafka-").FullName;
                _bootstrap = (await ClusterAsync("start", _folder)).Trim();
            }

            return _bootstrap;
        }
        finally
        {
            Starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            await ClusterAsync("stop", _folder);
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task<string> ClusterAsync(params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(Environment.GetEnvironmentVariable("KAFKA_HOME")!, "cluster"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KAFKA_HEAP_OPTS"] = "-Xmx512m";
        start.Environment["KAFKA_PROPERTIES"] = "group.min.session.timeout.ms=500";
        using Process script = Process.Start(start)!;

        // The brokers inherit its output: what is waited for is the script, and its first line.
        string? line = await script.StandardOutput.ReadLineAsync();
        await script.WaitForExitAsync();
        return script.ExitCode == 0 ? line ?? "" : throw new InvalidOperationException($"cluster {string.Join(' ', arguments)} ended with {script.ExitCode}.");
    }
}
