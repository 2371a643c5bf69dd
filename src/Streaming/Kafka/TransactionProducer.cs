using System.Runtime.CompilerServices;
using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// One transactional producer, and what becomes of a transaction. What is in one is there together or not at all. Used by one thread.
/// docs/decisions/0012-kafka-log.md tells what a crash means at each step.
/// </summary>
internal sealed class TransactionProducer(KafkaClients clients, string transactionalId, ManualResetEventSlim stopping) : IDisposable
{
    /// <summary>Between questions to a cluster that has not answered yet.</summary>
    private static readonly TimeSpan AgainWait = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// After which a producer that has no answer is given up, and its successor finds out what became of the transaction. It costs little where the cluster was only slow; and one whose
    /// coordinator went away may never have an answer: librdkafka 2.16 waits for a server that it no longer connects to (its issue 5511).
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a call may take beyond the time that it is given.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Being fenced twice within this means that another process has the name; once is what being stopped for a while looks like.</summary>
    private static readonly TimeSpan FencedWindow = TimeSpan.FromMinutes(1);

    private IProducer<byte[]?, byte[]>? _producer;
    private StrongBox<Error?> _refused = new();
    private long? _fencedAt;

    /// <returns>Null when it is settled; the refusal where the generation was stale and nothing was kept.</returns>
    public KafkaException? Write(List<KafkaUnit> units, IConsumerGroupMetadata? generation)
    {
        bool isCommitting = false;
        long began = 0;
        try
        {
            // 1. A producer that has ended whatever its predecessor of the same name left open. Crash: nothing was written.
            _producer ??= Begin();
            began = clients.Options.Time.GetTimestamp();

            // 2. The frames, which no reader sees. Crash: the next producer of this name aborts them, or else the cluster when the transaction times out.
            _producer.BeginTransaction();
            if (!TryProduce(_producer, units))
            {
                throw new LogFailedException("The log is closed, and nothing of it was kept.");
            }

            CrashSite.Pass("kafka-produced");

            // 3. The cursors, in the name of the generation. The cluster refuses one that is not the group's newest. Crash: as 2.
            if (generation is not null)
            {
                Bounded(producer => producer.SendOffsetsToTransaction(units.Select(unit => unit.Cursor), generation, Longest));
            }

            // 4. Every frame has its place, before anything is asked to be committed: a client may say that a transaction is committed and not say where each of its messages is. Crash: as 2.
            Flush(units, began);
            CrashSite.Pass("kafka-not-committed");

            // 5. All of it at once. Crash before the coordinator has it: as 2. After: it is there, and whoever asks for the cursor waits until it is.
            isCommitting = true;
            Commit();
            CrashSite.Pass("kafka-committed");
        }
        catch (KafkaException exception)
        {
            return AfterFailure(units, generation, exception, isCommitting, began);
        }
        catch
        {
            Dispose();
            throw;
        }

        if (clients.Options.Time.GetElapsedTime(began) >= clients.Options.TransactionTimeout)
        {
            // 6. The cluster may have aborted it by itself before it was asked to commit, and what is said then is not to be relied on.
            Dispose();
            return SettleByCursor(units, generation, new KafkaException(new Error(ErrorCode.Local_TimedOut, $"the transaction took longer than its {clients.Options.TransactionTimeout.TotalSeconds:0} s")));
        }

        units.ForEach(unit => unit.Complete());
        return null;
    }

    private TimeSpan Longest => clients.Options.TransactionTimeout < Patience ? clients.Options.TransactionTimeout : Patience;

    private IProducer<byte[]?, byte[]> Begin()
    {
        IProducer<byte[]?, byte[]> producer = clients.TransactionalProducer(transactionalId);
        try
        {
            producer.InitTransactions(clients.Options.RequestTimeout < Patience ? clients.Options.RequestTimeout : Patience);
            return producer;
        }
        catch
        {
            _ = Task.Run(producer.Dispose);
            throw;
        }
    }

