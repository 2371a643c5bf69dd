using Perimeter.Streaming;

namespace Perimeter.Commands;

/// <summary>The log over Kafka, as people set it.</summary>
public sealed record KafkaOptions
{
    public string BootstrapServers { get; init; } = "";

    /// <summary>Empty: made once, and kept in the data folder.</summary>
    public string Instance { get; init; } = "";

    public string Prefix { get; init; } = "";

    public int Partitions { get; init; } = 8;

    public int ReplicationFactor { get; init; } = 3;

    public int MinInSyncReplicas { get; init; } = 2;

    public int RetentionHours { get; init; } = 7 * 24;

    public int SessionTimeoutMs { get; init; } = 15_000;

    public int TransactionTimeoutMs { get; init; } = 30_000;

    /// <summary>Further settings of the client: encryption, authentication, buffers.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    internal static KafkaOptions Read(SettingValues values) => new()
    {
        BootstrapServers = values.Text(Settings.Kafka),
        Instance = values.Text(Settings.KafkaInstance),
        Prefix = values.Text(Settings.KafkaPrefix),
        Partitions = values.Number(Settings.KafkaPartitions),
        ReplicationFactor = values.Number(Settings.KafkaReplication),
        MinInSyncReplicas = values.Number(Settings.KafkaMinInSync),
        RetentionHours = values.Number(Settings.KafkaRetentionHours),
        SessionTimeoutMs = values.Number(Settings.KafkaSessionTimeout),
        TransactionTimeoutMs = values.Number(Settings.KafkaTransactionTimeout),
        Client = values.Below(Settings.KafkaClient),
    };

    /// <param name="instance">Its name, where none was set.</param>
    /// <param name="time">The clock.</param>
    public KafkaLogOptions ToLog(string instance, TimeProvider time) => new()
    {
        BootstrapServers = BootstrapServers,
        Instance = Instance.Length > 0 ? Instance : instance,
        Prefix = Prefix,
        PartitionCount = Partitions,
        ReplicationFactor = (short)ReplicationFactor,
        MinInSyncReplicas = (short)MinInSyncReplicas,
        Retention = TimeSpan.FromHours(RetentionHours),
        SessionTimeout = TimeSpan.FromMilliseconds(SessionTimeoutMs),
        TransactionTimeout = TimeSpan.FromMilliseconds(TransactionTimeoutMs),
        Settings = Client,
        Time = time,
    };

    /// <summary>All that is wrong, one sentence each.</summary>
    public IEnumerable<string> Check(int horizonHours)
    {
        (Setting Setting, int Value, int Least, int Most)[] ranges =
        [
            (Settings.KafkaPartitions, Partitions, 1, 1024), (Settings.KafkaReplication, ReplicationFactor, 1, 32), (Settings.KafkaMinInSync, MinInSyncReplicas, 1, ReplicationFactor),
            (Settings.KafkaRetentionHours, RetentionHours, horizonHours + 2, 24 * 365), (Settings.KafkaSessionTimeout, SessionTimeoutMs, 500, 900_000),
            (Settings.KafkaTransactionTimeout, TransactionTimeoutMs, 1_000, 900_000),
        ];
        string[] wrong = [.. ranges.Where(range => range.Value < range.Least || range.Value > range.Most)
            .Select(range => $"{range.Setting.Name} {range.Value}: must be from {range.Least} to {range.Most}.")];
        return wrong.Length > 0 ? wrong : ToLog("unnamed", TimeProvider.System).Errors().Select(error => $"Kafka: {error}.");
    }
}
