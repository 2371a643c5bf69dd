namespace Perimeter.Streaming;

/// <summary>How the log over Kafka is opened.</summary>
public sealed record KafkaLogOptions
{
    /// <summary>What each partition may be read ahead, however many there are.</summary>
    public const int LeastReadAheadBytes = 256 << 10;

    /// <summary><c>host:port</c>, several with commas between them.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>
    /// Names this process among all that use the same prefix: transactional ids are made from it, so that a process that is started again under its name ends
    /// what it left open at once. Two at a time under one name fence each other out.
    /// </summary>
    public required string Instance { get; init; }

    /// <summary>Stands before the names of topics, groups and transactional ids: several carriers on one cluster.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Of every topic, and fixed when the topics are made: opening with another count is an error.</summary>
    public int PartitionCount { get; init; } = 8;

    public short ReplicationFactor { get; init; } = 3;

    /// <summary>So many replicas must have a frame before it counts as appended.</summary>
    public short MinInSyncReplicas { get; init; } = 2;

    /// <summary>
    /// What Kafka keeps, read or not: longer than the window of deduplication, and than any stage may stand still. Topics that exist keep what they have.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    public IReadOnlyList<KafkaTopic> Topics { get; init; } = KafkaTopic.All;

    /// <summary>A member that was not heard of for so long loses its partitions to others.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A client that has not become a member of its group in so long, with a cluster that answers or with one that is away, is given up for another: the client may wait for good for an
    /// answer that it has lost. One that is a member and was not told which partitions are its has as long as the group may wait for another besides.
    /// </summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a partition that is taken away waits for its work to end, before it is given up all the same.</summary>
    public TimeSpan RevokeTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A transaction that its producer does not end in this time is aborted by the cluster: so long may a dead instance hold up readers.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// An append or unit of work that waits while the cluster takes nothing at all for so long is given back as not taken. One that waits behind others which get through
    /// goes on waiting, however long: the caller's token bounds that.
    /// </summary>
    public TimeSpan AppendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// From the beginning of a transaction of units of work to that of the next at least, unless much waits: a transaction costs the cluster tens of milliseconds of work, however little it
    /// holds. What comes after a time in which there was nothing goes at once.
    /// </summary>
    public TimeSpan UnitInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Of a single question to the cluster: topics, ends, cursors; and what is known to be on a partition comes in this, or another client reads it.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long closing waits for what is under way, once for the work, once for the group and once for the producer, so that with servers that do not answer consuming ends in
    /// three times this, and closing the log in this. What was not answered then may or may not be there.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the ends of partitions are asked for while they are read: lag is as old as this.</summary>
    public TimeSpan EndsInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most appends and units of work waiting for one producer; further callers wait.</summary>
    public int MaxPendingAppends { get; init; } = 1024;

    /// <summary>
    /// The most bytes of appends of one frame that are sent and not answered; further ones wait. A cluster that does not take so much in <see cref="AppendTimeout"/> counts as away.
    /// </summary>
    public int MaxInFlightBytes { get; init; } = 16 << 20;

    /// <summary>The most bytes of frames in one append or unit of work.</summary>
    public int MaxAppendBytes { get; init; } = 256 << 20;

    /// <summary>A transaction that holds so many bytes takes no further append or unit.</summary>
    public int MaxTransactionBytes { get; init; } = 32 << 20;

    /// <summary>
    /// What a topic is read ahead in memory, over all its partitions, besides what reads have returned: each has its share, and no less than <see cref="LeastReadAheadBytes"/>. A
    /// stage that keeps up has next to nothing of it; one that stands still has all, so that it is small beside the rest of a process.
    /// </summary>
    public int ReadAheadBytes { get; init; } = 8 << 20;

    /// <summary>Further settings of librdkafka, for every client: encryption, authentication, buffers. What exactly-once rests on cannot be set.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A member that keeps its group waiting for so long is none after that.</summary>
    internal TimeSpan RebalanceTimeout => RevokeTimeout + SessionTimeout;

    /// <summary>The share of one partition.</summary>
    internal int PartitionReadAheadBytes => Math.Max(ReadAheadBytes / PartitionCount, LeastReadAheadBytes);

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(15);

    private static readonly string[] Kept =
    [
        "acks", "auto.offset.reset", "bootstrap.servers", "check.crcs", "enable.auto.commit", "enable.auto.offset.store", "enable.idempotence", "enable.partition.eof",
        "group.id", "group.instance.id", "group.protocol", "isolation.level", "max.in.flight.requests.per.connection", "message.max.bytes", "message.timeout.ms",
        "partition.assignment.strategy", "receive.message.max.bytes", "request.required.acks", "session.timeout.ms", "transaction.timeout.ms", "transactional.id",
    ];

