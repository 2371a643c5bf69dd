using System.Diagnostics.Metrics;

namespace Perimeter.Ingest;

/// <summary>What the switch edge tells of itself in numbers, over all of this process.</summary>
internal static class IngestMetrics
{
    private static readonly Meter Meter = new("Perimeter.Ingest");

    private static readonly Counter<long> Records = Meter.CreateCounter<long>(
        "perimeter.ingest.records", "{record}", "Records taken onto the log, by what became of them: accepted, or put aside in the quarantine.");

    private static readonly Counter<long> Unknown = Meter.CreateCounter<long>(
        "perimeter.ingest.unknown_fields", "{field}", "Fields with names that mean nothing here, each time they came.");

    private static readonly Counter<long> Passed = Meter.CreateCounter<long>(
        "perimeter.ingest.passed_over", "{record}", "Records of switches that are no attempt to be charged, by the reason.");

    private static readonly Histogram<double> Requests = Meter.CreateHistogram<double>(
        "perimeter.ingest.request.duration", "s", "From a request of a switch to its answer, by the status of the answer.");

    private static readonly KeyValuePair<string, object?> Accepted = new("result", "accepted");
    private static readonly KeyValuePair<string, object?> Quarantined = new("result", "quarantined");

    public static void Taken(CallIntake intake)
    {
        Records.Add(intake.Accepted, Accepted);
        Records.Add(intake.Quarantined.Count, Quarantined);
        Unknown.Add(intake.UnknownFields);
        foreach ((string reason, long records) in intake.PassedOver)
        {
            Passed.Add(records, new KeyValuePair<string, object?>("reason", reason));
        }
    }

    public static void Answered(TimeSpan duration, int status) => Requests.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("status", status));
}
