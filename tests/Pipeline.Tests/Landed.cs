namespace Perimeter.Pipeline.Tests;

/// <summary>Asks ClickHouse as a reader would: the rows, split into columns.</summary>
internal delegate Task<IReadOnlyList<string[]>> Query(string sql);

/// <summary>What must hold of ClickHouse once everything has landed, whatever died on the way.</summary>
internal static class Landed
{
    private const string RowSums =
        "SELECT sum(n), sum(c) FROM (SELECT countIf(outcome_a != 'Advanced') AS n, sum(toDecimal128(system_charge_a, 9)) AS c FROM rated_calls "
        + "UNION ALL SELECT countIf(sent), sum(toDecimal128(system_charge_b, 9)) FROM rated_calls)";

    private const string RollupSums = "SELECT sum(attempts), sum(revenue) + sum(cost) FROM trunk_group_minutes";

    /// <summary>Every record once, each charge as the oracle has it, and the rollup equal to the rows.</summary>
    /// <param name="query">Asks ClickHouse.</param>
    /// <param name="expected">The oracle's rows.</param>
    /// <param name="callIdEnd">Of some calls alone: what their ids end with, which the oracle's do not.</param>
    public static async Task MatchesAsync(Query query, IReadOnlyList<string> expected, string callIdEnd = "")
    {
        IReadOnlyList<string> landed = await SampleRecords.LandedRowsAsync(query, callIdEnd);
        string[] missing = [.. expected.Except(landed).Take(5)];
        string[] surplus = [.. landed.Except(expected).Take(5)];
        Assert.True(
            expected.SequenceEqual(landed),
            $"expected {expected.Count} rows, landed {landed.Count}, {landed.Distinct().Count()} of them distinct.\nmissing: {string.Join("\n  ", missing)}\nsurplus: {string.Join("\n  ", surplus)}");
        Assert.Equal(await query(RowSums), await query(RollupSums));
    }
}
