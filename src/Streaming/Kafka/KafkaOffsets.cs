using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming;

/// <summary>Where partitions begin and end, and how far groups have read them: asked of the cluster, until it answers.</summary>
internal sealed class KafkaOffsets(KafkaLogOptions options, IAdminClient admin)
{
    /// <summary>Between looks at what has to settle on the cluster first: a transaction that is being ended, a coordinator that moves.</summary>
    public static readonly TimeSpan SettleWait = TimeSpan.FromMilliseconds(20);

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
            await Task.Delay(SettleWait, options.Time, cancellationToken).ConfigureAwait(false);
            stable = await EndAsync(place, OffsetSpec.Latest(), IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        }

        return (await EndAsync(place, OffsetSpec.Earliest(), IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false), stable);
    }

    /// <summary>What the group has committed, once no transaction that may move it is under way; -1 where it never committed.</summary>
    public Task<long> CommittedAsync(string group, TopicPartition place, CancellationToken cancellationToken) =>
        AskAsync(
            place,
            "ask for the cursor",
            async () =>
            {
                List<ListConsumerGroupOffsetsResult> found = await admin.ListConsumerGroupOffsetsAsync(
                    [new ConsumerGroupTopicPartitions(group, [place])],
                    new ListConsumerGroupOffsetsOptions { RequestTimeout = options.RequestTimeout, RequireStableOffsets = true }).ConfigureAwait(false);
                TopicPartitionOffsetError committed = found[0].Partitions[0];
                return committed.Error.IsError ? throw new KafkaException(committed.Error) : committed.Offset == Offset.Unset ? -1 : committed.Offset.Value;
            },
            cancellationToken);

    /// <summary>Moves cursors of a group that has no members.</summary>
    /// <exception cref="KafkaException">There is no answer, or a refusal.</exception>
    public async Task MoveAsync(string group, List<TopicPartitionOffset> cursors)
    {
        try
        {
            await admin.AlterConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitionOffsets(group, cursors)], new AlterConsumerGroupOffsetsOptions { RequestTimeout = options.RequestTimeout }).ConfigureAwait(false);
        }
        catch (AlterConsumerGroupOffsetsException exception)
        {
            throw new KafkaException(exception.Results[0].Partitions.Find(partition => partition.Error.IsError)?.Error ?? exception.Error);
        }
    }

    /// <exception cref="KafkaException">There is no answer.</exception>
    public async Task<List<TopicPartitionOffsetError>> EndsAsync(IEnumerable<TopicPartition> places, OffsetSpec which, IsolationLevel isolation) =>
        [.. (await admin.ListOffsetsAsync(
            places.Select(place => new TopicPartitionOffsetSpec { TopicPartition = place, OffsetSpec = which }),
            new ListOffsetsOptions { RequestTimeout = options.RequestTimeout, IsolationLevel = isolation }).ConfigureAwait(false)).ResultInfos.Select(result => result.TopicPartitionOffsetError)];

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
                await Task.Delay(SettleWait, options.Time, cancellationToken).ConfigureAwait(false);
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
}
