using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming;

/// <summary>Where partitions begin and end, and how far groups have read them: asked of the cluster, until it answers.</summary>
internal sealed class KafkaOffsets(KafkaClients clients, SharedClient<IAdminClient> admin) : IDisposable
{
    /// <summary>Between looks at what has to settle on the cluster first: a transaction that is being ended, a coordinator that moves.</summary>
    public static readonly TimeSpan SettleWait = TimeSpan.FromMilliseconds(20);

    /// <summary>Of a question to a group's coordinator, after which another client asks.</summary>
    private static readonly TimeSpan LongestOfGroup = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private SharedClient<IAdminClient>? _forGroups;

    /// <summary>
    /// Where the partition begins and ends for a reader that begins now. What was acknowledged before is visible to it: the marks that make a transaction so come a
    /// little after its commit, and are waited for.
    /// </summary>
    /// <exception cref="LogFailedException">The cluster refuses to tell.</exception>
    public async Task<(long First, long Stable)> SettledRangeAsync(TopicPartition place, CancellationToken cancellationToken)
    {
        long written = await EndAsync(place, OffsetSpec.Latest(), IsolationLevel.ReadUncommitted, cancellationToken).ConfigureAwait(false);
        long stable = await EndAsync(place, OffsetSpec.Latest(), IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        while (stable < written)
        {
            await Task.Delay(SettleWait, clients.Options.Time, cancellationToken).ConfigureAwait(false);
            stable = await EndAsync(place, OffsetSpec.Latest(), IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        }

        return (await EndAsync(place, OffsetSpec.Earliest(), IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false), stable);
    }

    /// <summary>What the group has committed, once no transaction that may move it is under way; -1 where it never committed.</summary>
    public Task<long> CursorAsync(string group, TopicPartition place, CancellationToken cancellationToken) =>
        AskAsync(
            place,
            "ask for the cursor",
            async () =>
            {
                List<ListConsumerGroupOffsetsResult> found = await OfGroupAsync(client => client.ListConsumerGroupOffsetsAsync(
                    [new ConsumerGroupTopicPartitions(group, [place])],
                    new ListConsumerGroupOffsetsOptions { RequestTimeout = Soon, RequireStableOffsets = true })).ConfigureAwait(false);
                TopicPartitionOffsetError cursor = found[0].Partitions[0];
                return cursor.Error.IsError ? throw new KafkaException(cursor.Error) : cursor.Offset == Offset.Unset ? -1 : cursor.Offset.Value;
            },
            cancellationToken);

    /// <summary>Moves cursors of a group that has no members.</summary>
    /// <exception cref="KafkaException">There is no answer, or a refusal.</exception>
    public async Task MoveAsync(string group, List<TopicPartitionOffset> cursors)
    {
        try
        {
            await OfGroupAsync(client => client.AlterConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitionOffsets(group, cursors)], new AlterConsumerGroupOffsetsOptions { RequestTimeout = Soon })).ConfigureAwait(false);
        }
        catch (AlterConsumerGroupOffsetsException exception)
        {
            throw new KafkaException(exception.Results[0].Partitions.Find(partition => partition.Error.IsError)?.Error ?? exception.Error);
        }
    }

    /// <exception cref="KafkaException">There is no answer.</exception>
    public async Task<List<TopicPartitionOffsetError>> EndsAsync(IEnumerable<TopicPartition> places, OffsetSpec which, IsolationLevel isolation) =>
        [.. (await admin.CallAsync(client => client.ListOffsetsAsync(
            places.Select(place => new TopicPartitionOffsetSpec { TopicPartition = place, OffsetSpec = which }),
            new ListOffsetsOptions { RequestTimeout = clients.Options.RequestTimeout, IsolationLevel = isolation })).ConfigureAwait(false)).ResultInfos.Select(result => result.TopicPartitionOffsetError)];

    /// <summary>Asks until there is an answer: a partition that was given is worked on as soon as the cluster lets it.</summary>
    public async Task<T> AskAsync<T>(TopicPartition place, string what, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await ask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException exception) when (KafkaFaults.IsPermanent(exception.Error) || exception.Error.IsFatal)
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

    private Task<long> EndAsync(TopicPartition place, OffsetSpec which, IsolationLevel isolation, CancellationToken cancellationToken) =>
        AskAsync(place, "ask where the partition begins and ends", async () => (await EndsAsync([place], which, isolation).ConfigureAwait(false))[0].Offset.Value, cancellationToken);

    private TimeSpan Soon => clients.Options.RequestTimeout < LongestOfGroup ? clients.Options.RequestTimeout : LongestOfGroup;

    public void Dispose() => Interlocked.Exchange(ref _forGroups, null)?.GiveUp();

    /// <summary>
    /// A client that once had no answer from a group's coordinator may never have one: it goes on asking the connection that it had let go when the server was away
    /// (librdkafka 2.16). So such a one is not used again.
    /// </summary>
    private async Task<T> OfGroupAsync<T>(Func<IAdminClient, Task<T>> call)
    {
        SharedClient<IAdminClient> client;
        lock (_gate)
        {
            client = _forGroups ??= clients.Admin();
        }

        try
        {
            return await client.CallAsync(call).ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            Interlocked.CompareExchange(ref _forGroups, null, client);
            await Task.Run(client.GiveUp).ConfigureAwait(false);
            throw;
        }
    }
}
