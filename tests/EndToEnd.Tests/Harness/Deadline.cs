using System.Diagnostics;

namespace Perimeter.Harness;

/// <summary>Bounds a wait on a condition: asked again every few milliseconds, and a failure when the time is up.</summary>
internal sealed class Deadline(TimeSpan patience) : IDisposable
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly PeriodicTimer _timer = new(TimeSpan.FromMilliseconds(20));

    /// <summary>Whether the next wait fails: the time to look closely.</summary>
    public bool IsOver => Stopwatch.GetElapsedTime(_began) > patience;

    public async Task WaitAsync(string what)
    {
        if (IsOver)
        {
            Assert.Fail($"Waited {patience.TotalSeconds} s in vain until {what}.");
        }

        await _timer.WaitForNextTickAsync();
    }

    public void Dispose() => _timer.Dispose();
}
