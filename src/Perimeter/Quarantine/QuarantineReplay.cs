using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Commands;

/// <summary>Sends what was put aside through the checks again.</summary>
internal static class QuarantineReplay
{
    private static readonly string[] Reasons =
        [nameof(QuarantineReason.Unreadable), nameof(QuarantineReason.Invalid), nameof(QuarantineReason.Conflict), nameof(QuarantineReason.Misplaced)];

    public static Command Create()
    {
        Argument<string[]> ids = new("ID") { Description = "Ids that list shows", Arity = ArgumentArity.ZeroOrMore };
        Option<string> reason = new("--reason") { Description = $"What was put aside for this reason: {string.Join(", ", Reasons)}", DefaultValueFactory = _ => "" };
        Option<string> call = new("--call") { Description = "What has this call_id", DefaultValueFactory = _ => "" };
        Option<bool> all = new("--all") { Description = "All that was not sent again yet" };
        Option<string> edit = new("--edit") { Description = "Send the content of this file in place of the one event's bytes ('-' reads standard input): JSON, or CSV with its header. The bytes are had by 'quarantine show ID --content'" };
        Option<string[]> map = new("--map") { Description = "For rows of CSV files: where a field is, as with 'perimeter ingest'" };
        Option<string> zone = new("--time-zone") { Description = "Of times that carry no offset: an IANA name such as America/New_York" };
        Option<char?> delimiter = new("--delimiter") { Description = "Between columns; found in the header by default" };
        Option<bool> again = new("--again") { Description = "Also what was sent again before, where it is not charged for all that" };
        Option<bool> dry = new("--dry-run") { Description = "Tell what would be sent, and send nothing" };
        Option<bool> json = new("--json") { Description = "As JSON lines, for programs" };
        Command command = new(
            "replay",
            "Sends what was put aside again, after what was wrong is mended: through the running instance, or on the idle data folder, returning when all has landed. It goes through the same checks; what is "
            + "still bad, or charged already, stays where it is, and is told. What was sent is marked, and listed no more unless it is put aside again; asked again, nothing is charged twice. "
            + "Exit status: 0 all was sent, 1 some was not.");
        command.Arguments.Add(ids);
        foreach (Option option in (Option[])[reason, call, all, edit, map, zone, delimiter, again, dry, json])
        {
            command.Options.Add(option);
        }

        OptionSet options = new(command, Settings.OfIdleFolder);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] given = parsed.GetValue(ids) ?? [];
            ReplayOrder order = new(
                [.. given.Select(QuarantineShow.ReadId).Distinct()], ReadReason(parsed.GetValue(reason) ?? ""), parsed.GetValue(call) ?? "",
                parsed.GetValue(edit) is { Length: > 0 } file ? await ReadEditedAsync(file, cancellationToken).ConfigureAwait(false) : null,
                parsed.GetValue(map) ?? [], parsed.GetValue(zone), parsed.GetValue(delimiter), parsed.GetValue(again), parsed.GetValue(dry));
            Check(order, parsed.GetValue(all));
            return await RunAsync(InstanceOptions.Read(options.Read(parsed), InstanceRoles.All), order, new Teller(parsed.GetValue(json), order.DryRun), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static string ReadReason(string text) => text.Length == 0 ? ""
        : Reasons.FirstOrDefault(reason => reason.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw new CommandException($"--reason {text}: there is no such reason. They are {string.Join(", ", Reasons)}.");

    /// <exception cref="CommandException">The selection makes no sense.</exception>
    private static void Check(ReplayOrder order, bool all)
    {
        bool selects = order.Reason.Length > 0 || order.Call.Length > 0;
        if (!all && !selects && order.Ids.Count == 0)
        {
            throw new CommandException("Say what to send again: ids from 'perimeter quarantine list', --reason, --call, or --all.");
        }

        if (order.Ids.Count > 0 && (all || selects))
        {
            throw new CommandException("Ids say already what to send again: leave out --reason, --call and --all.");
        }

        if (order.Edited is not null && order.Ids.Count != 1)
        {
            throw new CommandException("--edit stands for the bytes of one event: give its id.");
        }
    }

    private static async Task<byte[]> ReadEditedAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            using Stream source = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var bytes = new MemoryStream();
            await source.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--edit {file}: {failure.Message}", inner: failure);
        }
    }

    private static async Task<int> RunAsync(InstanceOptions options, ReplayOrder order, Teller teller, CancellationToken cancellationToken)
    {
        const string goesOn = "What was sent is marked; the same command goes on with the rest.";
        try
        {
            using AdminClient? running = await AdminClient.TryConnectAsync(DataFolder.Look(options.DataFolder), cancellationToken).ConfigureAwait(false);
            if (running is not null)
            {
                await foreach (JsonElement line in running.PostAsync("quarantine/replay", order, cancellationToken).ConfigureAwait(false))
                {
                    teller.Tell(JsonSerializer.Deserialize<ReplayAnswer>(line, AdminJson.Options)!);
                }

                return teller.ExitCode;
            }

            Instance instance = await Instance.StartAsync(
                options with { HttpPort = 0, ClickHousePort = 0, TakesFeeds = false }, InstanceRoles.All, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            await using (instance.ConfigureAwait(false))
            {
                await instance.ReplayAsync(order, answer =>
                {
                    teller.Tell(answer);
                    return Task.CompletedTask;
                }, cancellationToken).ConfigureAwait(false);
                return teller.ExitCode;
            }
        }
        catch (Exception failure) when (NetworkErrors.IsNoAnswer(failure))
        {
            throw new CommandException($"The running instance ended before the run: {failure.Message} {goesOn}", inner: failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine($"Interrupted. {goesOn}");
            throw;
        }
    }

    /// <summary>Tells what became of each event as it comes, and remembers whether any was not sent.</summary>
    private sealed class Teller(bool json, bool dryRun)
    {
        public int ExitCode { get; private set; }

        public void Tell(ReplayAnswer answer)
        {
            ExitCode = answer.Refused is not null || answer.Note is not null ? CommandException.Failed : ExitCode;
            if (answer.Waiting is { } waiting)
            {
                Console.Error.WriteLine($"Waiting {waiting}");
            }
            else if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(answer, AdminJson.Options));
            }
            else if (answer.Summary is { } summary)
            {
                Console.Out.WriteLine(Text(summary));
            }
            else
            {
                string call = answer.CallId.Length > 0 ? $" call {answer.CallId}:" : "";
                Console.Out.WriteLine($"{answer.Id}{call} {(answer.Refused is { } refused ? $"not sent: {refused}" : answer.Note ?? (dryRun ? "would be sent" : "sent"))}");
            }
        }

        private static string Text(ReplaySummary summary)
        {
            string charged = summary.Charged is { } attempts ? string.Create(CultureInfo.InvariantCulture, $", {attempts:N0} ended attempts of it among the rated calls") : "";
            return string.Create(CultureInfo.InvariantCulture, $"{summary.Sent:N0} {(summary.DryRun ? "would be sent" : "sent")}, {summary.Refused:N0} not{charged}");
        }
    }
}
