using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// Where partitions begin and end, and how far groups have read them: asked of the cluster, until it answers. Asked by consumers that read nothing: the admin client of
/// librdkafka 2.16 goes on asking a connection that it had let go when a server was away, and may end the process.
/// </summary>
internal sealed class KafkaOffsets(KafkaClients clients) : IDisposable
{
    /// <summary>Between looks at what has to settle on the cluster first: a transaction that is being ended, a coordinator that moves.</summary>
    public static readonly TimeSpan SettleWait = TimeSpan.FromMilliseconds(20);

    /// <summary>What is asked before a partition is read, as messages to people have it.</summary>
    public const string TopicQuestion = "look at the topic";
    public const string RangeQuestion = "ask where the partition begins and ends";
    public const string CursorQuestion = "ask for the cursor";

    /// <summary>Of one question, after which another client asks.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Those who ask, by the group that they ask for; empty for no group.</summary>
    private readonly ConcurrentDictionary<(string Group, bool ReadsUncommitted), Lazy<SharedClient<IConsumer<Ignore, Ignore>>>> _askers = [];

    private volatile bool _isDisposed;

    private TimeSpan Soon => clients.Options.RequestTimeout < Longest ? clients.Options.RequestTimeout : Longest;

    /// <summary>
    /// Where the partition begins and ends for a reader that begins now. What was acknowledged before is visible to it: the marks that make a transaction so come a
    /// little after its commit, and are waited for.
    /// </summary>
    /// <exception cref="LogFailedException">The cluster refuses to tell.</exception>
    public async Task<(long First, long Stable)> SettledRangeAsync(TopicPartition place, CancellationToken cancellationToken)
    {
        (_, long written) = await AskAsync(place, RangeQuestion, () => RangeAsync(place, readsUncommitted: true), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            (long first, long stable) = await AskAsync(place, RangeQuestion, () => RangeAsync(place), cancellationToken).ConfigureAwait(false);
            if (stable >= written)
            {
                return (first, stable);
            }

            await Task.Delay(SettleWait, clients.Options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the group has committed, once no transaction that may move it is under way; -1 where it never committed.</summary>
    public Task<long> CursorAsync(string group, TopicPartition place, CancellationToken cancellationToken) =>
        AskAsync(
            place,
            CursorQuestion,
            () => OfAsync(group, readsUncommitted: false, asker =>
            {
                TopicPartitionOffset cursor = asker.Committed([place], Soon)[0];
                return cursor.Offset == Offset.Unset ? -1 : cursor.Offset.Value;
            }),
            cancellationToken);

    /// <summary>The first offset of what the partition took at the instant or later; null where there is nothing.</summary>
    public Task<long?> SinceAsync(TopicPartition place, long instantMs, CancellationToken cancellationToken) =>
        AskAsync(
            place,
            "look for a time",
            () => OfAsync("", readsUncommitted: false, asker =>
            {
                Offset found = asker.OffsetsForTimes([new TopicPartitionTimestamp(place, new Timestamp(instantMs, TimestampType.LogAppendTime))], Soon)[0].Offset;
                return found.Value >= 0 ? found.Value : (long?)null;
            }),
            cancellationToken);

    /// <summary>Moves cursors of a group that has no members.</summary>
    /// <exception cref="KafkaException">There is no answer, or a refusal.</exception>
    public Task MoveAsync(string group, List<TopicPartitionOffset> cursors) =>
        OfAsync(group, readsUncommitted: false, asker =>
        {
            asker.Commit(cursors);
            return true;
        });

    /// <summary>Where the partition begins, and where it ends for a reader.</summary>
    /// <param name="place">The partition.</param>
    /// <param name="readsUncommitted">For one that sees what is not committed too.</param>
    /// <exception cref="KafkaException">There is no answer.</exception>
    public Task<(long First, long End)> RangeAsync(TopicPartition place, bool readsUncommitted = false) =>
        OfAsync("", readsUncommitted, asker =>
        {
            WatermarkOffsets range = asker.QueryWatermarkOffsets(place, Soon);
            return (range.Low.Value, range.High.Value);
        });

    /// <summary>Asks until there is an answer: a partition that was given is worked on as soon as the cluster lets it.</summary>
    /// <exception cref="LogFailedException">The cluster refuses, or the partition is not there for as long as an answer may take.</exception>
    public async Task<T> AskAsync<T>(TopicPartition place, string what, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        long began = clients.Options.Time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await ask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException exception) when (exception.Error.IsFatal || KafkaFaults.IsPermanent(exception.Error, clients.Options, began))
            {
                throw new LogFailedException($"{place}: could not {what}: {KafkaFaults.Reason(exception)}.", exception);
            }
            catch (KafkaException)
            {
                await Task.Delay(SettleWait, clients.Options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task AskAsync(TopicPartition place, string what, Func<Task> ask, CancellationToken cancellationToken) =>
        AskAsync(
            place,
            what,
            async () =>
            {
                await ask().ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public void Dispose()
    {
        _isDisposed = true;
        foreach (Lazy<SharedClient<IConsumer<Ignore, Ignore>>> asker in _askers.Values.Where(asker => asker.IsValueCreated))
        {
            // Ending a client takes as long as its servers do to answer, or not to.
            _ = Task.Run(asker.Value.GiveUp);
        }

        _askers.Clear();
    }

    /// <summary>One that had no answer is not asked again: another makes its own connections.</summary>
    private async Task<T> OfAsync<T>(string group, bool readsUncommitted, Func<IConsumer<Ignore, Ignore>, T> call)
    {
        while (true)
        {
            Lazy<SharedClient<IConsumer<Ignore, Ignore>>> asker = _askers.GetOrAdd(
                (group, readsUncommitted), static (key, clients) => new(() => clients.Asker(key.Group, key.ReadsUncommitted)), clients);
            try
            {
                return await Task.Factory.StartNew(() => asker.Value.Call(call), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (KafkaException)
            {
                _askers.TryRemove(KeyValuePair.Create((group, readsUncommitted), asker));
                _ = Task.Run(asker.Value.GiveUp);
                throw;
            }
            catch (ObjectDisposedException) when (!_isDisposed)
            {
                // Another question had no answer between here and there, and its asker, which was this one's too, was given up: the next one is asked.
            }
        }
    }
}