    /// <summary>A call that keeps to no time of its own is left alone with its producer, which ends when the call does.</summary>
    /// <exception cref="KafkaException">The call failed, or did not end: the producer is given up then.</exception>
    private void Bounded(Action<IProducer<byte[]?, byte[]>> call)
    {
        IProducer<byte[]?, byte[]> producer = _producer!;
        Task calling = Task.Factory.StartNew(() => call(producer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny([calling], Longest + Grace) < 0)
        {
            _producer = null;
            _ = calling.ContinueWith(_ => producer.Dispose(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"the coordinator did not answer {transactionalId} in {(Longest + Grace).TotalSeconds:0} s"));
        }

        calling.GetAwaiter().GetResult();
    }

    private bool TryProduce(IProducer<byte[]?, byte[]> producer, List<KafkaUnit> units)
    {
        // Of this attempt, as the offsets are: an earlier producer that was given up may still tell of its own.
        StrongBox<Error?> refused = new();
        _refused = refused;
        foreach (KafkaUnit unit in units)
        {
            if (!unit.TryBeginCopying())
            {
                return false;
            }

            try
            {
                Produce(producer, unit, refused);
            }
            finally
            {
                unit.EndCopying();
            }
        }

        return true;
    }

    private static void Produce(IProducer<byte[]?, byte[]> producer, KafkaUnit unit, StrongBox<Error?> refused)
    {
        long[] offsets = unit.BeginOffsets();
        for (int i = 0; i < unit.Messages.Length; i++)
        {
            int at = i;
            KafkaMessage message = unit.Messages[i];
            producer.Produce(
                message.Place, new Message<byte[]?, byte[]> { Key = message.Key, Headers = message.Headers, Value = message.Value.ToArray() },
                report =>
                {
                    if (report.Error.IsError)
                    {
                        refused.Value ??= report.Error;
                    }
                    else if (report.Offset.Value >= 0)
                    {
                        offsets[at] = report.Offset.Value;
                    }
                });
        }
    }

    /// <summary>Asks again while the answer is only late: the transaction's end may have been decided already.</summary>
    private void Commit()
    {
        long began = clients.Options.Time.GetTimestamp();
        while (true)
        {
            try
            {
                Bounded(producer => producer.CommitTransaction(Longest));
                return;
            }
            catch (KafkaRetriableException) when (clients.Options.Time.GetElapsedTime(began) < Longest && !stopping.IsSet)
            {
                stopping.Wait(AgainWait);
            }
        }
    }

    /// <summary>Waits as long as some get through, and the transaction is not over.</summary>
    /// <exception cref="KafkaException">A frame was not written in the time for it, or refused.</exception>
    private void Flush(List<KafkaUnit> units, long began)
    {
        int left = units.Sum(unit => unit.Messages.Length);
        int before;
        do
        {
            before = left;
            Bounded(producer => left = producer.Flush(Longest));
        }
        while (left > 0 && left < before && clients.Options.Time.GetElapsedTime(began) + Longest < clients.Options.TransactionTimeout && !stopping.IsSet);

        if (!units.TrueForAll(unit => unit.IsWritten))
        {
            throw new KafkaException(_refused.Value ?? new Error(ErrorCode.Local_TimedOut, $"of {units.Sum(unit => unit.Messages.Length)} frames not every one was written, or none is known to be"));
        }
    }

    private void TryFlush(List<KafkaUnit> units, long began)
    {
        try
        {
            Flush(units, began);
        }
        catch (KafkaException)
        {
            // It is given up then.
        }
    }

    private KafkaException? AfterFailure(List<KafkaUnit> units, IConsumerGroupMetadata? generation, KafkaException cause, bool isCommitting, long began)
    {
        if (!isCommitting && KafkaFaults.IsStaleMember(cause.Error))
        {
            // So is every unit while the group moves on, and their frames are on their way: a producer that knows what became of them is used again.
            TryFlush(units, began);
        }

        // Aborted: nothing was kept. Where that cannot be done the producer is given up, and its successor of the same name aborts what had not begun to be committed.
        KafkaException? notAborted = Abort(cause);

        // It is given up too where a frame is not known to be written. It may have been, and then the frame that this producer (librdkafka 2.16) sends next has its sequence number, the cluster
        // takes it for the same one sent again, and it passes for written and is gone with the transaction that was aborted.
        if (notAborted is not null || !units.TrueForAll(unit => unit.IsWritten))
        {
            Dispose();
        }

        if (notAborted is not null)
        {
            ThrowIfNameIsTaken(notAborted, began);
            if (isCommitting)
            {
                return SettleByCursor(units, generation, cause);
            }
        }

        return generation is not null && KafkaFaults.IsStaleMember(cause.Error) ? cause : throw KafkaFaults.NotKept("The log did not take it", cause, clients);
    }

    /// <returns>Null where it was aborted, else why not.</returns>
    private KafkaException? Abort(KafkaException cause)
    {
        if (_producer is null || cause.Error.IsFatal || KafkaFaults.IsFenced(cause.Error))
        {
            return cause;
        }

        try
        {
            Bounded(producer => producer.AbortTransaction(Longest));
            return null;
        }
        catch (KafkaException exception)
        {
            return exception;
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
            throw NotAnswered(cause);
        }

        while (_producer is null)
        {
            try
            {
                _producer = Begin();
            }
            catch (KafkaException) when (!stopping.Wait(AgainWait))
            {
                KafkaUnit.DropLost(units);
                if (units.Count == 0)
                {
                    return null;
                }
            }
            catch (KafkaException)
            {
                throw NotAnswered(cause);
            }
        }

        KafkaUnit.DropLost(units);
        if (units.Count == 0)
        {
            return null;
        }

        // What is in one transaction is kept or not kept together, so that one unit tells for all.
        KafkaUnit one = units.Find(unit => unit.MovesCursor) ?? throw NotAnswered(cause);
        long cursor;
        try
        {
            cursor = one.Grant!.Member.CommittedOffset(one.Cursor.TopicPartition);
        }
        catch (KafkaException)
        {
            throw NotAnswered(cause);
        }

        if (cursor != one.Cursor.Offset.Value)
        {
            throw KafkaFaults.NotKept("The log did not take it", cause, clients);
        }

        units.ForEach(unit => unit.Complete());
        return null;
    }

    private LogFailedException NotAnswered(KafkaException cause) => new(
        $"The cluster was asked to commit and did not answer, so that the frames may or may not be there: {KafkaFaults.Reason(cause)}.{clients.Complaint}", cause);

    private void ThrowIfNameIsTaken(KafkaException cause, long began)
    {
        // By the cluster, where it waited too long for the end of the transaction.
        if (!KafkaFaults.IsFenced(cause.Error) || clients.Options.Time.GetElapsedTime(began) >= clients.Options.TransactionTimeout)
        {
            return;
        }

        long? before = _fencedAt;
        _fencedAt = clients.Options.Time.GetTimestamp();
        if (before is { } at && clients.Options.Time.GetElapsedTime(at) < FencedWindow)
        {
            throw new LogFailedException(
                $"Another process writes under the name {transactionalId}: two with the same instance name fence each other out. Give each its own.", cause);
        }
    }

    /// <summary>What is open is aborted by the next of the name, or by the cluster.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _producer, null) is { } producer)
        {
            // One whose servers are away takes its time to end.
            _ = Task.Run(producer.Dispose);
        }
    }
}
