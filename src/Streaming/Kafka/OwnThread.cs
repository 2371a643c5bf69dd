using System.Collections.Concurrent;

namespace Perimeter.Streaming;

/// <summary>A thread for calls that keep their caller waiting, as all of librdkafka's do: made one after the other, away from the pool that others need.</summary>
internal sealed class OwnThread
{
    private readonly BlockingCollection<Action> _calls = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OwnThread(string name) => new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = name }.Start();

    public Task<T> RunAsync<T>(Func<T> call)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(() =>
        {
            try
            {
                done.SetResult(call());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>Makes the last call and ends. Complete when the thread has ended, which a call that hangs puts off.</summary>
    public async Task EndAsync(Action last)
    {
        Task lastCall = RunAsync(() =>
        {
            last();
            return true;
        });
        _calls.CompleteAdding();
        await Task.WhenAll(lastCall, _ended.Task).ConfigureAwait(false);

        // Not by the thread: it may be through while the one above is still saying that there is no more.
        _calls.Dispose();
    }

    private void Run()
    {
        foreach (Action call in _calls.GetConsumingEnumerable())
        {
            call();
        }

        _ended.SetResult();
    }
}
