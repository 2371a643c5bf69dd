using System.Globalization;

namespace Perimeter.Commands;

/// <summary>Every setting there is.</summary>
internal static class Settings
{
    /// <summary>What stands below it goes to Kafka's client as it is.</summary>
    public const string KafkaClient = "Kafka:Client";

    public static readonly Setting File = new("--settings", "Settings", "", "JSON file with settings, each under the name it has in the environment; flags win over the environment, and that over the file");

    public static readonly Setting Data = new("--data", "Data", new InstanceOptions().DataFolder, "Folder that this process alone owns: what it keeps on disk, and how commands reach it");
    public static readonly Setting Bind = new("--bind", "Bind", new InstanceOptions().Bind, "Address on which calls are taken, and health and metrics told");
    public static readonly Setting HttpPort = Number("--http-port", "HttpPort", InstanceOptions.DefaultHttpPort, "Port of POST /v1/calls, /healthz, /readyz and /metrics; 0 picks a free one");
    public static readonly Setting ClickHousePort = Number("--clickhouse-port", "ClickHousePort", InstanceOptions.DefaultClickHousePort, "Port of ClickHouse's HTTP interface, for readers, on 127.0.0.1; 0 picks a free one");
    public static readonly Setting Partitions = Number("--partitions", "Partitions", new InstanceOptions().Partitions, "Partitions of the log; fixed when the data folder is made");
    public static readonly Setting HorizonHours = Number("--horizon-hours", "HorizonHours", new InstanceOptions().HorizonHours, "Hours after its end within which a repeated call is known by its key");
    public static readonly Setting MaxKeys = Number("--max-keys", "MaxKeys", new InstanceOptions().MaxKeys, "Calls that are known by their keys at most, at 40 bytes each; beyond it repeats of calls that have landed are looked up among the rated calls");
    public static readonly Setting LogRetentionHours = Number("--log-retention-hours", "LogRetentionHours", new InstanceOptions().LogRetentionHours, "Hours that the log keeps what everybody has read");
    public static readonly Setting CallRetentionDays = Number("--call-retention-days", "CallRetentionDays", new InstanceOptions().CallRetentionDays, "Days that rated calls stay in ClickHouse; whole months go at once");
    public static readonly Setting SampleCalls = Number("--sample-calls", "SampleCalls", 1_000_000, "How many sample calls");
    public static readonly Setting Carrier = new("--carrier", "Carrier", "", "Carrier folder to publish at the start, where it holds something new");
    public static readonly Setting Lanes = Number("--lanes", "Lanes", new InstanceOptions().Lanes, "Batches that land at the same time; each takes about one core of ClickHouse");
    public static readonly Setting LandingDelayMs = Number("--landing-delay-ms", "LandingDelayMs", new InstanceOptions().LandingDelayMs, "How long rated calls wait for others to land with: longer makes fewer and larger parts in ClickHouse");

    public static readonly Setting WriterPort = Number("--writer-port", "WriterPort", InstanceOptions.DefaultWriterPort, "Port for aggregators, which write with the key; 0 picks a free one");
    public static readonly Setting WriterBind = new("--writer-bind", "WriterBind", "127.0.0.1", "Address of the writer's port. The key goes over it as it is: another one than 127.0.0.1 belongs behind TLS or in a network of your own");

