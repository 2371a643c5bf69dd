using System.CommandLine;

namespace Perimeter.Commands;

/// <summary>The role that lands what other processes rate.</summary>
internal static class AggregatorCommand
{
    public static Command Create()
    {
        Command command = new(
            "aggregator",
            "Lands the rated calls and the quarantine that are on Kafka in ClickHouse, each exactly once: a server, or 'perimeter warehouse'. "
            + "Run as many as there are partitions at most: they share them, and take over from one that dies.");
        RoleCommand.Fill(
            command, InstanceRoles.Aggregator,
            [Settings.Data, Settings.Bind, Settings.HealthPort(8082), Settings.CallRetentionDays, Settings.Lanes, Settings.LandingDelayMs, .. Settings.OfKafka, .. Settings.OfClickHouse],
            static (_, options) => [$"lands       what is rated on {options.Kafka!.BootstrapServers}, in {options.ClickHouse!.Url}"]);
        return command;
    }
}
