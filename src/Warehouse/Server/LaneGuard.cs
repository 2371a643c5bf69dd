using System.Globalization;

namespace Perimeter.Warehouse.Server;

/// <summary>
/// The condition that an insert carries: it fails where one of its lanes has another owner. ClickHouse evaluates it when the statement begins, after the statement
/// has come into the server's list of queries; so a later owner either is seen by it, or finds it in that list and ends it.
/// </summary>
internal static class LaneGuard
{
    public const string Table = "landing_epochs";

    private const string Refusal = "perimeter: the claim of this insert holds no more";

    /// <summary>What follows the FROM of a SELECT; empty without a claim.</summary>
    public static string Where(IReadOnlyList<LaneClaim> claims) => claims.Count == 0 ? "" : $" WHERE throwIf({string.Join(" OR ", claims.Select(IsLost))}, '{Refusal}') = 0";

    /// <summary>An <c>INSERT INTO table (columns) SELECT</c> under the claims.</summary>
    public static string Around(string insertSelect, IReadOnlyList<LaneClaim> claims)
    {
        if (claims.Count == 0)
        {
            return insertSelect;
        }

        int insert = insertSelect.IndexOf("INSERT INTO", StringComparison.Ordinal);
        int select = insertSelect.IndexOf(')', insert) + 1;
        return $"{insertSelect[insert..select]}\nSELECT * FROM\n({insertSelect[select..]}\n){Where(claims)}";
    }

    private static string IsLost(LaneClaim claim) => string.Create(
        CultureInfo.InvariantCulture, $"(SELECT max((epoch, owner)) FROM {Table} WHERE lane = {SqlText.Quoted(claim.Lane)}) != ({claim.Epoch}, '{claim.Owner}')");
}
