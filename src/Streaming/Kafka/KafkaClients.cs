using System.Globalization;
using Confluent.Kafka;
using Perimeter.Streaming.Native;

namespace Perimeter.Streaming;

/// <summary>The clients of one log, all with the settings that exactly-once rests on, and the last thing that any of them complained of.</summary>
internal sealed class KafkaClients(KafkaLogOptions options)
{
    /// <summary>A frame of the longest kind, and what Kafka puts around it.</summary>
    public const int MaxMessageBytes = FrameLayout.MaxBytes + (1 << 20);

    /// <summary>Fetches are answered at once when there is something; this only bounds how long an idle one is held by the server.</summary>
    private const int FetchWaitMs = 500;

    /// <summary>
    /// How often a member looks whether its topic is there. The client (librdkafka 2.16) asks when it joins, and where the answer is lost, as when it lets go of the connection that it
    /// began with, it asks again only then, and does not join before: after five minutes by default.
    /// </summary>
    private const int TopicLookMs = 5_000;

    /// <summary>How long a follower may keep its group waiting, since it does not poll while a batch is taken; a setting of the same name goes before it.</summary>
    public static readonly TimeSpan FollowersRebalance = TimeSpan.FromMinutes(5);

    private string _complaint = "";

    public KafkaLogOptions Options { get; } = options;

    public TransactionNames TransactionNames { get; } = new(options.Prefix + options.Instance);

    /// <summary>What a client said last of why it cannot go on; for messages to people.</summary>
    public string Complaint => Volatile.Read(ref _complaint) is { Length: > 0 } complaint ? $" The client says: {complaint}." : "";

    public string Named(string name) => Options.Prefix + name;

    public SharedClient<IAdminClient> Admin() =>
        new(new AdminClientBuilder(Common()).SetErrorHandler((_, error) => Note(error)).SetLogHandler(static (_, _) => { }).Build(), static admin => admin.Dispose());

    /// <summary>Appends of one frame: no transaction, each once and in order within its partition.</summary>
    public SharedClient<IProducer<byte[]?, byte[]>> IdempotentProducer()
    {
        Dictionary<string, string> settings = Producing();
        settings["linger.ms"] = "2";
        settings["message.timeout.ms"] = Milliseconds(Options.AppendTimeout);
        return new SharedClient<IProducer<byte[]?, byte[]>>(Build(settings), static producer => producer.Dispose());
    }

    public IProducer<byte[]?, byte[]> TransactionalProducer(string transactionalId)
    {
        Dictionary<string, string> settings = Producing();
        settings["transactional.id"] = transactionalId;
        settings["transaction.timeout.ms"] = Milliseconds(Options.TransactionTimeout);
        settings["message.timeout.ms"] = Milliseconds(Options.TransactionTimeout);
        return Build(settings);
    }

    /// <summary>The group's member: it is given partitions and commits cursors, and reads nothing itself.</summary>
    public ConsumerBuilder<Ignore, Ignore> Member(string group)
    {
        Dictionary<string, string> settings = Joining(group);
        settings["auto.offset.reset"] = "latest";

        // It polls all the time, but while the work of what is taken away ends. A client that does not, and one that keeps the others of its group waiting, is no member after that.
        settings["max.poll.interval.ms"] = Milliseconds(Options.RebalanceTimeout);
        return new ConsumerBuilder<Ignore, Ignore>(settings).SetErrorHandler((_, error) => Note(error)).SetLogHandler(static (_, _) => { });
    }

    /// <summary>A group's member that reads what it is given, of a topic that others write: from its beginning, where the group has no place in it yet.</summary>
    /// <param name="group">Whose member it is.</param>
    /// <param name="patience">Told when the group has told what is the member's.</param>
    public IConsumer<Ignore, byte[]?> Follower(string group, JoinPatience patience)
    {
        Dictionary<string, string> settings = Joining(group);
        settings["auto.offset.reset"] = "earliest";
        settings.TryAdd("max.poll.interval.ms", Milliseconds(FollowersRebalance));
        settings["fetch.wait.max.ms"] = Number(FetchWaitMs);
        settings["queued.max.messages.kbytes"] = Number(Options.ReadAheadBytes >> 10);
        return new ConsumerBuilder<Ignore, byte[]?>(settings).SetErrorHandler((_, error) => Note(error)).SetLogHandler(static (_, _) => { })
            .SetPartitionsAssignedHandler((consumer, _) => patience.Told(consumer.MemberId)).Build();
    }

