namespace Perimeter.Warehouse.Http;

/// <summary>The statements that the writer's endpoint has under way, from the first byte of their bodies on, by query id: so that KILL QUERY finds them.</summary>
internal sealed class WriterQueries
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <exception cref="ClickHouseException">QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING.</exception>
    public Running Begin(string id, CancellationToken ended)
    {
        lock (_lock)
        {
            var running = new Running(this, id, ended);
            if (!_running.TryAdd(id, running))
            {
                running.Dispose();
                throw ReaderErrors.Refusal(ReaderErrors.QueryWithSameIdIsAlreadyRunning, $"Query with id = {id} is already running.");
            }

            return running;
        }
    }

    public IReadOnlyList<string> Ids()
    {
        lock (_lock)
        {
            return [.. _running.Keys];
        }
    }

    /// <summary>Ends those of the ids that run; completes when none of them is left.</summary>
    public async Task KillAsync(IReadOnlyList<string> ids)
    {
        List<Task> ends = [];
        lock (_lock)
        {
            foreach (string id in ids)
            {
                if (_running.TryGetValue(id, out Running? running))
                {
                    ends.Add(running.KillAsync());
                }
            }
        }

        await Task.WhenAll(ends);
    }

    internal sealed class Running : IDisposable
    {
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _ended;
        private readonly WriterQueries _owner;
        private readonly string _id;
        private bool _disposed;

        public Running(WriterQueries owner, string id, CancellationToken ended)
        {
            _owner = owner;
            _id = id;
            _ended = CancellationTokenSource.CreateLinkedTokenSource(ended);
        }

        /// <summary>Cancelled where the query is to end: killed, its client gone, or the server going.</summary>
        public CancellationToken Ended => _ended.Token;

        public bool WasKilled { get; private set; }

        /// <summary>Under the owner's lock, so that it is not disposed meanwhile.</summary>
        public Task KillAsync()
        {
            WasKilled = true;
            _ = _ended.CancelAsync();
            return _gone.Task;
        }

        public void Dispose()
        {
            lock (_owner._lock)
            {
                if (_disposed)
                {
                    return;
                }

                _disposed = true;
                if (_owner._running.TryGetValue(_id, out Running? known) && known == this)
                {
                    _owner._running.Remove(_id);
                }
            }

            _gone.TrySetResult();
            _ended.Dispose();
        }
    }
}
