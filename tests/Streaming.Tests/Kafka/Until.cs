namespace Perimeter.Streaming.Tests;

/// <summary>Waits on conditions, each for a bounded time.</summary>
internal static class Until
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task HoldsAsync(Func<bool> condition, Func<string> otherwise, TimeSpan bound, CancellationToken cancellationToken)
    {
        long began = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(Look);
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < bound, $"After {bound}: {otherwise()}.");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
