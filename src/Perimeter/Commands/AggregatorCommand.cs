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
        OptionSet options = new(
            command, [Settings.Data, Settings.Bind, Settings.HealthPort, Settings.CallRetentionDays, Settings.Lanes, .. Settings.OfKafka, .. Settings.OfClickHouse]);
        command.SetAction((parsed, cancellationToken) =>
        {
            InstanceOptions instance = InstanceOptions.Read(options.Read(parsed), InstanceRoles.Aggregator);
            return RoleRun.RunAsync(
                instance, InstanceRoles.Aggregator, _ => [$"lands       what is rated on {instance.Kafka!.BootstrapServers}, in {instance.ClickHouse!.Url}"], cancellationToken);
        });
        return command;
    }
}
