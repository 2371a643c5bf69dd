using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

/// <summary>One event of the quarantine, whole.</summary>
internal static class QuarantineShow
{
    private const int BytesPerLine = 16;

    public static Command Create()
    {
        Argument<string> id = new("ID") { Description = "The id that list shows" };
        Option<bool> content = new("--content") { Description = "Only the bytes as received, as they are: to be mended, and sent with 'quarantine replay ID --edit FILE'" };
        Command command = new("show", "Shows one event that was put aside: the reason, where it came from, and its bytes as received.");
        command.Arguments.Add(id);
        command.Options.Add(content);
        OptionSet options = new(command, Settings.Data);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetRequiredValue(id);
            using WarehouseReader reader = await WarehouseReader.OpenAsync(options.DataFolder(parsed), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<JsonElement> rows = await reader.QueryAsync(
                SqlFile.Read("quarantine-show.sql"), [new("id", ReadId(wanted).ToString(CultureInfo.InvariantCulture))], cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
            {
                throw new CommandException($"Nothing with the id {wanted} is in the quarantine: take one from 'perimeter quarantine list'.");
            }

            byte[] bytes = rows[0].GetProperty("content").GetBytesFromBase64();
            if (parsed.GetValue(content))
            {
                using Stream output = Console.OpenStandardOutput();
                await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                return 0;
            }

            foreach ((string field, string value) in Fields(rows[0]))
            {
                Console.Out.WriteLine($"{field,-12} {value}");
            }

            Console.Out.WriteLine();
            Console.Out.WriteLine(Text(bytes));
            return 0;
        });
        return command;
    }

    /// <exception cref="CommandException">The text is no id.</exception>
    public static ulong ReadId(string text) => ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong number)
        ? number
        : throw new CommandException($"'{text}' is no id of the quarantine: take one from 'perimeter quarantine list'.");

    private static IEnumerable<(string Field, string Value)> Fields(JsonElement row)
    {
        foreach (string field in (string[])["reason", "field", "message", "source", "place"])
        {
            yield return (field, row.GetProperty(field).ToString());
        }

        if (row.GetProperty("partition").ToString() is not "-1" and string partition)
        {
            yield return ("partition", partition);
            yield return ("offset", row.GetProperty("offset").ToString());
            yield return ("key", Text(row.GetProperty("key").GetBytesFromBase64()));
            yield return ("headers", row.GetProperty("headers").GetString()!);
        }

        foreach (string field in (string[])["switch_id", "call_id", "attempt", "received_at", "times"])
        {
            yield return (field, row.GetProperty(field).ToString());
        }

        if (row.GetProperty("replayed_at").GetString() is { Length: > 0 } replayedAt)
        {
            yield return ("replayed_at", replayedAt);
            yield return ("replay", row.GetProperty("replay").GetString()!);
        }
    }

    /// <summary>Bytes that are no text, as MessagePack is not, in hexadecimal.</summary>
    private static string Text(byte[] bytes)
    {
        if (Utf8.IsValid(bytes) && !bytes.AsSpan().ContainsAnyInRange((byte)0, (byte)8))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var lines = new StringBuilder();
        foreach (byte[] line in bytes.Chunk(BytesPerLine))
        {
            char[] shown = [.. line.Select(one => one is >= 0x20 and < 0x7F ? (char)one : '.')];
            string hex = string.Join(' ', line.Select(one => one.ToString("x2", CultureInfo.InvariantCulture)));
            lines.AppendLine(CultureInfo.InvariantCulture, $"{hex,-47}  {new string(shown)}");
        }

        return lines.ToString().TrimEnd();
    }
}
