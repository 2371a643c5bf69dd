using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// One transactional producer. A transaction takes whatever waits when it begins: it costs much the same for one append as for a hundred. What is in one
/// transaction is there together or not at all.
/// docs/decisions/0012-kafka-log.md tells what a crash means at each step.
/// </summary>
internal sealed class TransactionWriter
{
    /// <summary>Before units whose generation was refused are tried again: the rebalance that made it stale is heard of meanwhile.</summary>
    private static readonly TimeSpan StaleWait = TimeSpan.FromMilliseconds(50);

    /// <summary>Being fenced twice within this means that another process has the name; once is what being stopped for a while looks like.</summary>
    private static readonly TimeSpan FencedWindow = TimeSpan.FromMinutes(1);

    private readonly KafkaClients _clients;
    private readonly string _transactionalId;
    private readonly BlockingCollection<KafkaUnit> _waiting = [];
    private readonly SemaphoreSlim _room;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stopping = new();
    private IProducer<byte[]?, byte[]>? _producer;
    private long? _fencedAt;

    /// <param name="name">Of this writer among those of the instance.</param>
    public TransactionWriter(KafkaClients clients, string name)
    {
        _clients = clients;
        _transactionalId = $"{clients.Named(clients.Options.Instance)}.{name}";
        _room = new SemaphoreSlim(clients.Options.MaxPendingAppends);
        new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = _transactionalId }.Start();
    }

    private KafkaLogOptions Options => _clients.Options;

    /// <exception cref="LogUnavailableException">Nothing of the unit was kept.</exception>
    /// <exception cref="LogFailedException">Whether the unit was kept is not known, or trying again will not help; the message says which.</exception>
    /// <exception cref="OperationCanceledException">The token, or the end of the unit's grant; nothing of it was kept.</exception>
    public async ValueTask WriteAsync(KafkaUnit unit, CancellationToken cancellationToken)
    {
        if (!await _room.WaitAsync(Options.AppendTimeout, cancellationToken).ConfigureAwait(false))
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

            using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, unit.Grant?.Ending ?? CancellationToken.None);
            try
            {
                await unit.Done.WaitAsync(Options.AppendTimeout, ending.Token).ConfigureAwait(false);
            }
            catch (TimeoutException) when (unit.TryWithdraw())
            {
                throw NotBegun();
            }
            catch (OperationCanceledException) when (!unit.Done.IsCompleted && unit.TryWithdraw())
            {
                throw;
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                // Under way: its frames are in use until it is known what became of them.
                await unit.Done.ConfigureAwait(false);
            }
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Takes nothing more, and ends what is under way. Complete when the thread has ended or the time for closing is up.</summary>
    public async Task StopAsync()
    {
        _waiting.CompleteAdding();
        _stopping.Set();
        await Task.WhenAny(_ended.Task, Task.Delay(Options.CloseTimeout)).ConfigureAwait(false);
    }

    private LogUnavailableException NotBegun() =>
        new($"{Options.BootstrapServers} could not take it within {Options.AppendTimeout}: what came before is still under way.{_clients.Complaint} Nothing of it was kept.");

    private void Run()
    {
        List<KafkaUnit> units = [];
        foreach (KafkaUnit first in _waiting.GetConsumingEnumerable())
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
            while (bytes < Options.MaxTransactionBytes && units.Count < Options.MaxPendingAppends && _waiting.TryTake(out next));

            Settle(units);
        }

        Drop();
        _ended.SetResult();
    }

    /// <summary>Tries until each unit is written, failed, or its partition taken away.</summary>
    private void Settle(List<KafkaUnit> units)
    {
        try
        {
            while (true)
            {
                IConsumerGroupMetadata? generation = DropLost(units);
                if (units.Count == 0)
                {
                    return;
                }

                if (Write(units, generation) is not { } stale)
                {
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

    /// <summary>
    /// Takes out what no longer may move its cursor. The generation is read after that: the cluster refuses it once another member may have been given
    /// any of these partitions.
    /// </summary>
    private static IConsumerGroupMetadata? DropLost(List<KafkaUnit> units)
    {
        if (units.Find(unit => unit.Grant is not null)?.Grant is not { } one)
        {
            return null;
        }

        IConsumerGroupMetadata? generation = one.Member.Generation(units.Select(unit => unit.Grant!), out HashSet<PartitionGrant> good);
        units.RemoveAll(unit =>
        {
            bool isLost = !good.Contains(unit.Grant!);
            if (isLost)
            {
                unit.Lose();
            }

            return isLost;
        });
        return generation;
    }

    /// <returns>Null when it is settled; the refusal where the generation was stale and nothing was kept.</returns>
    private KafkaException? Write(List<KafkaUnit> units, IConsumerGroupMetadata? generation)
    {
        bool isCommitting = false;
        try
        {
            // 1. A producer that has ended whatever its predecessor of the same name left open. Crash: nothing was written.
            _producer ??= Begin();

            // 2. The frames, which no reader sees. Crash: the next producer of this name aborts them, or else the cluster when the transaction times out.
            _producer.BeginTransaction();
            Produce(_producer, units);
            CrashSite.Pass("kafka-produced");

            // 3. The cursors, in the name of the generation. The cluster refuses one that is not the group's newest. Crash: as 2.
            if (generation is not null)
            {
                _producer.SendOffsetsToTransaction(units.Select(unit => unit.Cursor), generation, Options.TransactionTimeout);
            }

            CrashSite.Pass("kafka-not-committed");

            // 4. All of it at once. Crash before the coordinator has it: as 2. After: it is there, and whoever asks for the cursor waits until it is.
            isCommitting = true;
            Commit(_producer);
            CrashSite.Pass("kafka-committed");
        }
        catch (KafkaException exception)
        {
            return AfterFailure(units, generation, exception, isCommitting);
        }

        units.ForEach(unit => unit.Complete());
        return null;
    }

    private IProducer<byte[]?, byte[]> Begin()
    {
        IProducer<byte[]?, byte[]> producer = _clients.TransactionalProducer(_transactionalId);
        try
        {
            producer.InitTransactions(Options.RequestTimeout);
            return producer;
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    private static void Produce(IProducer<byte[]?, byte[]> producer, List<KafkaUnit> units)
    {
        foreach (KafkaUnit unit in units)
        {
            for (int i = 0; i < unit.Messages.Length; i++)
            {
                int at = i;
                KafkaMessage message = unit.Messages[i];
                producer.Produce(
                    message.Place, new Message<byte[]?, byte[]> { Key = message.Key, Headers = message.Headers, Value = message.Value.ToArray() },
                    report => unit.Offsets[at] = report.Error.IsError ? -1 : report.Offset.Value);
            }
        }
    }

    /// <summary>Asks again while the answer is only late: the transaction's end may have been decided already.</summary>
    private void Commit(IProducer<byte[]?, byte[]> producer)
    {
        long began = Options.Time.GetTimestamp();
        while (true)
        {
            try
            {
                producer.CommitTransaction();
                return;
            }
            catch (KafkaRetriableException) when (Options.Time.GetElapsedTime(began) < Options.TransactionTimeout && !_stopping.IsSet)
            {
                _stopping.Wait(StaleWait);
            }
        }
    }

    private KafkaException? AfterFailure(List<KafkaUnit> units, IConsumerGroupMetadata? generation, KafkaException cause, bool isCommitting)
    {
        // Aborted: nothing was kept. Where that cannot be done the producer is given up, and its successor of the same name aborts what had not begun to be committed.
        bool isAborted = TryAbort(cause);
        if (!isAborted)
        {
            Drop();
            ThrowIfNameIsTaken(cause);
        }

        if (!isAborted && isCommitting)
        {
            return SettleByCursor(units, generation, cause);
        }

        return generation is not null && KafkaFaults.IsStaleMember(cause.Error) ? cause : throw KafkaFaults.NotKept("The log did not take it", cause, _clients);
    }

    private bool TryAbort(KafkaException cause)
    {
        if (_producer is null || cause.Error.IsFatal || KafkaFaults.IsFenced(cause.Error))
        {
            return false;
        }

        try
        {
            _producer.AbortTransaction();
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    /// <summary>
    /// The producer is gone in the middle of a commit. Its successor's beginning waits until the cluster has ended the transaction one way or the other, and then
    /// the cursors tell which, as long as nobody else may have moved them.
    /// </summary>
    private KafkaException? SettleByCursor(List<KafkaUnit> units, IConsumerGroupMetadata? generation, KafkaException cause)
    {
        if (generation is null)
        {
            throw new LogFailedException(
                $"The cluster was asked to commit and did not answer, so that the frames may or may not be there: {KafkaFaults.Reason(cause)}.{_clients.Complaint}", cause);
        }

        while (_producer is null)
        {
            try
            {
                _producer = Begin();
            }
            catch (KafkaException) when (!_stopping.Wait(StaleWait))
            {
                DropLost(units);
                if (units.Count == 0)
                {
                    return null;
                }
            }
        }

        DropLost(units);
        if (units.Count == 0)
        {
            return null;
        }

        KafkaUnit one = units[0];
        if (one.Grant!.Member.CommittedOffset(one.Cursor.TopicPartition) != one.Cursor.Offset.Value)
        {
            throw KafkaFaults.NotKept("The log did not take it", cause, _clients);
        }

        units.ForEach(unit => unit.Complete());
        return null;
    }

    private void ThrowIfNameIsTaken(KafkaException cause)
    {
        if (!KafkaFaults.IsFenced(cause.Error))
        {
            return;
        }

        long? before = _fencedAt;
        _fencedAt = Options.Time.GetTimestamp();
        if (before is { } at && Options.Time.GetElapsedTime(at) < FencedWindow)
        {
            throw new LogFailedException(
                $"Another process writes under the name {_transactionalId}: two with the same instance name fence each other out. Give each its own.", cause);
        }
    }

    private void Drop()
    {
        _producer?.Dispose();
        _producer = null;
    }
}
