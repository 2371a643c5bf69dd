namespace Perimeter.Aggregator.Landing;

/// <summary>ClickHouse keeps its caller waiting, for seconds at times: not on a thread that others need.</summary>
internal static class OwnThread
{
    public static Task RunAsync(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
