namespace Perimeter.Warehouse.Http;

/// <summary>Ends a query whose reader has gone. The engine stops at its next block, a few milliseconds on; its limit of time is the last resort.</summary>
internal sealed class QueryEnd(EmbeddedClickHouse engine, string mark, CancellationToken ended)
{
    // Asked again so often, since a query that has only just been sent is not in the engine's list yet.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs what blocks on a thread of its own, and returns only when that has let go of the engine.</summary>
    /// <exception cref="OperationCanceledException">The reader has gone.</exception>
    public async Task<T> RunAsync<T>(Func<T> work)
        where T : IDisposable?
    {
        ended.ThrowIfCancellationRequested();
        Task<T> running = Task.Run(work, CancellationToken.None);
        try
        {
            return await running.WaitAsync(ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            await KillUntilAsync(running);
            if (running.IsCompletedSuccessfully)
            {
                await LetGoAsync(await running);
            }

            throw;
        }
    }

    /// <summary>Disposes what a query gave, read to its end or not. The engine would go on to the end with a stream of which nothing was read, and keep its caller that long.</summary>
    public async ValueTask LetGoAsync(IDisposable? given)
    {
        Task going = Task.Run(() => given?.Dispose(), CancellationToken.None);
        await Task.WhenAny(going, Task.Delay(AskAgain, CancellationToken.None));
        await KillUntilAsync(going);
        await going;
    }

    private async Task KillUntilAsync(Task ended)
    {
        while (!ended.IsCompleted)
        {
            await Task.Run(Kill, CancellationToken.None);
            await Task.WhenAny(ended, Task.Delay(AskAgain, CancellationToken.None));
        }
    }

    private void Kill()
    {
        using ClickHouseConnection connection = engine.Connect();
        connection.Execute($"KILL QUERY WHERE Settings['log_comment'] = '{mark}' ASYNC");
    }
}
