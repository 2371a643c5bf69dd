using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Perimeter.Commands;

internal static class IngestCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "CDR files: CSV or NDJSON, plain or gzip", Arity = ArgumentArity.ZeroOrMore };
        Option<string[]> map = new("--map") { Description = "Where a field is: field=Header, or field:=value for all records; may be given several times. The fields are in docs/call-events.md" };
        Option<string> zone = new("--time-zone") { Description = "Of times that carry no offset: an IANA name such as America/New_York. Without it such times are bad" };
        Option<char?> delimiter = new("--delimiter") { Description = "Between columns; found in the header by default" };
        Option<string> ofSwitch = new("--switch") { Description = "The files are in the words of this switch of the configuration, as its watched folder would take them (docs/switches.md)" };
        Option<bool> check = RoleCommand.NewCheck();
        Option<bool> changed = new("--take-changed") { Description = "Take a file from its beginning although one of its name with other content was taken before" };
        Command command = new(
            "ingest",
            "Takes CDR files: through the running instance, or into the idle data folder, returning when all has landed. Each line is taken once: started again after a crash it goes on "
            + "where it stopped. Without files: the switch edge alone, which takes calls over HTTP onto Kafka (--kafka), or into the idle data folder for 'perimeter up' to rate later. Exit status: 0 done, 1 some lines went to the quarantine, 2 a file could not be taken.");
        command.Arguments.Add(files);
        OptionSet options = new(
            command, [Settings.Data, Settings.Bind, Settings.HttpPort, Settings.ClickHousePort, Settings.Partitions, Settings.HorizonHours, Settings.MaxKeys, Settings.LogRetentionHours, Settings.CallRetentionDays, .. Settings.OfKafka]);
        foreach (Option option in (Option[])[map, zone, delimiter, ofSwitch, changed, check])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) =>
        {
            IngestRequest request = new(
                [.. (parsed.GetValue(files) ?? []).Select(Path.GetFullPath)], parsed.GetValue(map) ?? [], parsed.GetValue(zone), parsed.GetValue(delimiter), parsed.GetValue(changed))
            {
                Switch = parsed.GetValue(ofSwitch),
            };
            InstanceOptions instance = InstanceOptions.Read(options.Read(parsed), InstanceRoles.Ingest);
            return parsed.GetValue(check) ? RoleCommand.Checked()
                : request.Files.Count == 0 ? RoleCommand.RunAsync(instance, InstanceRoles.Ingest, Addresses, cancellationToken) : TakeAsync(instance, request, cancellationToken);
        });
        return command;
    }

    private static IEnumerable<string> Addresses(Instance instance, InstanceOptions options)
    {
        yield return options.Kafka is { } kafka
            ? $"calls in    {instance.HttpAddress}/v1/calls, onto {kafka.BootstrapServers}"
            : $"calls in    {instance.HttpAddress}/v1/calls (the switch edge alone: 'perimeter up' rates what it takes)";
        if (instance.NewApiKey is { } key)
        {
            yield return $"API key     {key} (kept in {instance.Folder.ApiKey})";
        }
    }

    private static async Task<int> TakeAsync(InstanceOptions options, IngestRequest request, CancellationToken cancellationToken)
    {
        using AdminClient? running = await AdminClient.TryConnectAsync(DataFolder.Look(options.DataFolder), cancellationToken).ConfigureAwait(false);
        Tally tally = new();
        if (running is not null)
        {
            await foreach (JsonElement line in running.PostAsync("ingest", request, cancellationToken).ConfigureAwait(false))
            {
                tally.Tell(JsonSerializer.Deserialize<IngestAnswer>(line, AdminJson.Options)!);
            }

            return tally.ExitCode;
        }

        // Without Kafka the whole way is gone in this process, and waited for; over Kafka others go on from there.
        InstanceRoles roles = options.Kafka is null ? InstanceRoles.All : InstanceRoles.Ingest;
        Instance instance = await Instance.StartAsync(
            options with { HttpPort = 0, ClickHousePort = 0, TakesFeeds = false }, roles, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        await using (instance.ConfigureAwait(false))
        {
            await instance.TakeFilesAsync(request, answer =>
            {
                tally.Tell(answer);
                return Task.CompletedTask;
            }, cancellationToken).ConfigureAwait(false);
            if (roles == InstanceRoles.Ingest)
            {
                return tally.ExitCode;
            }

            if (instance.Revision == 0)
            {
                Console.Error.WriteLine("The lines are on the log. There is no configuration to rate them by yet: 'perimeter config apply DIR', then 'perimeter up'.");
                return tally.ExitCode;
            }

            await instance.DrainAsync(new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected), null, cancellationToken).ConfigureAwait(false);
            return tally.ExitCode;
        }
    }

    /// <summary>Tells what became of each file as it comes.</summary>
    private sealed class Tally
    {
        private bool _quarantined;
        private bool _refused;

        public int ExitCode => _refused ? CommandException.NothingDone : _quarantined ? CommandException.Failed : 0;

        public void Tell(IngestAnswer answer)
        {
            if (answer.Progress)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.File}: {answer.Lines:N0} lines, {answer.Accepted:N0} taken, {answer.Quarantined:N0} put aside"));
                return;
            }

            foreach (string error in answer.Errors)
            {
                Console.Error.WriteLine(error);
            }

            if (answer.Refused is { } reason)
            {
                _refused = true;
                Console.Error.WriteLine(reason);
                return;
            }

            _quarantined |= answer.Quarantined > 0;
            Console.Out.WriteLine(answer.TakenBefore
                ? $"{answer.File}: taken before, nothing new"
                : string.Create(CultureInfo.InvariantCulture, $"{answer.File}: {answer.Accepted:N0} taken, {answer.Quarantined:N0} put aside, from line {answer.FromLine:N0} to {answer.NextLine - 1:N0}"));
        }
    }
}
