using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// A client that several threads call. A call into one that is being disposed would end the process, since the library below frees what the call works with: so it is
/// ended when it is given up and no call is under way, by whoever comes last.
/// </summary>
/// <param name="make">Makes it, and makes it again where it has ended itself, which the admin client (Confluent.Kafka 2.x) does after an answer that it does not understand.</param>
/// <param name="end">Ends and disposes it.</param>
internal sealed class SharedClient<T>(Func<T> make, Action<T> end)
    where T : class
{
    private readonly Lock _gate = new();
    private T _client = make();
    private int _calls;
    private bool _isGivenUp;

    /// <exception cref="ObjectDisposedException">It was given up.</exception>
    /// <exception cref="KafkaException">It had ended itself: the next call goes to another.</exception>
    public TResult Call<TResult>(Func<T, TResult> call)
    {
        T client = Enter();
        try
        {
            return call(client);
        }
        catch (ObjectDisposedException gone)
        {
            throw MakeAgain(client, gone);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>The call is under way until it is answered, though nobody waits for it any more.</summary>
    /// <exception cref="ObjectDisposedException">It was given up.</exception>
    /// <exception cref="KafkaException">It had ended itself: the next call goes to another.</exception>
    public async Task<TResult> CallAsync<TResult>(Func<T, Task<TResult>> call)
    {
        T client = Enter();
        try
        {
            return await call(client).ConfigureAwait(false);
        }
        catch (ObjectDisposedException gone)
        {
            throw MakeAgain(client, gone);
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

        end(_client);
    }

    private T Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isGivenUp, typeof(KafkaLog));
            _calls++;
            return _client;
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
            end(_client);
        }
    }

    private KafkaException MakeAgain(T ended, ObjectDisposedException gone)
    {
        lock (_gate)
        {
            if (!_isGivenUp && ReferenceEquals(_client, ended))
            {
                _client = make();
            }
        }

        return new KafkaException(new Error(ErrorCode.Local_Destroy, "the client had ended itself, and is made anew"), gone);
    }
}
