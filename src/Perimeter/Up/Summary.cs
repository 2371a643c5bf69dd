using System.Text;
using System.Text.Json;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

/// <summary>What the calls of a data folder came to, for people. Made of the views that finance sees.</summary>
internal static class Summary
{
    public static string Read(ClickHouseConnection connection)
    {
        StringBuilder text = new();
        SummaryRow totals = Rows(connection, "summary-totals.sql").Single();
        text.AppendLine();
        text.AppendLine("TOTAL");
        foreach ((string name, string value) in ((string, string)[])
            [
                ("calls", totals.CountOf("calls")), ("attempts", totals.Attempts), ("answered", totals.Completions),
                ("ASR %", totals.AsrOf("calls")), ("ALOC min", totals.Aloc),
                ("revenue", totals.Exact("revenue")), ("cost", totals.Exact("cost")), ("profit", totals.ExactProfit), ("margin %", totals.Margin),
                ("repeats", totals.CountOf("repeats")), ("quarantined", totals.CountOf("quarantined")),
            ])
        {
            text.AppendLine($"  {name,-12} {value,24}");
        }

        Traffic(text, "RELATIONSHIPS: calls from them", Rows(connection, "summary-relationships.sql").Where(row => row.Side == "A"));
        Traffic(text, "RELATIONSHIPS: attempts to them", Rows(connection, "summary-relationships.sql").Where(row => row.Side == "B"));
        Traffic(text, "TRUNK GROUPS: calls in", Rows(connection, "summary-trunk-groups.sql").Where(row => row.Side == "A"));
        Traffic(text, "TRUNK GROUPS: attempts out", Rows(connection, "summary-trunk-groups.sql").Where(row => row.Side == "B"));
        Traffic(text, "TOP DESTINATIONS", Rows(connection, "summary-destinations.sql"));
        TextTable unrated = new("side", "reason", "attempts", "answered", "minutes");
        foreach (SummaryRow row in Rows(connection, "summary-unrated.sql"))
        {
            unrated.Add(row.Side, row.Name, row.Attempts, row.Completions, row.Minutes);
        }

        Append(text, "UNRATED", unrated, leftColumns: 2);
        return text.ToString().TrimEnd();
    }

    private static void Traffic(StringBuilder text, string title, IEnumerable<SummaryRow> rows)
    {
        TextTable table = new("name", "attempts", "answered", "ASR %", "ALOC min", "revenue", "cost", "profit", "margin %");
        foreach (SummaryRow row in rows)
        {
            table.Add(row.Name, row.Attempts, row.Completions, row.Asr, row.Aloc, row.Revenue, row.Cost, row.Profit, row.Margin);
        }

        Append(text, title, table, leftColumns: 1);
    }

    private static void Append(StringBuilder text, string title, TextTable table, int leftColumns)
    {
        text.AppendLine();
        text.AppendLine(title);
        text.AppendLine(table.Render(leftColumns));
    }

    private static IEnumerable<SummaryRow> Rows(ClickHouseConnection connection, string file)
    {
        string sql = SqlFile.Read(file) + "\nSETTINGS output_format_json_quote_64bit_integers = 1, output_format_json_quote_decimals = 1";
        return connection.QueryText(sql, "JSONEachRow").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => new SummaryRow(JsonSerializer.Deserialize<JsonElement>(line)));
    }
}
