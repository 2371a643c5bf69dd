using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Perimeter.Ingest.Switches;

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

    private static readonly Counter<long> Lost = Meter.CreateCounter<long>(
        "perimeter.ingest.datagrams.lost", "{datagram}", "Datagrams of switches that were dropped because too many waited for the log.");

    private static readonly Histogram<double> Requests = Meter.CreateHistogram<double>(
        "perimeter.ingest.request.duration", "s", "From a request of a switch to its answer, by the status of the answer.");

    private static readonly Counter<long> FilesTaken = Meter.CreateCounter<long>(
        "perimeter.ingest.folder.files", "{file}", "Files of watched folders that were taken to their end, by switch.");

    private static readonly Counter<long> FolderErrors = Meter.CreateCounter<long>(
        "perimeter.ingest.folder.errors", "{error}", "What kept files or folders of a switch from being taken, each time it came to be so.");

    private static readonly ConcurrentDictionary<FolderWatcher, byte> Folders = Watch();

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

    public static void LostDatagram() => Lost.Add(1);

    public static void Answered(TimeSpan duration, int status) => Requests.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("status", status));

    public static void FileTaken(string ofSwitch) => FilesTaken.Add(1, new KeyValuePair<string, object?>("switch", ofSwitch));

    public static void FolderFailed(string ofSwitch) => FolderErrors.Add(1, new KeyValuePair<string, object?>("switch", ofSwitch));

    public static void Watched(FolderWatcher watcher) => Folders.TryAdd(watcher, 0);

    public static void Unwatched(FolderWatcher watcher) => Folders.TryRemove(watcher, out _);

    private static ConcurrentDictionary<FolderWatcher, byte> Watch()
    {
        var folders = new ConcurrentDictionary<FolderWatcher, byte>();
        void Gauge(string name, string unit, string description, Func<FolderState, long> value) => Meter.CreateObservableGauge(
            name, () => folders.Keys.Select(watcher => new Measurement<long>(value(watcher.State), new KeyValuePair<string, object?>("switch", watcher.State.Switch))), unit, description);

        Gauge("perimeter.ingest.folder.waiting", "{file}", "Files of watched folders with content that is not taken yet, by switch.", state => state.FilesWaiting);
        Gauge("perimeter.ingest.folder.left", "{file}", "Files of watched folders that lost their name before all of them was taken, and are kept open, by switch.", state => state.FilesLeft);
        Gauge("perimeter.ingest.folder.behind", "By", "Bytes of files of watched folders that are not taken yet, by switch.", state => state.BytesBehind);
        Gauge("perimeter.ingest.folder.failing", "{file}", "Files of watched folders that cannot be taken, or not further, by switch.", state => state.FilesFailing);
        return folders;
    }
}
