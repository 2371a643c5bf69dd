namespace Perimeter.Load.OverKafka;

/// <summary>How long things took, each so many times, and what a part of them took at most.</summary>
internal sealed class Latencies
{
    private readonly List<(double Ms, long Times)> _taken = [];

    public void Add(TimeSpan taken, long times) => _taken.Add((taken.TotalMilliseconds, times));

    /// <summary>In milliseconds.</summary>
    /// <param name="part">0.99 for p99.</param>
    public double Percentile(double part)
    {
        _taken.Sort();
        double rank = part * _taken.Sum(one => one.Times);
        long passed = 0;
        foreach ((double ms, long times) in _taken)
        {
            passed += times;
            if (passed >= rank)
            {
                return ms;
            }
        }

        throw new InvalidOperationException("Nothing was measured.");
    }
}
