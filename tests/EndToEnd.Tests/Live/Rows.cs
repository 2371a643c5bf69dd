using System.Globalization;
using Perimeter.Oracle;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Rated calls as lines of text, from ClickHouse and from the oracle in one shape.</summary>
internal static class Rows
{
    public const string Columns = "call_id, attempt, outcome_a, code_a, billed_seconds_a, charge_a, outcome_b, code_b, billed_seconds_b, charge_b";

    public static string Of(string[] row) => string.Join('|', row[0], row[1], Side(row, 2), Side(row, 6));

    public static string Of(AttemptResult attempt) => string.Join('|', attempt.Record.CallId, attempt.Record.Attempt, Side(attempt.A), Side(attempt.B));

    /// <summary>What records should come to by a carrier, in the order of their keys.</summary>
    public static IReadOnlyList<string> Expected(string carrier, string records)
    {
        List<string> rows = [];
        CarrierOracle.Open(carrier, RepositoryFolders.NumberingData).Rate(RecordReader.Read(new StringReader(records)), attempt => rows.Add(Of(attempt)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public static async Task<IReadOnlyList<string>> LandedAsync(LiveInstance instance, string where = "1")
    {
        List<string> rows = [.. (await instance.QueryAsync($"SELECT {Columns} FROM rated_calls WHERE {where}")).Select(Of)];
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Side(SideResult side) => $"{side.Outcome} {side.Code} {side.BilledSeconds} {Plain((decimal)side.ChargeNanos / 1_000_000_000m)}";

    private static string Side(string[] row, int first) =>
        $"{row[first]} {row[first + 1]} {row[first + 2]} {Plain(decimal.Parse(row[first + 3], CultureInfo.InvariantCulture))}";

    private static string Plain(decimal amount) => amount.ToString("0.#########", CultureInfo.InvariantCulture);
}
