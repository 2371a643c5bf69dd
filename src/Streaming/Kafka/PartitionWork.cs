using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>What a member does with a partition that it was given: opens it at the group's cursor, and runs the work on it until the work or the grant ends.</summary>
internal sealed class PartitionWork(
    KafkaClients clients, KafkaTopics topics, KafkaOffsets offsets, TransactionWriter writer, PartitionWatch watch, string topic, string group, Func<IPartitionReader, CancellationToken, Task> work)
{
    /// <param name="grant">Of the partition.</param>
    /// <param name="before">The work of an earlier grant of the same partition, which ends first.</param>
    public async Task RunAsync(PartitionGrant grant, Task before)
    {
        await before.ConfigureAwait(false);
        TopicPartition place = grant.Place;
        grant.Awaits = KafkaOffsets.TopicQuestion;
        await offsets.AskAsync(place, KafkaOffsets.TopicQuestion, () => topics.ThrowIfMadeAnewAsync(topic), grant.Ending).ConfigureAwait(false);
        grant.Awaits = KafkaOffsets.RangeQuestion;
        (long first, long stable) = await offsets.SettledRangeAsync(place, grant.Ending).ConfigureAwait(false);
        PartitionEnds ends = new(first, stable);
        ulong incarnation = topics.IncarnationOf(topic);
        PartitionFetch fetch = new(clients, place, group, incarnation, ends);
        try
        {
            grant.Awaits = KafkaOffsets.CursorQuestion;
            long cursor = await CursorAsync(grant, ends).ConfigureAwait(false);
            KafkaPartitionReader reader = new(topic, incarnation, grant, ends, cursor, fetch, writer, topics, offsets, clients.Options);
            watch.Add(place, reader);
            grant.Awaits = null;
            await work(reader, grant.Ending).ConfigureAwait(false);
        }
        finally
        {
            watch.Remove(place);
            await Task.WhenAny(fetch.CloseAsync(), Task.Delay(clients.Options.CloseTimeout)).ConfigureAwait(false);
        }
    }

    /// <summary>Where the group goes on.</summary>
    /// <exception cref="LogDamagedException">Retention removed frames that were not read.</exception>
    private async Task<long> CursorAsync(PartitionGrant grant, PartitionEnds ends)
    {
        TopicPartition place = grant.Place;
        long first = ends.First;
        long committed = await offsets.CursorAsync(group, place, grant.Ending).ConfigureAwait(false);
        if (committed < 0)
        {
            return first;
        }

        if (committed < first)
        {
            long passed = await offsets.CursorAsync(PartitionWatch.PassedGroup(group), place, grant.Ending).ConfigureAwait(false);
            if (passed < first)
            {
                throw KafkaFaults.Lost(place, group, committed, first);
            }

            ends.AreEmpty(committed, passed);
        }

        return committed;
    }
}
