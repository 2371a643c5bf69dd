using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>Appends of one frame by an idempotent producer: there is nothing that must be there together, so no transaction is paid for.</summary>
internal sealed class SingleAppends(KafkaClients clients) : IAsyncDisposable
{
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(10);

    private readonly AppendRoom _room = new(clients.Options, clients.Options.MaxInFlightBytes);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SharedClient<IProducer<byte[]?, byte[]>>? _producer;
    private bool _isClosed;

    public async ValueTask<long> AppendAsync(TopicPartition place, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        long began = clients.Options.Time.GetTimestamp();
        if (!await _room.EnterAsync(payload.Length, began, cancellationToken).ConfigureAwait(false))
        {
            throw new LogUnavailableException(
                $"{clients.Options.BootstrapServers} has taken nothing for {clients.Options.AppendTimeout}: what came before is still under way.{clients.Complaint} Nothing of it was kept.");
        }

        try
        {
            Message<byte[]?, byte[]> message = new() { Value = payload.ToArray() };
            while (true)
            {
                TaskCompletionSource<DeliveryReport<byte[]?, byte[]>> delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);
                SharedClient<IProducer<byte[]?, byte[]>> producer = Producer();
                try
                {
                    producer.Call(client =>
                    {
                        client.Produce(place, message, delivered.SetResult);
                        return true;
                    });
                }
                catch (ProduceException<byte[]?, byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull
                    && _room.Left(began) > TimeSpan.Zero)
                {
                    await Task.Delay(FullWait, clients.Options.Time, cancellationToken).ConfigureAwait(false);
                    continue;
                }
                catch (KafkaException exception)
                {
                    GiveUpIfFatal(producer, exception.Error);
                    throw KafkaFaults.NotKept($"{place} did not take a frame", exception, clients);
                }

                await Task.WhenAny(delivered.Task, _closed.Task).ConfigureAwait(false);
                return delivered.Task.IsCompleted
                    ? OffsetOf(producer, await delivered.Task.ConfigureAwait(false))
                    : throw new LogFailedException($"The log was closed before {place} answered, so that a frame may or may not be there.");
            }
        }
        finally
        {
            _room.Leave(payload.Length);
        }
    }

    public async ValueTask DisposeAsync()
    {
        SharedClient<IProducer<byte[]?, byte[]>>? producer;
        lock (_gate)
        {
            _isClosed = true;
            producer = _producer;
        }

        await Task.Run(() => producer?.Call(client => client.Flush(clients.Options.CloseTimeout))).ConfigureAwait(false);
        _closed.SetResult();
        await Task.Run(() => producer?.GiveUp()).ConfigureAwait(false);
    }

    private long OffsetOf(SharedClient<IProducer<byte[]?, byte[]>> producer, DeliveryReport<byte[]?, byte[]> report)
    {
        if (!report.Error.IsError)
        {
            _room.Moved();

            // Of a frame that was sent again the client may know that it was written, and not where.
            return report.Offset.Value >= 0 ? report.Offset.Value : throw new LogFailedException($"{report.TopicPartition} took a frame and did not say where it is.");
        }

        GiveUpIfFatal(producer, report.Error);
        KafkaException cause = new(report.Error);
        throw report.Status == PersistenceStatus.NotPersisted
            ? KafkaFaults.NotKept($"{report.TopicPartition} did not take a frame", cause, clients)
            : new LogFailedException($"{report.TopicPartition} was sent a frame and did not answer, so that it may or may not be there: {KafkaFaults.Reason(cause)}.{clients.Complaint}", cause);
    }

    private SharedClient<IProducer<byte[]?, byte[]>> Producer()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(KafkaLog));
            return _producer ??= clients.IdempotentProducer();
        }
    }

    /// <summary>A producer that has lost count of its frames takes none again; the next append makes another.</summary>
    private void GiveUpIfFatal(SharedClient<IProducer<byte[]?, byte[]>> producer, Error error)
    {
        lock (_gate)
        {
            if (error.IsFatal && ReferenceEquals(_producer, producer))
            {
                _producer = null;

                // Not here: this may be the thread of its own delivery reports.
                _ = Task.Run(producer.GiveUp);
            }
        }
    }
}
