using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Perimeter.Config;
using Perimeter.Domain;

namespace Perimeter.Commands;

internal static class RerateCommand
{
    public static Command Create()
    {
        Option<string> from = new("--from") { Description = "First instant, by the end of the call: 2026-09-01, 2026-09-01T08:30 or with an offset. A date is its midnight; without an offset, UTC", Required = true };
        Option<string> to = new("--to") { Description = "First instant that is not meant any more, written alike", Required = true };
        Option<string> group = new("--trunk-group") { Description = "Only calls that pass over this trunk group, by name or id, as they stood or as they are rated now" };
        Option<bool> dry = new("--dry-run") { Description = "Tell what would change, and write nothing" };
        Option<bool> json = new("--json") { Description = "The summary as one line of JSON, for programs" };
        Command command = new(
            "rerate",
            "Rates calls that have landed again, by the configuration as it is now, and writes what differs to the table call_adjustments: through the running instance, or on the idle data folder. "
            + "What was rated is never edited, and asked again, nothing is adjusted twice; a run that was interrupted or killed is gone on with by the same command. Exit status: 0 done, 1 not.");
        foreach (Option option in (Option[])[from, to, group, dry, json])
        {
            command.Options.Add(option);
        }

        OptionSet options = new(command, Settings.OfIdleFolder);
        command.SetAction((parsed, cancellationToken) =>
        {
            RerateOrder order = new(
                Instant("--from", parsed.GetRequiredValue(from)), Instant("--to", parsed.GetRequiredValue(to)), parsed.GetValue(group), parsed.GetValue(dry));
            return order.FromMs < order.ToMs
                ? RunAsync(InstanceOptions.Read(options.Read(parsed), InstanceRoles.All), order, parsed.GetValue(json), cancellationToken)
                : throw new CommandException("--from is not before --to: no call is meant.");
        });
        return command;
    }

    private static async Task<int> RunAsync(InstanceOptions options, RerateOrder order, bool json, CancellationToken cancellationToken)
    {
        try
        {
            using AdminClient? running = await AdminClient.TryConnectAsync(DataFolder.Look(options.DataFolder), cancellationToken).ConfigureAwait(false);
            if (running is not null)
            {
                await foreach (JsonElement line in running.PostAsync("rerate", order, cancellationToken).ConfigureAwait(false))
                {
                    Tell(JsonSerializer.Deserialize<RerateAnswer>(line, AdminJson.Options)!, json);
                }

                return 0;
            }

            Instance instance = await Instance.StartAsync(
                options with { HttpPort = 0, ClickHousePort = 0, TakesFeeds = false }, InstanceRoles.All, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            await using (instance.ConfigureAwait(false))
            {
                await instance.RerateAsync(order, answer =>
                {
                    Tell(answer, json);
                    return Task.CompletedTask;
                }, cancellationToken).ConfigureAwait(false);
                return 0;
            }
        }
        catch (Exception failure) when (NetworkErrors.IsNoAnswer(failure))
        {
            throw new CommandException($"The running instance ended before the run: {failure.Message} What was adjusted stays. Start it, and the same command goes on from there.", inner: failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("Interrupted. What was adjusted stays; the same command goes on from there.");
            throw;
        }
    }

    /// <exception cref="CommandException">The text is no instant.</exception>
    private static long Instant(string option, string text)
    {
        long ms = 0;
        string? fault = text.Length == 0 ? "it is empty" : new DateReader("UTC").Read(Encoding.UTF8.GetBytes(text), isEnd: false, out ms);
        return fault is null ? ms : throw new CommandException($"{option}: {fault}.");
    }

    private static void Tell(RerateAnswer answer, bool json)
    {
        if (answer.Waiting is { } waiting)
        {
            Console.Error.WriteLine($"Waiting {waiting}");
        }
        else if (answer.Summary is not { } summary)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Looked:N0} of {answer.Total:N0} attempts, {answer.Changed:N0} changed"));
        }
        else
        {
            Console.Out.WriteLine(json ? JsonSerializer.Serialize(summary, AdminJson.Options) : RerateText.Render(summary));
        }
    }
}
