using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// What waits for one transactional producer, and the thread that hands it over. A transaction takes whatever waits when it begins: it costs much the same for one append
/// as for a hundred.
/// </summary>
internal sealed class TransactionWriter
{
    /// <summary>Waiting for more ends when so much is there.</summary>
    private const long EnoughBytes = 2 << 20;

    /// <summary>Before units whose generation was refused are tried again: the rebalance that made it stale is heard of meanwhile.</summary>
    private static readonly TimeSpan StaleWait = TimeSpan.FromMilliseconds(50);

    private readonly KafkaClients _clients;
    private readonly TransactionProducer _producer;
    private readonly string _transactionalId;
    private readonly TimeSpan _interval;
    private readonly BlockingCollection<KafkaUnit> _waiting = [];
    private readonly AppendRoom _room;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stopping = new();
    private KafkaUnit[] _underWay = [];

    /// <param name="clients">Of the log.</param>
    /// <param name="name">Of this writer among those of the instance.</param>
    /// <param name="interval">From the beginning of a transaction to that of the next at least, for others to go with it; not after a time in which there was nothing.</param>
    public TransactionWriter(KafkaClients clients, string name, TimeSpan interval = default)
    {
        _clients = clients;
        _interval = interval;
        _transactionalId = clients.TransactionNames.Take(name);
        _producer = new TransactionProducer(clients, _transactionalId, _stopping);
        _room = new AppendRoom(clients.Options, long.MaxValue);
        new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = _transactionalId }.Start();
    }

    private KafkaLogOptions Options => _clients.Options;

    /// <exception cref="LogUnavailableException">Nothing of the unit was kept.</exception>
    /// <exception cref="LogFailedException">Whether the unit was kept is not known, or trying again will not help; the message says which.</exception>
    /// <exception cref="OperationCanceledException">The token, or the end of the unit's grant; nothing of it was kept.</exception>
    public async ValueTask WriteAsync(KafkaUnit unit, CancellationToken cancellationToken)
    {
        long began = Options.Time.GetTimestamp();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, unit.Grant?.Ending ?? CancellationToken.None);
        if (!await _room.EnterAsync(unit.Bytes, began, ending.Token).ConfigureAwait(false))
        {
            throw NotBegun();
        }

        try
        {
            try
            {
                _waiting.Add(unit, CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                throw new ObjectDisposedException(nameof(KafkaLog));
            }

            try
            {
                if (!await _room.WhileMovingAsync(unit.Done, began, ending.Token).ConfigureAwait(false) && unit.TryWithdraw())
                {
                    throw NotBegun();
                }
            }
            catch (OperationCanceledException) when (!unit.Done.IsCompleted && unit.TryWithdraw())
            {
                throw;
            }
            catch (OperationCanceledException)
            {
                // Under way, or settled.
            }

            // Its messages are in use until it is known what became of them.
            await unit.Done.ConfigureAwait(false);
        }
        finally
        {
            _room.Leave(unit.Bytes);
        }
    }

    /// <summary>Takes nothing more, and ends what is under way. Complete when the thread has ended or the time for closing is up; what is under way then has failed.</summary>
    public async Task StopAsync()
    {
        _waiting.CompleteAdding();
        _stopping.Set();
        await Task.WhenAny(_ended.Task, Task.Delay(Options.CloseTimeout)).ConfigureAwait(false);
        GiveUp();
    }

    /// <summary>Whoever waits for a cluster that does not answer is told so; the thread goes on by itself.</summary>
    public void GiveUp()
    {
        KafkaUnit[] underWay = Volatile.Read(ref _underWay);
        foreach (KafkaUnit unit in underWay)
        {
            unit.GiveUp(new LogFailedException($"The log was closed before {Options.BootstrapServers} answered, so that what was under way may or may not be there.{_clients.Complaint}"));
        }
    }

    private LogUnavailableException NotBegun() =>
        new($"{Options.BootstrapServers} has taken nothing for {Options.AppendTimeout}: what came before is still under way.{_clients.Complaint} Nothing of it was kept.");

    private void Run()
    {
        List<KafkaUnit> units = [];
        long? began = null;
        foreach (KafkaUnit first in _waiting.GetConsumingEnumerable())
        {
            Gather(units, first, began);
            began = Options.Time.GetTimestamp();
            Volatile.Write(ref _underWay, [.. units]);
            Settle(units);
            Volatile.Write(ref _underWay, []);
        }

        _producer.Dispose();
        _clients.TransactionNames.Return(_transactionalId);
        _ended.SetResult();
    }

    /// <param name="units">Those that go together.</param>
    /// <param name="first">Of them.</param>
    /// <param name="began">When the transaction before began; null where there was none.</param>
    private void Gather(List<KafkaUnit> units, KafkaUnit first, long? began)
    {
        units.Clear();
        long bytes = 0;
        KafkaUnit? next = first;
        do
        {
            if (next.TryTake())
            {
                units.Add(next);
                bytes += next.Bytes;
            }
        }
        while (bytes < Options.MaxTransactionBytes && units.Count < Options.MaxPendingAppends && _waiting.TryTake(out next, bytes < EnoughBytes ? LeftOf(began) : TimeSpan.Zero));
    }

    private TimeSpan LeftOf(long? began)
    {
        TimeSpan left = began is { } at ? _interval - Options.Time.GetElapsedTime(at) : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Tries until each unit is written, failed, or its partition taken away.</summary>
    private void Settle(List<KafkaUnit> units)
    {
        try
        {
            while (true)
            {
                IConsumerGroupMetadata? generation = KafkaUnit.DropLost(units);
                if (units.Count == 0)
                {
                    return;
                }

                if (_producer.Write(units, generation) is not { } stale)
                {
                    _room.Moved();
                    return;
                }

                if (_stopping.Wait(StaleWait))
                {
                    throw KafkaFaults.Unavailable("The unit was refused because the group had moved on, and the log is closing", stale, _clients);
                }
            }
        }
        catch (Exception exception)
        {
            units.ForEach(unit => unit.Fail(exception));
        }
    }
}
