using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Perimeter.Aggregator;
using Perimeter.RatingEngine;
using Perimeter.Streaming;

namespace Perimeter.Commands;

// What an instance tells of itself in numbers.
internal sealed partial class Instance
{
    /// <summary>From a batch in memory to a ClickHouse that was away for minutes.</summary>
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

    private readonly Meter _meter = new("Perimeter.Instance");
    private MeterProvider? _metrics;

    /// <summary>At /metrics, in the format of Prometheus: what all parts count, and how far this instance is.</summary>
    private void MapMetrics(WebApplication application)
    {
        _meter.CreateObservableGauge("perimeter.ready", () => NotReadyBecause().Count == 0 ? 1 : 0, null, "1 while everything that this process does goes on; /readyz tells why it does not.");
        _meter.CreateObservableGauge("perimeter.config.revision", () => Revision, null, "The configuration in use.");
        if (Has(InstanceRoles.RatingEngine))
        {
            _meter.CreateObservableGauge("perimeter.rating.partitions", () => _ratingState.Partitions.Count, "{partition}", "Partitions of call events that this process has; 0 while it stands by.");
            _meter.CreateObservableGauge("perimeter.rating.lag", () => OfPartitions(partition => partition.LagFrames), "{frame}", "Frames of call events that are not rated yet, of the partitions that this process has.");
            _meter.CreateObservableGauge("perimeter.rating.keys", () => OfPartitions(partition => partition.Keys), "{key}", "Keys of calls in memory, by which repeats are known.");
            _meter.CreateObservableGauge("perimeter.rating.keys.memory", () => OfPartitions(partition => partition.KeyBytes), "By", "Memory of those keys: it grows with the calls of the horizon, up to the limit of keys.");
        }

        if (Has(InstanceRoles.Aggregator))
        {
            _meter.CreateObservableGauge("perimeter.landing.partitions", () => OfTopics(landing => landing.Partitions), "{partition}", "Partitions that this process lands; 0 while it stands by.");
            _meter.CreateObservableGauge("perimeter.landing.lag", () => OfTopics(landing => landing.LagFrames), "{frame}", "Frames that have not landed yet, of the partitions that this process has.");
        }

        _metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter("Perimeter.Ingest", "Perimeter.RatingEngine", "Perimeter.Aggregator", "Perimeter.Instance", "System.Runtime")
            .AddView(static instrument => instrument.Unit == "s" ? new ExplicitBucketHistogramConfiguration { Boundaries = Seconds } : null)
            .AddPrometheusExporter(static exporter => exporter.ScrapeEndpointPath = "/metrics")
            .Build();
        application.UseOpenTelemetryPrometheusScrapingEndpoint(_metrics, null, "/metrics", null, null);
    }

    private IEnumerable<Measurement<long>> OfTopics(Func<LandingStatus, long> value) =>
    [
        new(value(_aggregatorState.RatedCalls), new KeyValuePair<string, object?>("topic", Topics.RatedCalls)),
        new(value(_aggregatorState.Quarantine), new KeyValuePair<string, object?>("topic", Topics.Quarantine)),
    ];

    private IEnumerable<Measurement<long>> OfPartitions(Func<PartitionState, long> value) =>
        _ratingState.Partitions.Select(partition => new Measurement<long>(value(partition), new KeyValuePair<string, object?>("partition", partition.Partition)));
}
