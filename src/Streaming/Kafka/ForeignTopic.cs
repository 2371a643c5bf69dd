using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// A topic that others write in words of their own, from its beginning. The members of a group share its partitions; a batch of messages is handed over, and the group's
/// offsets move behind it once it was taken: each message at least once. It waits for a topic that is not there yet, and for a cluster that is away.
/// </summary>
public sealed class ForeignTopic
{
    /// <summary>Messages handed over at once, at most.</summary>
    public const int MaxMessages = 10_000;

    /// <summary>A batch is closed when its values reach so many bytes.</summary>
    public const int BatchBytes = 8 << 20;

    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClients _clients;
    private readonly string _topic;
    private readonly List<ReadOnlyMemory<byte>> _batch = [];
    private readonly Dictionary<TopicPartition, Offset> _behindBatch = [];
    private string _trouble = "";

    /// <param name="options">How the cluster is reached; its prefix stands before the group's name, and not before the topic's.</param>
    /// <param name="topic">Its name on the cluster.</param>
    /// <param name="group">Of the members that share it.</param>
    public ForeignTopic(KafkaLogOptions options, string topic, string group)
    {
        options.Validate();
        _clients = new KafkaClients(options);
        _topic = topic;
        Group = _clients.Named(group);
    }

    /// <summary>Its name on the cluster.</summary>
    public string Group { get; }

    /// <summary>What the cluster said last that keeps messages from coming; empty since one came.</summary>
    public string Trouble => Volatile.Read(ref _trouble);

    /// <summary>Hands messages over until it is cancelled. What <paramref name="take"/> throws ends it, and the batch comes again to whoever is next.</summary>
    /// <param name="take">Takes all values of a batch, in the order of each partition; one without a value is empty.</param>
    /// <exception cref="LogFailedException">The topic cannot be read, and trying again will not help.</exception>
    public async Task RunAsync(Func<IReadOnlyList<ReadOnlyMemory<byte>>, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await FollowAsync(take, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever takes was told to stop.
        }
    }

    /// <summary>By one client, until it is cancelled, or its client did not get into the group or has no answer.</summary>
    private async Task FollowAsync(Func<IReadOnlyList<ReadOnlyMemory<byte>>, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        OwnThread thread = new($"{Group} {_topic}");
        JoinPatience patience = new(_clients.Options, KafkaClients.FollowersRebalance);
        IConsumer<Ignore, byte[]?> consumer = _clients.Follower(Group, patience);
        Dictionary<TopicPartition, Offset> uncommitted = [];
        try
        {
            await thread.RunAsync(() =>
            {
                consumer.Subscribe(_topic);
                return true;
            }).ConfigureAwait(false);
            while (!cancellationToken.IsCancellationRequested && !patience.IsAtAnEnd(consumer.MemberId))
            {
                await thread.RunAsync(() => Gather(consumer)).ConfigureAwait(false);
                if (_batch.Count > 0)
                {
                    // A crash before the offsets moved: the batch comes again.
                    await take(_batch, cancellationToken).ConfigureAwait(false);
                    foreach ((TopicPartition place, Offset next) in _behindBatch)
                    {
                        uncommitted[place] = next;
                    }
                }

                if (!await IsAnsweredAsync(thread.RunAsync(() => Commit(consumer, uncommitted)), cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            Task closing = thread.EndAsync(() => Close(consumer));
            await Task.WhenAny(closing, Task.Delay(_clients.Options.CloseTimeout, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    /// <summary>A commit that has no answer is left alone with its client and its thread. What was to be committed comes again, unless the cluster has heard of it.</summary>
    private async Task<bool> IsAnsweredAsync(Task commit, CancellationToken cancellationToken)
    {
        TimeSpan patience = _clients.Options.AppendTimeout;
        try
        {
            await commit.WaitAsync(patience, _clients.Options.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref _trouble, $"{_clients.Options.BootstrapServers} was told how far {_topic} is taken, and did not answer in {patience.TotalSeconds:0} s: another client goes on.");
            return false;
        }
    }

    /// <summary>What there is, after a wait for the first.</summary>
    private bool Gather(IConsumer<Ignore, byte[]?> consumer)
    {
        _batch.Clear();
        _behindBatch.Clear();
        long bytes = 0;
        try
        {
            while (_batch.Count < MaxMessages && bytes < BatchBytes && consumer.Consume(_batch.Count == 0 ? PollWait : TimeSpan.Zero) is { } message)
            {
                byte[] value = message.Message.Value ?? [];
                _batch.Add(value);
                bytes += value.Length;
                _behindBatch[message.TopicPartition] = message.Offset + 1;
                Volatile.Write(ref _trouble, "");
            }
        }
        catch (ConsumeException e)
        {
            Note(e, isMissing: KafkaFaults.IsNotThere(e.Error));
        }

        return true;
    }

    private bool Commit(IConsumer<Ignore, byte[]?> consumer, Dictionary<TopicPartition, Offset> uncommitted)
    {
        if (uncommitted.Count == 0)
        {
            return true;
        }

        try
        {
            consumer.Commit(uncommitted.Select(place => new TopicPartitionOffset(place.Key, place.Value)));
            uncommitted.Clear();
        }
        catch (KafkaException e) when (KafkaFaults.IsStaleMember(e.Error))
        {
            // Others have the partitions, and take again what was not committed.
            uncommitted.Clear();
        }
        catch (KafkaException e)
        {
            Note(e, isMissing: false);
        }

        return true;
    }

    private void Note(KafkaException exception, bool isMissing)
    {
        if (!isMissing && KafkaFaults.IsPermanent(exception.Error))
        {
            throw new LogFailedException($"{Group} cannot read the topic {_topic}, and trying again will not help: {KafkaFaults.Reason(exception)}.", exception);
        }

        Volatile.Write(ref _trouble, isMissing
            ? $"The topic {_topic} is not there on {_clients.Options.BootstrapServers}: it is waited for."
            : $"The topic {_topic} is not read for now: {KafkaFaults.Reason(exception)}.");
    }

    private static void Close(IConsumer<Ignore, byte[]?> consumer)
    {
        try
        {
            consumer.Close();
        }
        catch (KafkaException)
        {
            // The group forgets the member by itself.
        }

        consumer.Dispose();
    }
}