    public static readonly Setting Kafka = new("--kafka", "Kafka:BootstrapServers", "", "Kafka's brokers: host:port, several with commas between them");
    public static readonly Setting KafkaPrefix = new("--kafka-prefix", "Kafka:Prefix", "", "Stands before the names of topics, groups and transactions: several carriers on one cluster");
    public static readonly Setting KafkaInstance = new("--kafka-instance", "Kafka:Instance", "", "Name of this process among all that use the cluster; made once and kept in the data folder where it is not given");
    public static readonly Setting KafkaPartitions = Number("--kafka-partitions", "Kafka:Partitions", new KafkaOptions().Partitions, "Partitions of every topic; fixed when the topics are made");
    public static readonly Setting KafkaReplication = Number("--kafka-replication", "Kafka:ReplicationFactor", new KafkaOptions().ReplicationFactor, "Replicas of every topic, when it is made");
    public static readonly Setting KafkaMinInSync = Number("--kafka-min-insync", "Kafka:MinInSyncReplicas", new KafkaOptions().MinInSyncReplicas, "Replicas that must have an event before it counts as taken, when topics are made");
    public static readonly Setting KafkaRetentionHours = Number("--kafka-retention-hours", "Kafka:RetentionHours", new KafkaOptions().RetentionHours, "Hours that topics keep what is in them, when they are made");
    public static readonly Setting KafkaSessionTimeout = Number(null, "Kafka:SessionTimeoutMs", new KafkaOptions().SessionTimeoutMs, "Silence after which an instance loses its partitions to others");
    public static readonly Setting KafkaTransactionTimeout = Number(null, "Kafka:TransactionTimeoutMs", new KafkaOptions().TransactionTimeoutMs, "Time after which Kafka ends what a dead instance left open");

    public static readonly Setting ClickHouseUrl = new("--clickhouse-url", "ClickHouse:Url", "", "ClickHouse's HTTP interface, or the writer's port of 'perimeter warehouse': http://host:8123");
    public static readonly Setting ClickHouseUser = new("--clickhouse-user", "ClickHouse:User", new ClickHouseOptions().User, "User of ClickHouse; 'writer' with 'perimeter warehouse'");
    public static readonly Setting ClickHouseDatabase = new("--clickhouse-database", "ClickHouse:Database", new ClickHouseOptions().Database, "Database of ClickHouse");
    public static readonly Setting ClickHouseCluster = new("--clickhouse-cluster", "ClickHouse:Cluster", "", "Cluster whose replicas hold the tables, where there is more than one server");
    public static readonly Setting ClickHousePasswordFile = new("--clickhouse-password-file", "ClickHouse:PasswordFile", "", "File that holds the password, such as the writer-key of 'perimeter warehouse'");
    public static readonly Setting ClickHousePassword = new(null, "ClickHouse:Password", "", "Password of ClickHouse");

    /// <summary>What commands need that work on a data folder which no instance has.</summary>
    public static readonly IReadOnlyList<Setting> OfIdleFolder = [Data, Bind, Partitions, HorizonHours, MaxKeys, LogRetentionHours, CallRetentionDays];

    public static readonly IReadOnlyList<Setting> OfKafka =
        [Kafka, KafkaPrefix, KafkaInstance, KafkaPartitions, KafkaReplication, KafkaMinInSync, KafkaRetentionHours, KafkaSessionTimeout, KafkaTransactionTimeout];

    public static readonly IReadOnlyList<Setting> OfClickHouse =
        [ClickHouseUrl, ClickHouseUser, ClickHouseDatabase, ClickHouseCluster, ClickHousePasswordFile, ClickHousePassword];

    public static readonly IReadOnlyList<Setting> All =
    [
        File, Data, Bind, HttpPort, ClickHousePort, Partitions, HorizonHours, MaxKeys, LogRetentionHours, CallRetentionDays, SampleCalls, Carrier, Lanes, LandingDelayMs, WriterPort, WriterBind,
        .. OfKafka, .. OfClickHouse,
    ];

    /// <summary>Of a role that takes no calls. Each role has another, so that all of them start side by side on one machine.</summary>
    public static Setting HealthPort(int fallback) => Number(HttpPort.Flag, HttpPort.Key, fallback, "Port of /healthz, /readyz and /metrics; 0 picks a free one");

    private static Setting Number(string? flag, string key, int fallback, string description) =>
        new(flag, key, fallback.ToString(CultureInfo.InvariantCulture), description);
}
