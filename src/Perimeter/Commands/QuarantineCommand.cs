using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

internal static class QuarantineCommand
{
    private const int DefaultLimit = 100;

    public static Command Create()
    {
        Command command = new("quarantine", "Tells which events were put aside, and why.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        return command;
    }

    private static Command List()
    {
        OptionSet options = new();
        Option<int> limit = new("--limit") { Description = "How many, the newest first", DefaultValueFactory = _ => DefaultLimit };
        Option<string> call = new("--call") { Description = "Only those with this call_id", DefaultValueFactory = _ => "" };
        Option<bool> json = new("--json") { Description = "As JSON lines, for programs" };
        Command command = new("list", "Lists what was put aside, the newest first. The same event put aside again counts up.");
        options.AddDataTo(command);
        command.Options.Add(limit);
        command.Options.Add(call);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QueryParameter[] parameters =
            [
                new("limit", Math.Max(1, parsed.GetValue(limit)).ToString(CultureInfo.InvariantCulture)), new("call", parsed.GetValue(call) ?? ""),
            ];
            using WarehouseReader reader = await WarehouseReader.OpenAsync(options.DataFolder(parsed), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<JsonElement> rows = await reader.QueryAsync(SqlFile.Read("quarantine-list.sql"), parameters, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                foreach (JsonElement row in rows)
                {
                    Console.Out.WriteLine(row.GetRawText());
                }
            }
            else
            {
                Console.Out.WriteLine(rows.Count == 0 ? "Nothing was put aside." : Text(rows));
            }

            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        OptionSet options = new();
        Argument<string> id = new("ID") { Description = "The id that list shows" };
        Command command = new("show", "Shows one event that was put aside: the reason, where it came from, and its bytes as received.");
        command.Arguments.Add(id);
        options.AddDataTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetRequiredValue(id);
            if (!ulong.TryParse(wanted, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong number))
            {
                throw new CommandException($"'{wanted}' is no id of the quarantine: take one from 'perimeter quarantine list'.");
            }

            using WarehouseReader reader = await WarehouseReader.OpenAsync(options.DataFolder(parsed), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<JsonElement> rows = await reader.QueryAsync(
                SqlFile.Read("quarantine-show.sql"), [new("id", number.ToString(CultureInfo.InvariantCulture))], cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
            {
                throw new CommandException($"Nothing with the id {wanted} is in the quarantine: take one from 'perimeter quarantine list'.");
            }

            JsonElement row = rows[0];
            foreach (string field in (string[])["reason", "field", "message", "source", "place", "switch_id", "call_id", "attempt", "received_at", "times"])
            {
                Console.Out.WriteLine($"{field,-12} {row.GetProperty(field)}");
            }

            Console.Out.WriteLine();
            Console.Out.WriteLine(row.GetProperty("content").GetString());
            return 0;
        });
        return command;
    }

    private static string Text(IReadOnlyList<JsonElement> rows)
    {
        string[] columns = ["id", "times", "received_at", "reason", "field", "source", "place", "call_id", "message"];
        TextTable table = new(columns);
        foreach (JsonElement row in rows)
        {
            table.Add([.. columns.Select(column => row.GetProperty(column).ToString())]);
        }

        return table.Render(columns.Length);
    }
}
