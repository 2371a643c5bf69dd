using System.Globalization;
using System.Text.Json;

namespace Perimeter.Commands;

/// <summary>Sums of one line of the summary; what is printed of them is exact sums rounded once, for the eye.</summary>
internal sealed class SummaryRow(JsonElement row)
{
    private const int MsPerMinute = 60_000;

    public string Name => Text("name");

    public string Side => Text("side");

    public string Attempts => Count(Number("attempts"));

    public string Completions => Count(Number("completions"));

    /// <summary>Percent.</summary>
    public string Asr => AsrOf("attempts");

    /// <summary>Minutes.</summary>
    public string Aloc => Ratio((decimal)Number("answered_ms") / MsPerMinute, Number("completions"));

    public string Minutes => Ratio(Number("answered_ms"), MsPerMinute);

    public string Revenue => Amount(Sum("revenue"));

    public string Cost => Amount(Sum("cost"));

    public string Profit => Amount(Sum("revenue") - Sum("cost"));

    /// <summary>Percent; none without revenue.</summary>
    public string Margin => Ratio(100 * (Sum("revenue") - Sum("cost")), Sum("revenue"));

    /// <summary>Percent of another count.</summary>
    public string AsrOf(string attempts) => Ratio(100 * (decimal)Number("completions"), Number(attempts));

    public string CountOf(string column) => Count(Number(column));

    /// <summary>To the last digit.</summary>
    public string Exact(string column) => Exact(Sum(column));

    public string ExactProfit => Exact(Sum("revenue") - Sum("cost"));

    private static string Exact(decimal amount) => amount.ToString("N9", CultureInfo.InvariantCulture);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Amount(decimal amount) => decimal.Round(amount, 2, MidpointRounding.ToEven).ToString("N2", CultureInfo.InvariantCulture);

    private static string Ratio(decimal numerator, decimal denominator) =>
        denominator == 0 ? "-" : decimal.Round(numerator / denominator, 2, MidpointRounding.ToEven).ToString("N2", CultureInfo.InvariantCulture);

    private string Text(string column) => row.GetProperty(column).GetString()!;

    private long Number(string column) => long.Parse(Text(column), CultureInfo.InvariantCulture);

    // A sum of exact charges: decimal holds 28 digits exactly, and a column of Decimal(38, 9) that needs more says so by overflowing.
    private decimal Sum(string column) => decimal.Parse(Text(column), NumberStyles.Number, CultureInfo.InvariantCulture);
}
