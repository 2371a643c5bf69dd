using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Perimeter.Ingest.Switches;

namespace Perimeter.Commands;

internal static class StatusCommand
{
    private const int NotRunning = 3;

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "As JSON, for programs" };
        Command command = new("status", "Tells what the instance that runs on a data folder does. Exit status: 0 ready, 1 not ready, 3 not running.");
        OptionSet options = new(command, Settings.Data);
        command.Options.Add(json);
        command.SetAction((parsed, cancellationToken) => ShowAsync(options.DataFolder(parsed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(string dataFolder, bool json, CancellationToken cancellationToken)
    {
        DataFolder folder = DataFolder.Look(dataFolder);
        using AdminClient? running = await AdminClient.TryConnectAsync(folder, cancellationToken).ConfigureAwait(false);
        if (running is null)
        {
            throw new CommandException($"No instance runs on {folder.Path}. Start one with 'perimeter up', or name its folder with --data.", NotRunning);
        }

        InstanceStatus status = await running.StatusAsync(cancellationToken).ConfigureAwait(false);
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(status, AdminJson.Options) : Text(status));
        return status.NotReadyBecause.Count == 0 ? 0 : CommandException.Failed;
    }

    private static string Text(InstanceStatus status)
    {
        StageCounts counts = status.Counts;
        string ready = status.NotReadyBecause.Count == 0 ? "ready" : "not ready: " + string.Join("; ", status.NotReadyBecause);
        List<(string Name, string Value)> lines = [("state", ready)];
        if (status.Roles != InstanceRoles.All.ToString())
        {
            lines.Add(("role", status.Roles));
        }

        lines.Add(("data", status.DataFolder));
        lines.Add(status.Takes ? ("calls in", $"{status.HttpAddress}/v1/calls") : ("health", $"{status.HttpAddress}/readyz"));
        lines.AddRange(((string Name, string Value)[])
            [("Kafka", status.Kafka), ("ClickHouse", status.ClickHouseAddress), ("ClickHouse", status.ClickHouseServer), ("writers", status.WriterAddress)]);
        if (status.HasConfig)
        {
            lines.Add(("revision", status.Revision == 0 ? "none published yet: perimeter config apply DIR" : status.Revision.ToString(CultureInfo.InvariantCulture)));
            lines.Add(("since start", string.Create(CultureInfo.InvariantCulture,
                $"taken {counts.Taken:N0}, rated {counts.Rated:N0}, landed {counts.Landed:N0}, repeats {counts.Repeats:N0}, conflicts {counts.Conflicts:N0}, quarantined {counts.Quarantined:N0}")));
            lines.Add(("behind", string.Create(CultureInfo.InvariantCulture, $"{counts.FramesToRate:N0} frames to rate, {counts.FramesToLand:N0} frames to land")));
        }

        foreach (FolderState folder in status.Folders)
        {
            string behind = folder.FilesWaiting == 0 ? "" : $", {folder.FilesWaiting:N0} files and {folder.BytesBehind:N0} bytes to take";
            string left = folder.FilesLeft == 0 ? "" : $", {folder.FilesLeft:N0} of them renamed or removed and held by this process alone";
            lines.Add(("switch", string.Create(CultureInfo.InvariantCulture, $"{folder.Switch}: {folder.Folder}, {folder.FilesTaken:N0} files taken{behind}{left}{(folder.Error is { } error ? $"; {error}" : "")}")));
        }

        return string.Create(CultureInfo.InvariantCulture, $"perimeter {status.Version}, process {status.ProcessId}, started {status.StartedAt:yyyy-MM-dd HH:mm:ss}Z")
            + string.Concat(lines.Where(line => line.Value.Length > 0).Select(line => $"{Environment.NewLine}{line.Name,-11} {line.Value}"));
    }
}
