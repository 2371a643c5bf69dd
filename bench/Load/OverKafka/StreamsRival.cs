using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Perimeter.Load.OverKafka;

/// <summary>
/// Kafka Streams rating the same topic on the same broker, exactly once: it lands nothing and drops no repeats. Its clock begins with the first call that it rated, so that the
/// start of Java does not count.
/// </summary>
internal sealed class StreamsRival
{
    private const string Output = "rival-rated";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string _script;
    private readonly string _prefixes;

    private StreamsRival(string script, string prefixes)
    {
        _script = script;
        _prefixes = prefixes;
    }

    /// <summary>Null, and a loud word, where it cannot be run.</summary>
    public static StreamsRival? TryFind(TextWriter progress)
    {
        string shared = Environment.GetEnvironmentVariable("PERIMETER_SHARED") ?? "";
        string script = Path.Combine(shared, "rivals", "kafka-streams", "run");
        if (shared.Length > 0 && File.Exists(script))
        {
            return new StreamsRival(script, Path.Combine(shared, "data", "e164-prefixes.csv"));
        }

        progress.WriteLine(shared.Length == 0
            ? "  SKIPPED: the Kafka Streams arm. PERIMETER_SHARED is not set: set it to the folder that holds rivals/kafka-streams."
            : $"  SKIPPED: the Kafka Streams arm. There is no {script}.");
        return null;
    }

    /// <returns>Calls rated in a second.</returns>
    public async Task<double> RateAsync(CallTopic topic)
    {
        await topic.CreateAsync(Output);
        ProcessStartInfo start = new(_script, [
            "--bootstrap", topic.Bootstrap, "--prefixes", _prefixes, "--count", topic.Messages.ToString(CultureInfo.InvariantCulture),
            "--in", topic.CallEvents, "--out", topic.Named(Output), "--fields", "dnis=dnis_sent", "--threads", $"{BareClient.Consumers}"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        try
        {
            using CancellationTokenSource patience = new(Patience);
            string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            string line = output.Split('\n').FirstOrDefault(line => line.StartsWith('{'))
                ?? throw new InvalidOperationException($"{_script} ended with {process.ExitCode} and told no result; what it says is above.");
            return JsonDocument.Parse(line).RootElement.GetProperty("per_s").GetDouble();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await topic.DeleteAsync(Output);
        }
    }
}
