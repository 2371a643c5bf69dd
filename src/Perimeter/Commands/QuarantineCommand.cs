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
        Command command = new("quarantine", "Tells which events were put aside, and why, and sends them again.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(QuarantineShow.Create());
        command.Subcommands.Add(QuarantineReplay.Create());
        return command;
    }

    private static Command List()
    {
        Option<int> limit = new("--limit") { Description = "How many, the newest first", DefaultValueFactory = _ => DefaultLimit };
        Option<string> call = new("--call") { Description = "Only those with this call_id", DefaultValueFactory = _ => "" };
        Option<bool> all = new("--all") { Description = "Those as well that were sent again ('quarantine replay') and not put aside since" };
        Option<bool> json = new("--json") { Description = "As JSON lines, for programs" };
        Command command = new("list", "Lists what was put aside and not sent again since, the newest first. The same event put aside again counts up.");
        OptionSet options = new(command, Settings.Data);
        command.Options.Add(limit);
        command.Options.Add(call);
        command.Options.Add(all);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QueryParameter[] parameters =
            [
                new("limit", Math.Max(1, parsed.GetValue(limit)).ToString(CultureInfo.InvariantCulture)), new("call", parsed.GetValue(call) ?? ""),
                new("all", parsed.GetValue(all) ? "1" : "0"),
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

    private static string Text(IReadOnlyList<JsonElement> rows)
    {
        string[] columns = ["id", "times", "received_at", "reason", "field", "source", "place", "call_id", "replayed_at", "message"];
        TextTable table = new(columns);
        foreach (JsonElement row in rows)
        {
            table.Add([.. columns.Select(column => row.GetProperty(column).ToString())]);
        }

        return table.Render(columns.Length);
    }
}
