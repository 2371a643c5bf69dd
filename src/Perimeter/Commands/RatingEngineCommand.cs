using System.CommandLine;

namespace Perimeter.Commands;

/// <summary>The role that rates what other processes take.</summary>
internal static class RatingEngineCommand
{
    public static Command Create()
    {
        Command command = new(
            "rating-engine",
            "Rates the calls that are on Kafka: reads call events, drops repeats, rates both sides by the configuration that 'perimeter config' publishes, and writes rated calls, each exactly once. "
            + "Run as many as there are partitions at most: they share them, and take over from one that dies.");
        OptionSet options = new(command, [Settings.Data, Settings.Bind, Settings.HealthPort, Settings.HorizonHours, .. Settings.OfKafka]);
        command.SetAction((parsed, cancellationToken) =>
        {
            InstanceOptions instance = InstanceOptions.Read(options.Read(parsed), InstanceRoles.RatingEngine);
            return RoleRun.RunAsync(instance, InstanceRoles.RatingEngine, _ => [$"rates       what is on {instance.Kafka!.BootstrapServers}"], cancellationToken);
        });
        return command;
    }
}