    /// <summary>Everything that is wrong, each with what it must be.</summary>
    public IEnumerable<string> Errors()
    {
        List<string> errors = [];
        Check(!string.IsNullOrWhiteSpace(BootstrapServers), "BootstrapServers is empty; it must name at least one server as host:port");
        Check(IsName(Instance, 1), $"Instance is '{Instance}'; it must be 1 to 100 letters, digits, '.', '_' or '-'");
        Check(IsName(Prefix, 0), $"Prefix is '{Prefix}'; it must be up to 100 letters, digits, '.', '_' or '-'");
        Check(PartitionCount is >= 1 and <= 1024, $"PartitionCount is {PartitionCount}; it must be 1 to 1024");
        Check(ReplicationFactor >= 1, $"ReplicationFactor is {ReplicationFactor}; it must be at least 1");
        Check(MinInSyncReplicas >= 1 && MinInSyncReplicas <= ReplicationFactor, $"MinInSyncReplicas is {MinInSyncReplicas}; it must be 1 to ReplicationFactor, {ReplicationFactor}");
        Check(Retention >= TimeSpan.FromHours(1), $"Retention is {Retention}; it must be at least an hour");
        Check(Topics.Count > 0 && Topics.All(topic => IsName(topic.Name, 1)), "Topics are none, or one has a name that Kafka does not take");
        Check(Topics.Select(topic => topic.Name).Distinct().Count() == Topics.Count, "Topics name one topic twice");
        Check(!Topics.Any(topic => topic.IsCompacted), "Topics has a compacted one, which would lose frames; open it as a CompactedTopic");
        CheckTime(SessionTimeout, nameof(SessionTimeout));
        CheckTime(JoinTimeout, nameof(JoinTimeout));
        CheckTime(RevokeTimeout, nameof(RevokeTimeout));
        CheckTime(TransactionTimeout, nameof(TransactionTimeout));
        CheckTime(AppendTimeout, nameof(AppendTimeout));
        Check(UnitInterval >= TimeSpan.Zero && UnitInterval <= LongestTimeout, $"UnitInterval is {UnitInterval}; it must be 0 to {LongestTimeout.TotalMinutes:0} min");
        CheckTime(RequestTimeout, nameof(RequestTimeout));
        CheckTime(CloseTimeout, nameof(CloseTimeout));
        CheckTime(EndsInterval, nameof(EndsInterval));
        Check(MaxPendingAppends is >= 1 and <= 100_000, $"MaxPendingAppends is {MaxPendingAppends}; it must be 1 to 100000");
        Check(MaxInFlightBytes is >= 1024 and <= 1 << 30, $"MaxInFlightBytes is {MaxInFlightBytes}; it must be 1024 to {1 << 30}");
        Check(MaxAppendBytes is >= 1024 and <= 1 << 30, $"MaxAppendBytes is {MaxAppendBytes}; it must be 1024 to {1 << 30}");
        Check(MaxTransactionBytes is >= 1024 and <= 1 << 30, $"MaxTransactionBytes is {MaxTransactionBytes}; it must be 1024 to {1 << 30}");
        Check(ReadAheadBytes is >= 1 << 20 and <= 1 << 30, $"ReadAheadBytes is {ReadAheadBytes}; it must be {1 << 20} to {1 << 30}");
        foreach (string kept in Settings.Keys.Where(Kept.Contains).Order(StringComparer.Ordinal))
        {
            errors.Add($"Settings has {kept}, which is decided here, since exactly-once rests on it");
        }

        foreach (string foreign in Settings.Keys.Where(key => key.StartsWith("dotnet.", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            errors.Add($"Settings has {foreign}, which is none of librdkafka's");
        }

        return errors;

        void Check(bool holds, string error)
        {
            if (!holds)
            {
                errors.Add(error);
            }
        }

        void CheckTime(TimeSpan time, string name) =>
            Check(time >= TimeSpan.FromMilliseconds(10) && time <= LongestTimeout, $"{name} is {time}; it must be 10 ms to {LongestTimeout.TotalMinutes:0} min");
    }

    /// <exception cref="ArgumentException">Names everything that is wrong.</exception>
    internal void Validate()
    {
        string errors = string.Join("; ", Errors());
        if (errors.Length > 0)
        {
            throw new ArgumentException($"The log over Kafka cannot be opened: {errors}.");
        }
    }

    private static bool IsName(string? name, int shortest) =>
        name is not null && name.Length >= shortest && name.Length <= 100 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}
