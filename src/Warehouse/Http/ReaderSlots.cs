namespace Perimeter.Warehouse.Http;

/// <summary>How many queries run, how many wait, and for how long: the rest is told to come back.</summary>
internal sealed class ReaderSlots(ClickHouseHttpOptions options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.MaxConcurrentQueries);
    private int _waiting;

    /// <exception cref="ClickHouseException">TOO_MANY_SIMULTANEOUS_QUERIES.</exception>
    public async Task<Slot> TakeAsync(CancellationToken cancellation)
    {
        if (_free.Wait(0, CancellationToken.None))
        {
            return new Slot(_free);
        }

        if (Interlocked.Increment(ref _waiting) > options.MaxQueuedQueries)
        {
            Interlocked.Decrement(ref _waiting);
            throw Full($"{options.MaxQueuedQueries} queries wait already");
        }

        try
        {
            return await _free.WaitAsync(options.MaxQueueWait, cancellation)
                ? new Slot(_free)
                : throw Full($"none of the {options.MaxConcurrentQueries} that run ended within {options.MaxQueueWait.TotalSeconds} s");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Comes back when no query runs, and none can any more.</summary>
    public async Task TakeAllAsync()
    {
        for (int i = 0; i < options.MaxConcurrentQueries; i++)
        {
            await _free.WaitAsync();
        }
    }

    public void Dispose() => _free.Dispose();

    private static ClickHouseException Full(string why) =>
        ReaderErrors.Refusal(ReaderErrors.TooManySimultaneousQueries, $"Too many simultaneous queries: {why}. Try again later.");

    /// <summary>Given back once, by Dispose.</summary>
    internal readonly struct Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
