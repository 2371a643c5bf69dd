using System.Globalization;
using System.Text;

namespace Perimeter.Commands;

/// <summary>What re-rating came to, for people.</summary>
internal static class RerateText
{
    public static string Render(RerateSummary summary)
    {
        StringBuilder text = new();
        string what = summary.DryRun ? "Nothing was written, since this was a dry run" : summary.All.Changed == 0 ? "Nothing to adjust" : $"Run {summary.Run}";
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, by revision {summary.Revision}{(summary.Resumed ? ", gone on with" : "")}: {summary.All.Calls:N0} attempts looked at, {summary.All.Changed:N0} changed. Amounts in {summary.Currency}."));
        TextTable table = new("relationship", "attempts", "changed", "revenue before", "now", "difference", "cost before", "now", "difference", "profit difference");
        foreach (RerateLine line in summary.Relationships)
        {
            Add(table, line.Relationship, line);
        }

        Add(table, "ALL", summary.All);
        text.Append(table.Render(leftColumns: 1));
        return text.ToString();
    }

    private static void Add(TextTable table, string name, RerateLine line) => table.Add(
        name, Count(line.Calls), Count(line.Changed), Amount(line.OldRevenue), Amount(line.NewRevenue), Amount(line.RevenueDifference),
        Amount(line.OldCost), Amount(line.NewCost), Amount(line.CostDifference), Amount(line.ProfitDifference));

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>To the last digit: a difference is what somebody is owed.</summary>
    private static string Amount(decimal amount) => amount.ToString("N9", CultureInfo.InvariantCulture);
}
