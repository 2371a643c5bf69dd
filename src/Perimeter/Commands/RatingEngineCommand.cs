using System.CommandLine;

namespace Perimeter.Commands;

/// <summary>The role that rates what other processes take.</summary>
internal static class RatingEngineCommand
{
    public static Command Create()
    {
        Command command = new(
            "rating-engine",
            "Rates the calls that are on Kafka: reads call events, drops repeats, rates both sides by the configuration that 'perimeter config' publishes, and writes rated calls, each exactly once; repeats of calls of days ago are looked up in ClickHouse. "
            + "Run as many as there are partitions at most: they share them, and take over from one that dies.");
        RoleCommand.Fill(
            command, InstanceRoles.RatingEngine, [Settings.Data, Settings.Bind, Settings.HealthPort(8081), Settings.HorizonHours, Settings.MaxKeys, .. Settings.OfKafka, .. Settings.OfClickHouse],
            static (_, options) => [$"rates       what is on {options.Kafka!.BootstrapServers}, looking old repeats up in {options.ClickHouse!.Url}"]);
        return command;
    }
}
