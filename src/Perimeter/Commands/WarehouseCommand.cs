using System.CommandLine;
using Perimeter.Warehouse.Http;

namespace Perimeter.Commands;

/// <summary>The role that hosts the embedded engine for processes that land from elsewhere, where there is no ClickHouse server.</summary>
internal static class WarehouseCommand
{
    public static Command Create()
    {
        Command command = new("warehouse", "Hosts ClickHouse's embedded engine: for readers as 'up' does, and for aggregators in other processes, who write with a key.");
        RoleCommand.Fill(
            command, InstanceRoles.Warehouse,
            [Settings.Data, Settings.Bind, Settings.HealthPort(8084), Settings.ClickHousePort, Settings.WriterPort, Settings.WriterBind], static (instance, _) => Addresses(instance));
        return command;
    }

    private static IEnumerable<string> Addresses(Instance instance)
    {
        yield return $"readers     {instance.ClickHouseAddress}";
        yield return $"writers     {instance.WriterAddress} (user {WriterOptions.User})";
        if (instance.NewWriterKey is { } key)
        {
            yield return $"writer key  {key} (kept in {instance.Folder.WriterKey})";
        }
    }
}
