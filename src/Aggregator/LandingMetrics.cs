using System.Diagnostics.Metrics;

namespace Perimeter.Aggregator;

/// <summary>What landing tells of itself in numbers, over all of this process.</summary>
internal static class LandingMetrics
{
    private static readonly Meter Meter = new("Perimeter.Aggregator");

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("perimeter.landing.rows", "{row}", "Rows landed in ClickHouse, by topic.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "perimeter.landing.duration", "s", "Inserting one batch, by topic.");

    private static readonly Histogram<double> Delays = Meter.CreateHistogram<double>(
        "perimeter.landing.delay", "s", "From when the log took a batch's oldest frame to when the batch can be queried, by topic.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "perimeter.landing.failures", "{try}", "Tries to land a batch that failed, each of which is made again, by topic.");

    public static void Landed(string topic, int rows, TimeSpan duration, TimeSpan delay)
    {
        KeyValuePair<string, object?> tag = Tag(topic);
        Rows.Add(rows, tag);
        Durations.Record(duration.TotalSeconds, tag);
        Delays.Record(Math.Max(0, delay.TotalSeconds), tag);
    }

    public static void Failed(string topic) => Failures.Add(1, Tag(topic));

    private static KeyValuePair<string, object?> Tag(string topic) => new("topic", topic);
}
