using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming;

/// <summary>The topics of one log on the cluster: made where they are missing, held to what the log needs where they are there.</summary>
internal sealed class KafkaTopics
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);

    private readonly KafkaClients _clients;
    private readonly KafkaAdmin _admin;
    private readonly Dictionary<string, ulong> _incarnations = [];

    private KafkaTopics(KafkaClients clients, KafkaAdmin admin)
    {
        _clients = clients;
        _admin = admin;
    }

    private KafkaLogOptions Options => _clients.Options;

    /// <exception cref="ArgumentException">A topic is there, and not as the log needs it: every difference is named.</exception>
    /// <exception cref="LogUnavailableException">The cluster does not answer, or not in time.</exception>
    public static async Task<KafkaTopics> OpenAsync(KafkaClients clients, KafkaAdmin admin, CancellationToken cancellationToken)
    {
        KafkaTopics topics = new(clients, admin);
        try
        {
            await topics.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception)
        {
            throw KafkaFaults.Unavailable($"The topics on {clients.Options.BootstrapServers} could not be looked up or made", exception, clients);
        }

        return topics;
    }

    /// <summary>Made from the id that Kafka gave the topic when it was made: positions in a topic that was deleted never pass for positions in its successor.</summary>
    /// <exception cref="ArgumentException">The log has no such topic.</exception>
    public ulong IncarnationOf(string topic) => _incarnations.TryGetValue(topic, out ulong incarnation)
        ? incarnation
        : throw new ArgumentException($"The log has no topic {topic}; it has {string.Join(", ", _incarnations.Keys)}.", nameof(topic));

    /// <exception cref="ArgumentException">The log has no such topic or partition.</exception>
    public TopicPartition Place(string topic, int partition)
    {
        IncarnationOf(topic);
        return partition >= 0 && partition < Options.PartitionCount
            ? new TopicPartition(_clients.Named(topic), partition)
            : throw new ArgumentException($"{topic} has the partitions from 0 to before {Options.PartitionCount}; there is no partition {partition}.", nameof(partition));
    }

    /// <exception cref="LogFailedException">The topic was made anew since the log was opened.</exception>
    /// <exception cref="KafkaException">The cluster does not tell for now, or says that the topic is not there, which a server that has just come back may say of one that is.</exception>
    public async Task ThrowIfMadeAnewAsync(string topic)
    {
        string name = _clients.Named(topic);
        if (UnsteadyOf(await Task.Run(() => _admin.Call(admin => admin.GetMetadata(name, Options.RequestTimeout))).ConfigureAwait(false), [name]) is { } unsteady)
        {
            throw new KafkaException(unsteady);
        }

        List<TopicDescription> described = await DescribeAsync([topic]).ConfigureAwait(false);
        if (described[0].Error is { IsError: true } error)
        {
            throw new KafkaException(error);
        }

        if (IncarnationOf(described[0].TopicId) != IncarnationOf(topic))
        {
            throw new LogFailedException($"The topic {name} was made anew while the log was open: its positions are no longer those of the topic that was opened. Start again.");
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. Options.Topics.Select(topic => topic.Name)];
        List<TopicDescription> described = await DescribeSteadyAsync(names, cancellationToken).ConfigureAwait(false);
        KafkaTopic[] missing = [.. Options.Topics.Where((_, i) => described[i].Error.Code == ErrorCode.UnknownTopicOrPart)];
        if (missing.Length > 0)
        {
            await CreateAsync(missing).ConfigureAwait(false);
        }

        long began = Options.Time.GetTimestamp();
        while (described.Any(topic => topic.Error.IsError || topic.Partitions.Any(partition => partition.Leader is null || partition.Leader.Id < 0)))
        {
            // A topic that was just made is not known to every server at once.
            if (Options.Time.GetElapsedTime(began) >= Options.RequestTimeout)
            {
                throw new LogUnavailableException($"Not all topics are ready after {Options.RequestTimeout}: {string.Join("; ", described.Select(topic => $"{topic.Name}: {topic.Error.Reason}"))}.");
            }

            await Task.Delay(PollWait, Options.Time, cancellationToken).ConfigureAwait(false);
            described = await DescribeSteadyAsync(names, cancellationToken).ConfigureAwait(false);
        }

        await ThrowIfUnfitAsync(described).ConfigureAwait(false);
        for (int i = 0; i < names.Length; i++)
        {
            _incarnations[names[i]] = IncarnationOf(described[i].TopicId);
        }
    }

    /// <summary>As soon as they may be; once more where a replica went at that very moment.</summary>
    private async Task<List<TopicDescription>> DescribeSteadyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await SteadyAsync(names, cancellationToken).ConfigureAwait(false);
        try
        {
            return await DescribeAsync(names).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (KafkaAdmin.HasEnded(exception))
        {
            await SteadyAsync(names, cancellationToken).ConfigureAwait(false);
            return await DescribeAsync(names).ConfigureAwait(false);
        }
    }

    /// <summary>Until the topics may be described. All topics are looked at: to ask for one that is not there may make it.</summary>
    /// <exception cref="KafkaException">They may not, in all that time.</exception>
    private async Task SteadyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        string[] ours = [.. names.Select(_clients.Named)];
        long began = Options.Time.GetTimestamp();
        while (UnsteadyOf(await Task.Run(() => _admin.Call(admin => admin.GetMetadata(Options.RequestTimeout)), cancellationToken).ConfigureAwait(false), ours) is { } unsteady)
        {
            if (Options.Time.GetElapsedTime(began) >= Options.RequestTimeout)
            {
                throw new KafkaException(unsteady);
            }

            await Task.Delay(PollWait, Options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The first of the topics that has a partition without a replica in step, which the client must not be told of (<see cref="KafkaAdmin"/>).</summary>
    private static Error? UnsteadyOf(Metadata metadata, string[] names) =>
        metadata.Topics.Where(topic => names.Contains(topic.Topic)).SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, Partition: partition)))
            .Where(one => one.Partition.InSyncReplicas.Length == 0 || one.Partition.Replicas.Length == 0)
            .Select(one => new Error(ErrorCode.ReplicaNotAvailable, $"{one.Topic}, partition {one.Partition.PartitionId}, has no replica in step"))
            .FirstOrDefault();

    private async Task<List<TopicDescription>> DescribeAsync(IReadOnlyList<string> names)
    {
        List<TopicDescription> described;
        try
        {
            described = (await _admin.AskAsync(client => client.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([.. names.Select(_clients.Named)]), new DescribeTopicsOptions { RequestTimeout = Options.RequestTimeout })).ConfigureAwait(false)).TopicDescriptions;
        }
        catch (DescribeTopicsException some)
        {
            described = some.Results.TopicDescriptions;
        }

        return [.. names.Select(name => described.Single(topic => topic.Name == _clients.Named(name)))];
    }

    private async Task CreateAsync(IEnumerable<KafkaTopic> missing)
    {
        try
        {
            await _admin.CallAsync(async client =>
            {
                await client.CreateTopicsAsync(Specified(missing), new CreateTopicsOptions { RequestTimeout = Options.RequestTimeout, OperationTimeout = Options.RequestTimeout }).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        catch (CreateTopicsException exception) when (exception.Results.All(made => !made.Error.IsError || made.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another instance was opened at the same time.
        }
        catch (CreateTopicsException exception) when (exception.Results.Any(made => AreAllFenced(made.Error)))
        {
            throw KafkaFaults.Unavailable($"The topics on {Options.BootstrapServers} cannot be made yet", exception, _clients);
        }
        catch (CreateTopicsException exception)
        {
            throw new ArgumentException(
                "Topics cannot be made: " + string.Join("; ", exception.Results.Where(made => made.Error.IsError).Select(made => $"{made.Topic}: {made.Error.Reason}")) + ".", exception);
        }
    }

    /// <summary>A cluster that has just been started, or was held up, has no server for a replica until one has told that it is there; the code is the one that too few servers have too.</summary>
    private static bool AreAllFenced(Error error) => error.Code == ErrorCode.InvalidReplicationFactor && error.Reason.Contains("currently fenced", StringComparison.Ordinal);

    private IEnumerable<TopicSpecification> Specified(IEnumerable<KafkaTopic> topics) => topics.Select(topic => new TopicSpecification
    {
        Name = _clients.Named(topic.Name), NumPartitions = Options.PartitionCount, ReplicationFactor = Options.ReplicationFactor, Configs = ConfigsOf(topic),
    });

    private Dictionary<string, string> ConfigsOf(KafkaTopic topic)
    {
        Dictionary<string, string> configs = Needed(topic);
        configs["min.insync.replicas"] = Options.MinInSyncReplicas.ToString(CultureInfo.InvariantCulture);
        configs["retention.ms"] = topic.RetentionBytes is null && !topic.IsCompacted ? ((long)Options.Retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : "-1";
        configs["retention.bytes"] = (topic.RetentionBytes ?? -1).ToString(CultureInfo.InvariantCulture);
        return configs;
    }

    /// <summary>What the log cannot do without: its own clock along each partition, room for the longest message, and no frame removed from between others.</summary>
    private static Dictionary<string, string> Needed(KafkaTopic topic) => new()
    {
        ["message.timestamp.type"] = "LogAppendTime",
        ["max.message.bytes"] = (topic.IsCompacted ? CompactedFormat.MaxMessageBytes : KafkaClients.MaxMessageBytes).ToString(CultureInfo.InvariantCulture),
        ["cleanup.policy"] = topic.IsCompacted ? "compact" : "delete",
        ["unclean.leader.election.enable"] = "false",
    };

    private async Task ThrowIfUnfitAsync(List<TopicDescription> described)
    {
        List<string> errors = [];
        for (int i = 0; i < described.Count; i++)
        {
            (string name, int count) = (described[i].Name, described[i].Partitions.Count);
            if (count != Options.PartitionCount)
            {
                errors.Add(Options.Topics[i].IsCompacted
                    ? $"{name} has {count} partitions, and must have 1: its values are read in the order in which they were published. Make it anew"
                    : $"{name} has {count} partitions, and the log is opened with {Options.PartitionCount}: a call's key decides its partition for good. Set PartitionCount to {count}");
            }
        }

        List<DescribeConfigsResult> configs = await _admin.AskAsync(client => client.DescribeConfigsAsync(
            described.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }), new DescribeConfigsOptions { RequestTimeout = Options.RequestTimeout })).ConfigureAwait(false);
        foreach (DescribeConfigsResult topic in configs)
        {
            foreach ((string name, string needed) in Needed(Options.Topics.Single(known => _clients.Named(known.Name) == topic.ConfigResource.Name)))
            {
                string found = topic.Entries[name].Value;
                bool fits = name == "max.message.bytes"
                    ? long.Parse(found, CultureInfo.InvariantCulture) >= long.Parse(needed, CultureInfo.InvariantCulture)
                    : string.Equals(found, needed, StringComparison.OrdinalIgnoreCase);
                if (!fits)
                {
                    errors.Add($"{topic.ConfigResource.Name} has {name}={found}, and the log needs {needed}: set it with kafka-configs.sh");
                }
            }
        }

        if (errors.Count > 0)
        {
            throw new ArgumentException($"The topics are not as the log needs them: {string.Join("; ", errors)}.");
        }
    }

    private static ulong IncarnationOf(Uuid topicId) => XxHash3.HashToUInt64(Encoding.ASCII.GetBytes(topicId.ToString()));
}
