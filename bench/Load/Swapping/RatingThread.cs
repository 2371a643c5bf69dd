using System.Diagnostics;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.RatingEngine;

namespace Perimeter.Load.Swapping;

/// <summary>Rates one batch again and again by whatever snapshot is current, and notes how long each took and which revisions it met.</summary>
internal sealed class RatingThread(RatedCallBatch batch)
{
    private const int MostBatches = 200_000;
    private const int PauseMs = 1;

    private readonly Rater _rater = new();
    private readonly double[] _microseconds = new double[MostBatches];
    private readonly HashSet<long> _revisions = new(1_000);
    private int _count;

    public IEnumerable<double> Latencies => _microseconds.Take(_count);

    public IReadOnlySet<long> Revisions => _revisions;

    /// <summary>Until the event is set.</summary>
    public void Run(CurrentSnapshot current, WaitHandle stop, bool pauses)
    {
        _count = 0;
        _revisions.Clear();
        while (_count < MostBatches && !stop.WaitOne(pauses ? PauseMs : 0))
        {
            long began = Stopwatch.GetTimestamp();
            _rater.Rate(current.Value!, batch);
            _microseconds[_count++] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            _revisions.Add(batch.Revision.Value);
        }
    }
}
