using System.Diagnostics;

namespace Perimeter.Streaming.Tests;

/// <summary>Real brokers, started from <c>KAFKA_HOME</c> in a folder of their own, which can be killed and started again; stopped and removed at the end.</summary>
internal sealed class KafkaCluster : IAsyncDisposable
{
    /// <summary>So that what brokers do now and then is seen within a test: retention, compaction, forgetting a dead broker or member.</summary>
    private const string Quick =
        "group.min.session.timeout.ms=500 log.retention.check.interval.ms=300 log.initial.task.delay.ms=100 log.cleaner.backoff.ms=300 log.segment.delete.delay.ms=100 "
        + "transaction.abort.timed.out.transaction.cleanup.interval.ms=500";

    private readonly string _folder;
    private readonly int _brokerSessionMs;

    private readonly string _advertised;

    private KafkaCluster(string folder, bool isQuickToLose, string? advertised) =>
        (_folder, _brokerSessionMs, _advertised) = (folder, isQuickToLose ? 2000 : 120_000, advertised is null ? "" : $" advertised.listeners=PLAINTEXT://{advertised}");

    public string Bootstrap { get; private set; } = "";

    private static string Home => Environment.GetEnvironmentVariable("KAFKA_HOME") ?? "";

    /// <summary>Skips the test where there is no Kafka.</summary>
    /// <param name="brokers">How many.</param>
    /// <param name="isQuickToLose">Whether a broker that was not heard of for two seconds counts as dead: not where none dies, however busy the machine.</param>
    /// <param name="advertised">Where the broker tells clients that it is, instead of where it listens; for one broker.</param>
    public static async Task<KafkaCluster> StartAsync(int brokers, bool isQuickToLose = true, string? advertised = null)
    {
        if (!File.Exists(Path.Combine(Home, "cluster")))
        {
            Assert.Skip("No Kafka: KAFKA_HOME names no folder with the script 'cluster'.");
        }

        KafkaCluster cluster = new(Directory.CreateTempSubdirectory("perimeter-kafka-").FullName, isQuickToLose, advertised);
        try
        {
            cluster.Bootstrap = (await cluster.RunAsync("start", $"{brokers}")).Trim();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>As kill -9.</summary>
    public Task KillAsync(int broker) => RunAsync("kill-broker", $"{broker}");

    public Task StartAgainAsync(int broker) => RunAsync("start-broker", $"{broker}");

    public Task PauseAsync(int broker) => RunAsync("pause-broker", $"{broker}");

    public Task ResumeAsync(int broker) => RunAsync("resume-broker", $"{broker}");

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> RunAsync(string command, params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(Home, "cluster"), [command, _folder, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KAFKA_HEAP_OPTS"] = "-Xmx512m";
        start.Environment["KAFKA_PROPERTIES"] = $"{Quick} broker.session.timeout.ms={_brokerSessionMs}{_advertised}";
        using Process script = Process.Start(start)!;

        // The brokers inherit its output: what is waited for is the script, and its first line.
        string? line = command == "start" ? await script.StandardOutput.ReadLineAsync() : "";
        await script.WaitForExitAsync();
        return script.ExitCode == 0 ? line ?? "" : throw new InvalidOperationException($"cluster {command} {string.Join(' ', arguments)} ended with {script.ExitCode}.");
    }
}
