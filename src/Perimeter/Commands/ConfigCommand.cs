using System.CommandLine;
using Perimeter.Config;

namespace Perimeter.Commands;

internal static class ConfigCommand
{
    public static Command Create()
    {
        Command command = new(
            "config",
            "Checks a carrier folder and publishes it; the folder's format is in docs/carrier-folder.md. Without a subcommand: the role that publishes revisions on Kafka (--kafka), "
            + "from which rating engines and aggregators take them. Run one; 'config apply' on its data folder publishes through it.");
        command.Subcommands.Add(Check());
        command.Subcommands.Add(Apply());
        RoleCommand.Fill(
            command, InstanceRoles.Config, [Settings.Data, Settings.Bind, Settings.HealthPort(8083), Settings.Carrier, .. Settings.OfKafka],
            static (_, options) => [$"publishes   on {options.Kafka!.BootstrapServers}"]);
        return command;
    }

    private static Command Check()
    {
        Argument<string> folder = new("DIR") { Description = "The carrier folder" };
        Command command = new("check", "Reports all that is wrong with a carrier folder, at once, and publishes nothing. Exit status: 0 good, 1 not.");
        command.Arguments.Add(folder);
        OptionSet options = new(command, Settings.Data);
        command.SetAction(parsed =>
        {
            RevisionStore store = new(DataFolder.Look(options.DataFolder(parsed)).Config, TimeProvider.System);
            CarrierFolder read = store.Check(parsed.GetRequiredValue(folder));
            Print(read.Notes);
            Print(read.Errors);
            if (read.Errors.Count > 0)
            {
                throw new CommandException($"{Count(read.Errors.Count)}: this folder would be refused.");
            }

            Console.Out.WriteLine($"Good: {read.Config!.Relationships.Count} Relationships, {read.Config.TrunkGroups.Count} trunk groups, {read.Config.Decks.Count} decks with {read.Config.Decks.Sum(deck => deck.Rows.Count)} rows, {read.Config.Numbers.Count} numbers.");
            return 0;
        });
        return command;
    }

    private static Command Apply()
    {
        Argument<string> folder = new("DIR") { Description = "The carrier folder" };
        Command command = new("apply", "Publishes a carrier folder as the next revision: the running instance rates by it from its next batch on, without a pause. Exit status: 0 done, 1 refused.");
        command.Arguments.Add(folder);
        OptionSet options = new(command, Settings.Data);
        command.SetAction((parsed, cancellationToken) => ApplyAsync(options.DataFolder(parsed), parsed.GetRequiredValue(folder), cancellationToken));
        return command;
    }

    private static async Task<int> ApplyAsync(string dataFolder, string carrier, CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(carrier);
        using AdminClient? running = await AdminClient.TryConnectAsync(DataFolder.Look(dataFolder), cancellationToken).ConfigureAwait(false);
        if (running is null)
        {
            using DataFolder folder = DataFolder.Take(dataFolder);
            PublishResult result = new RevisionStore(folder.Config, TimeProvider.System).Publish(full);
            return Report([.. result.Errors.Select(error => error.ToString())], [.. result.Notes.Select(note => note.ToString())], result.Revision.Value, result.Changed);
        }

        int status = CommandException.Failed;
        await foreach (System.Text.Json.JsonElement line in running.PostAsync("config/apply", new ApplyRequest(full), cancellationToken).ConfigureAwait(false))
        {
            ApplyAnswer answer = System.Text.Json.JsonSerializer.Deserialize<ApplyAnswer>(line, AdminJson.Options)!;
            status = Report(answer.Errors, answer.Notes, answer.Revision, answer.Changed);
        }

        return status;
    }

    private static int Report(IReadOnlyList<string> errors, IReadOnlyList<string> notes, int revision, bool changed)
    {
        foreach (string line in notes.Concat(errors))
        {
            Console.Error.WriteLine(line);
        }

        if (errors.Count > 0)
        {
            throw new CommandException($"{Count(errors.Count)}: nothing was published, and what was in force stays in force.");
        }

        Console.Out.WriteLine(changed ? $"Published as revision {revision}." : $"Nothing changed: revision {revision} holds this already.");
        return 0;
    }

    private static string Count(int errors) => errors == 1 ? "1 error" : $"{errors} errors";

    private static void Print(IReadOnlyList<ConfigError> lines)
    {
        foreach (ConfigError line in lines)
        {
            Console.Error.WriteLine(line);
        }
    }
}

/// <summary>What became of <see cref="ApplyRequest"/>.</summary>
public sealed record ApplyAnswer(int Revision, bool Changed, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes);
