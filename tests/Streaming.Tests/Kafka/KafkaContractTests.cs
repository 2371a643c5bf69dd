namespace Perimeter.Streaming.Tests;

/// <summary>The contract over a real broker.</summary>
public sealed class KafkaContractTests : LogContract
{
    private string _prefix = $"t{Guid.NewGuid():N}.";

    private protected override async Task<ILog> OpenAsync() => await KafkaLog.OpenAsync(await OptionsAsync(_prefix), Cancelled);

    private protected override void MakeAnew() => _prefix = $"t{Guid.NewGuid():N}.";

    internal static async Task<KafkaLogOptions> OptionsAsync(string prefix, string instance = "one") => Options(await KafkaBroker.BootstrapAsync(), prefix, instance);

    internal static KafkaLogOptions Options(string bootstrap, string prefix, string instance) => new()
    {
        BootstrapServers = bootstrap,
        Instance = instance,
        Prefix = prefix,
        PartitionCount = 4,
        ReplicationFactor = 1,
        MinInSyncReplicas = 1,
        Topics = [new("a"), new("b"), new("c")],
        SessionTimeout = TimeSpan.FromSeconds(4),
        TransactionTimeout = TimeSpan.FromSeconds(10),
        RevokeTimeout = TimeSpan.FromSeconds(8),
        UnitInterval = TimeSpan.Zero,
    };
}
