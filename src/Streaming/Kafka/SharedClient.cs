namespace Perimeter.Streaming;

/// <summary>
/// A client that several threads call. A call into one that is being disposed would end the process, since the library below frees what the call works with: so it is
/// ended when it is given up and no call is under way, by whoever comes last.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="end">Ends and disposes it.</param>
internal sealed class SharedClient<T>(T client, Action<T> end)
{
    private readonly Lock _gate = new();
    private int _calls;
    private bool _isGivenUp;

    /// <exception cref="ObjectDisposedException">It was given up.</exception>
    public TResult Call<TResult>(Func<T, TResult> call)
    {
        Enter();
        try
        {
            return call(client);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>The call is under way until it is answered, though nobody waits for it any more.</summary>
    /// <exception cref="ObjectDisposedException">It was given up.</exception>
    public async Task<TResult> CallAsync<TResult>(Func<T, Task<TResult>> call)
    {
        Enter();
        try
        {
            return await call(client).ConfigureAwait(false);
        }
        finally
        {
            Exit();
        }
    }

    /// <inheritdoc cref="CallAsync{TResult}"/>
    public Task CallAsync(Func<T, Task> call) => CallAsync(async given =>
    {
        await call(given).ConfigureAwait(false);
        return true;
    });

    /// <summary>No call begins from here on. It has ended on return, unless a call is under way.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            if (_isGivenUp)
            {
                return;
            }

            _isGivenUp = true;
            if (_calls > 0)
            {
                return;
            }
        }

        end(client);
    }

    private void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isGivenUp, typeof(KafkaLog));
            _calls++;
        }
    }

    private void Exit()
    {
        bool isLast;
        lock (_gate)
        {
            isLast = --_calls == 0 && _isGivenUp;
        }

        if (isLast)
        {
            end(client);
        }
    }
}
