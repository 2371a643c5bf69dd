using System.Diagnostics.Metrics;

namespace Perimeter.Load.OverKafka;

/// <summary>
/// Where the product says that its time went, from its own metrics: seconds summed over partitions and lanes that work side by side, waits included. Counts from the beginning
/// of its life to the end.
/// </summary>
internal sealed class StageTimes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _seconds = [];

    public StageTimes()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name is "Perimeter.RatingEngine" or "Perimeter.Aggregator")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, seconds, _, _) =>
        {
            lock (_lock)
            {
                _seconds[instrument.Name] = _seconds.GetValueOrDefault(instrument.Name) + seconds;
            }
        });
        _listener.Start();
    }

    /// <summary>Deduplicating and rating, in memory.</summary>
    public double Rating => Of("perimeter.rating.duration");

    /// <summary>Transactions, from when a unit is handed over until it is committed.</summary>
    public double Committing => Of("perimeter.rating.commit.duration");

    /// <summary>Batches on their way into ClickHouse.</summary>
    public double Landing => Of("perimeter.landing.duration");

    public void Dispose() => _listener.Dispose();

    private double Of(string name)
    {
        lock (_lock)
        {
            return _seconds.GetValueOrDefault(name);
        }
    }
}
