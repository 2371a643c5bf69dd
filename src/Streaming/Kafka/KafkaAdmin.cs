using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// The client that is asked what topics are and makes them. Confluent.Kafka 2.16 ends it by itself when it is told of a partition that no replica is in step for (it copies
/// from no place at all, and gives up), and what was asked then is never answered; at worst that ends the process. So it is not asked before that is known of no partition,
/// and where it has ended all the same, another takes its place.
/// </summary>
internal sealed class KafkaAdmin(KafkaClients clients)
{
    /// <summary>Of one question that changes nothing, after which another client asks: an answer may be lost for good when the client lets go of the connection that it began with.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private SharedClient<IAdminClient> _client = clients.Admin();
    private bool _isGivenUp;

    /// <exception cref="KafkaException">There is no answer for now.</exception>
    /// <exception cref="ObjectDisposedException">It was given up.</exception>
    public T Call<T>(Func<IAdminClient, T> call)
    {
        SharedClient<IAdminClient> client = Client();
        try
        {
            return client.Call(call);
        }
        catch (ObjectDisposedException) when (Replace(client))
        {
            throw Ended();
        }
        catch (KafkaException exception) when (exception.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.Local_Transport)
        {
            // It may have lost its servers for good.
            Replace(client);
            throw;
        }
    }

    /// <summary>A question that changes nothing.</summary>
    /// <inheritdoc cref="Call{T}"/>
    public Task<T> AskAsync<T>(Func<IAdminClient, Task<T>> ask) =>
        CallAsync(ask, clients.Options.RequestTimeout * 2 < Longest ? clients.Options.RequestTimeout * 2 : Longest);

    /// <summary>What may change something has its own time for an answer, and a little more.</summary>
    /// <inheritdoc cref="Call{T}"/>
    public Task<T> CallAsync<T>(Func<IAdminClient, Task<T>> call) => CallAsync(call, clients.Options.RequestTimeout * 2);

    public void GiveUp()
    {
        lock (_gate)
        {
            _isGivenUp = true;
        }

        _client.GiveUp();
    }

    private async Task<T> CallAsync<T>(Func<IAdminClient, Task<T>> call, TimeSpan patience)
    {
        SharedClient<IAdminClient> client = Client();
        try
        {
            return await client.CallAsync(call).WaitAsync(patience, clients.Options.Time).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or TimeoutException && Replace(client))
        {
            throw Ended();
        }
    }

    private SharedClient<IAdminClient> Client()
    {
        lock (_gate)
        {
            return _client;
        }
    }

    /// <returns>False where it was given up: nothing is asked any more.</returns>
    private bool Replace(SharedClient<IAdminClient> client)
    {
        lock (_gate)
        {
            if (_isGivenUp)
            {
                return false;
            }

            if (ReferenceEquals(_client, client))
            {
                _client = clients.Admin();
                _ = Task.Run(client.GiveUp);
            }

            return true;
        }
    }

    /// <summary>Whether asking again at once may help: another client does.</summary>
    public static bool HasEnded(KafkaException exception) => exception.Error.Code == ErrorCode.Local_Destroy;

    private static KafkaException Ended() => new(new Error(ErrorCode.Local_Destroy, "the client that asked has ended by itself, and another asks from now on"));
}