    /// <summary>Reads the partition that it is assigned, from where it is told, outside any group.</summary>
    public MessageReader Reader(string name)
    {
        Dictionary<string, string> settings = Consuming();
        settings["group.id"] = name;
        settings["enable.partition.eof"] = "true";
        settings["auto.offset.reset"] = "error";
        settings["fetch.wait.max.ms"] = Number(FetchWaitMs);
        settings["max.partition.fetch.bytes"] = Number(Options.PartitionReadAheadBytes / 2);
        // A reader takes what is there out of the queue, which fills again behind it.
        settings["queued.max.messages.kbytes"] = Number(Options.PartitionReadAheadBytes / 2 >> 10);
        // What a reader that is ahead of its caller waits for before it asks again: a second by default, which would starve a fast one.
        settings["fetch.queue.backoff.ms"] = "5";
        return new MessageReader(settings, Complain);
    }

    /// <summary>Asks where partitions end and what a group has committed; it joins no group and reads nothing.</summary>
    /// <param name="group">Whose cursors it asks for, or moves while the group has no members; empty where none are.</param>
    /// <param name="readsUncommitted">Whether the end is that of what is written, whatever becomes of it.</param>
    public SharedClient<IConsumer<Ignore, Ignore>> Asker(string group, bool readsUncommitted)
    {
        Dictionary<string, string> settings = Consuming();
        settings["group.id"] = group.Length > 0 ? group : Named(Options.Instance);
        settings["isolation.level"] = readsUncommitted ? "read_uncommitted" : "read_committed";
        return new SharedClient<IConsumer<Ignore, Ignore>>(
            new ConsumerBuilder<Ignore, Ignore>(settings).SetErrorHandler((_, error) => Note(error)).SetLogHandler(static (_, _) => { }).Build(), static asker => asker.Dispose());
    }

    private IProducer<byte[]?, byte[]> Build(Dictionary<string, string> settings) =>
        new ProducerBuilder<byte[]?, byte[]>(settings).SetErrorHandler((_, error) => Note(error)).SetLogHandler(static (_, _) => { }).Build();

    private Dictionary<string, string> Producing()
    {
        Dictionary<string, string> settings = Common();
        settings["enable.idempotence"] = "true";
        settings["acks"] = "all";
        settings["compression.type"] = "lz4";
        settings["max.in.flight.requests.per.connection"] = "5";
        settings["message.max.bytes"] = Number(MaxMessageBytes);
        settings["queue.buffering.max.messages"] = "0";
        settings["queue.buffering.max.kbytes"] = Number((Options.MaxAppendBytes >> 10) + (Options.MaxTransactionBytes >> 10));
        return settings;
    }

    private Dictionary<string, string> Joining(string group)
    {
        Dictionary<string, string> settings = Consuming();
        settings["group.id"] = group;
        settings["partition.assignment.strategy"] = "cooperative-sticky";
        settings["session.timeout.ms"] = Milliseconds(Options.SessionTimeout);
        settings["heartbeat.interval.ms"] = Milliseconds(Options.SessionTimeout / 5);
        settings["topic.metadata.refresh.interval.ms"] = Number(TopicLookMs);
        return settings;
    }

    private Dictionary<string, string> Consuming()
    {
        Dictionary<string, string> settings = Common();
        settings["isolation.level"] = "read_committed";
        settings["enable.auto.commit"] = "false";
        settings["enable.auto.offset.store"] = "false";
        settings["check.crcs"] = "true";
        settings["fetch.message.max.bytes"] = Number(Options.PartitionReadAheadBytes / 2);
        settings["receive.message.max.bytes"] = Number(Math.Max(MaxMessageBytes, 100 << 20));
        return settings;
    }

    private Dictionary<string, string> Common()
    {
        Dictionary<string, string> settings = new(Options.Settings)
        {
            ["bootstrap.servers"] = Options.BootstrapServers,
            ["client.id"] = Named(Options.Instance),
        };
        settings.TryAdd("reconnect.backoff.max.ms", "2000");
        return settings;
    }

    private void Note(Error error) => Complain(error.Reason);

    private void Complain(string reason) => Volatile.Write(ref _complaint, reason);

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
