namespace Perimeter.Warehouse;

/// <summary>ClickHouse keeps its caller waiting, for seconds at times: not on a thread of the pool, which others need.</summary>
public static class WarehouseThread
{
    public static Task RunAsync(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <param name="work">What asks.</param>
    /// <param name="cancellationToken">Keeps it from beginning.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
