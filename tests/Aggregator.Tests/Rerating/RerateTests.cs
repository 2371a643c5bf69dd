using Perimeter.Aggregator.Rerating;
using Perimeter.Domain;

namespace Perimeter.Aggregator.Tests.Rerating;

/// <summary>What is looked at, what is adjusted from what, and what happens to a run that is cut short.</summary>
public sealed class RerateTests(EngineFixture fixture)
{
    private const string Money = "SELECT toString(sum(revenue)), toString(sum(cost)) FROM trunk_group_minutes";

    [Fact]
    public async Task A_second_correction_adjusts_against_the_first()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 1, 200);
        foreach (string rate in (string[])["0.02", "0.03"])
        {
            WriteRate(world, rate);
            world.Publish();
            await world.RerateAsync();
        }

        Assert.Equal("1,2", world.Query("SELECT arrayStringConcat(arraySort(groupUniqArray(toString(run))), ',') FROM call_adjustments"));
        const string chained =
            "SELECT countIf(s.old_revision = 2 AND s.new_revision = 3 AND s.old_system_charge_a = f.new_system_charge_a AND f.old_system_charge_a = c.system_charge_a), count() "
            + "FROM (SELECT * FROM call_adjustments WHERE run = 2) AS s JOIN (SELECT * FROM call_adjustments WHERE run = 1) AS f USING (log_incarnation, log_partition, log_offset) "
            + "JOIN rated_calls AS c USING (log_incarnation, log_partition, log_offset)";
        string[] counts = world.Query(chained).Split('\t');
        Assert.Equal(counts[1], counts[0]);
        Assert.Equal(world.Query("SELECT count() FROM call_adjustments WHERE run = 2"), counts[1]);

        // Back to the first rate: the adjustments of an attempt add up to nothing.
        WriteRate(world, "0.01");
        world.Publish();
        await world.RerateAsync();
        Assert.Equal("0\t0", world.Query("SELECT sum(abs(r)), sum(abs(c)) FROM (SELECT sum(revenue_difference) AS r, sum(cost_difference) AS c FROM call_adjustments GROUP BY switch_id, call_id, attempt)"));
        Assert.Equal(world.Query("SELECT toString(sum(revenue)), toString(sum(cost)) FROM rated_calls"), world.Query(Money));
    }

    [Fact]
    public async Task Blocks_of_more_calls_than_are_rated_together_come_to_what_their_calls_come_to()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 9, 3_000);
        WriteRate(world, "0.02");
        world.Carrier.Write("exchange_rates.csv", "id,currency,rate,effective_date,expiration_date\n1,EUR,1.2,,");
        world.Carrier.Write("trunk_groups.csv", CarrierFolderFiles.TrunkGroups.Replace("3,Cobalt in,3", "7,Cobalt in,1", StringComparison.Ordinal));
        world.Carrier.Write("assignments.csv", CarrierFolderFiles.Assignments.Replace("3,3,international,3", "7,7,international,3", StringComparison.Ordinal));
        world.Publish();
        RerateResult result = await world.RerateAsync(options: new RerateOptions());
        Assert.InRange(world.Adjustments, 1_000, 2_900);
        Assert.Equal(world.Adjustments, result.Totals.Changed);
        Assert.Equal("0", world.Query("SELECT count() - uniqExact(log_incarnation, log_partition, log_offset) FROM call_adjustments"));
        Assert.Equal("0", world.Query(
            "SELECT count() FROM call_adjustments AS j JOIN rated_calls AS c USING (log_incarnation, log_partition, log_offset) WHERE (j.call_id, j.switch_id, j.attempt, j.end_time, j.sip_code, "
            + "old_charge_a, old_charge_b, old_code_a, old_code_b) != (c.call_id, c.switch_id, c.attempt, c.end_time, c.sip_code, c.charge_a, c.charge_b, c.code_a, c.code_b)"));
        string views = world.ReadViews();
        Assert.Equal(await world.ViewsFromScratchAsync(), views);
    }

    [Fact]
    public async Task From_is_the_first_instant_and_to_is_the_first_that_is_not_meant()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 2, 100);
        WriteRate(world, "0.02");
        world.Publish();
        string[] ends = world.Query("SELECT toUnixTimestamp64Milli(end_time) FROM rated_calls ORDER BY end_time LIMIT 3 OFFSET 40").Split('\n');
        long first = long.Parse(ends[0], System.Globalization.CultureInfo.InvariantCulture);
        long last = long.Parse(ends[2], System.Globalization.CultureInfo.InvariantCulture);
        RerateResult result = await world.RerateAsync(new RerateRequest(first, last));
        Assert.Equal(2, result.Totals.All.Calls);
        Assert.Equal("0", world.Query($"SELECT count() FROM call_adjustments WHERE end_time < fromUnixTimestamp64Milli({first}) OR end_time >= fromUnixTimestamp64Milli({last})"));
    }

    [Fact]
    public async Task One_trunk_group_is_every_attempt_that_passed_over_it_or_does_now()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 3, 200);
        world.Carrier.Write("trunk_groups.csv", CarrierFolderFiles.TrunkGroups + "\n5,Echo in,1,termination,customer");
        WriteRate(world, "0.02");
        world.Publish();
        RerateResult echo = await world.RerateAsync(RerateWorld.Everything with { TrunkGroup = new TrunkGroupId(5) });
        Assert.Equal(world.Query("SELECT count() FROM rated_calls WHERE trunk_group_a_received = 'Echo in'"), $"{echo.Totals.All.Calls}");
        Assert.Equal(echo.Totals.All.Calls, echo.Totals.All.Changed);
        RerateResult delta = await world.RerateAsync(RerateWorld.Everything with { TrunkGroup = new TrunkGroupId(4) });
        Assert.Equal(world.Query("SELECT count() FROM rated_calls WHERE trunk_group_b = 4"), $"{delta.Totals.All.Calls}");
        Assert.Equal("4", world.Query("SELECT arrayStringConcat(groupUniqArray(toString(new_trunk_group_b))) FROM call_adjustments WHERE run = 2"));
    }

    [Fact]
    public async Task The_summary_is_what_the_adjustments_and_the_views_say()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 4, 200);
        string before = world.Query(Money);
        WriteRate(world, "0.02");
        world.Carrier.Write("exchange_rates.csv", "id,currency,rate\n1,EUR,1.3");
        world.Publish();
        RerateResult result = await world.RerateAsync();
        Assert.Equal(before, $"{Text(result.Totals.All.OldRevenue)}\t{Text(result.Totals.All.OldCost)}");
        Assert.Equal(world.Query(Money), $"{Text(result.Totals.All.NewRevenue)}\t{Text(result.Totals.All.NewCost)}");
        foreach ((int relationship, RerateSums sums) in result.Totals.Relationships)
        {
            Assert.Equal(
                world.Query($"SELECT toString(sum(revenue)), toString(sum(cost)) FROM trunk_group_minutes WHERE relationship = {relationship}"),
                $"{Text(sums.NewRevenue)}\t{Text(sums.NewCost)}");
            Assert.Equal(
                world.Query($"SELECT count(), countIf(t) FROM (SELECT (relationship_a = {relationship} AND reason_a != 'none') OR (relationship_b = {relationship} AND reason_b != 'none') AS t "
                    + "FROM rated_calls AS c LEFT JOIN call_adjustments AS j USING (log_incarnation, log_partition, log_offset) "
                    + $"WHERE relationship_a = {relationship} OR relationship_b = {relationship})"),
                $"{sums.Calls}\t{sums.Changed}");
        }

        Assert.Equal(
            world.Query("SELECT toString(sum(revenue_difference)), toString(sum(profit_difference)) FROM call_adjustments"),
            $"{Text(result.Totals.All.NewRevenue - result.Totals.All.OldRevenue)}\t"
            + Text(result.Totals.All.NewRevenue - result.Totals.All.NewCost - result.Totals.All.OldRevenue + result.Totals.All.OldCost));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_run_that_is_cut_short_is_gone_on_with_and_its_summary_is_of_the_whole(int blocks)
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 5, 240);
        WriteRate(world, "0.02");
        world.Publish();
        RerateResult whole = await world.RerateAsync(RerateWorld.Everything with { DryRun = true });

        // Cut short after so many blocks, again and again: each start goes on.
        bool resumed = false;
        RerateResult? result = null;
        for (int start = 0; result is null && start < 100; start++)
        {
            using var cut = new CancellationTokenSource();
            var run = new RerateRun(world.Engine, world.Snapshot, RerateWorld.Everything, world.Small(workers: 1) with { Looked = new CutAfter(blocks, cut) });
            try
            {
                result = await run.ExecuteAsync(cut.Token);
            }
            catch (OperationCanceledException)
            {
                resumed = true;
            }
        }

        Assert.True(resumed && result!.Resumed);
        Assert.Equal(1, result.Run);
        Assert.Equal(whole.Totals.All, result.Totals.All);
        Assert.Equal(whole.Totals.Relationships.OrderBy(r => r.Key), result.Totals.Relationships.OrderBy(r => r.Key));
        Assert.Equal(result.Totals.All.Changed, world.Adjustments);
        Assert.Equal("1", world.Query("SELECT arrayStringConcat(groupUniqArray(toString(run))) FROM call_adjustments"));
        Assert.False(File.Exists(world.PositionFile));
    }

    [Fact]
    public async Task A_run_cut_short_is_given_up_where_another_is_asked_for_and_what_it_wrote_stays()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 6, 240);
        WriteRate(world, "0.02");
        world.Publish();
        await CutShortAsync(world, blocks: 3);
        long written = world.Adjustments;
        Assert.True(written > 0);
        WriteRate(world, "0.03");
        world.Publish();
        RerateResult second = await world.RerateAsync();
        Assert.Equal((2, false), (second.Run, second.Resumed));
        Assert.Equal(written + second.Totals.All.Changed, world.Adjustments);
        string views = world.ReadViews();
        Assert.Equal(await world.ViewsFromScratchAsync(), views);
    }

    [Fact]
    public async Task Losing_the_position_loses_no_adjustment_and_doubles_none()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 7, 240);
        WriteRate(world, "0.02");
        world.Publish();
        await CutShortAsync(world, blocks: 3);
        File.WriteAllText(world.PositionFile, "{ torn");
        await world.RerateAsync();
        Assert.Equal("0", world.Query("SELECT count() - uniqExact(log_incarnation, log_partition, log_offset) FROM call_adjustments"));
        string views = world.ReadViews();
        Assert.Equal(await world.ViewsFromScratchAsync(), views);
    }

    [Fact]
    public async Task Calls_rated_by_a_later_configuration_than_the_run_s_are_left_alone()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 8, 100);
        WriteRate(world, "0.02");
        world.Publish();
        var run = new RerateRun(world.Engine, world.Snapshot, RerateWorld.Everything, world.Small());
        WriteRate(world, "0.05");
        world.Publish();
        await world.LandAsync(seed: 9, 100);
        RerateResult result = await run.ExecuteAsync(CancellationToken.None);
        Assert.Equal(100, result.Totals.All.Calls);
        Assert.Equal("0", world.Query("SELECT count() FROM call_adjustments WHERE old_revision > new_revision"));
    }

    [Fact]
    public async Task Adjustments_outlive_their_calls_in_sums_of_minutes_and_leave_views_over_calls_with_them()
    {
        using var world = new RerateWorld(fixture);
        world.Publish();
        await world.LandAsync(seed: 10, 200);
        WriteRate(world, "0.02");
        world.Publish();
        await world.RerateAsync();
        string minutes = world.Query(Money);
        string kept = world.Query("SELECT toString(sum(sign * revenue)) FROM signed_calls WHERE toYYYYMM(landed_day) = 202610");
        world.Query("ALTER TABLE rated_calls DROP PARTITION 202609");
        Assert.Equal(minutes, world.Query(Money));
        Assert.Equal(kept, world.Query("SELECT toString(sum(revenue)) FROM top_destinations"));
        Assert.NotEqual(kept, minutes.Split('\t')[0]);
    }

    private static async Task CutShortAsync(RerateWorld world, int blocks)
    {
        using var cut = new CancellationTokenSource();
        var run = new RerateRun(world.Engine, world.Snapshot, RerateWorld.Everything, world.Small(workers: 1) with { Looked = new CutAfter(blocks, cut) });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.ExecuteAsync(cut.Token));
    }

    private static void WriteRate(RerateWorld world, string rate) =>
        world.Carrier.Write("acme.csv", CarrierFolderFiles.AcmeRates.Replace("44,UK,0.01", $"44,UK,{rate}", StringComparison.Ordinal));

    private static string Text(Int128 nanos)
    {
        string digits = Int128.Abs(nanos).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(10, '0');
        string text = $"{digits[..^9]}.{digits[^9..]}".TrimEnd('0').TrimEnd('.');
        return nanos < 0 ? "-" + text : text;
    }

    /// <summary>Cancels a run once it has looked at so many blocks.</summary>
    private sealed class CutAfter(int blocks, CancellationTokenSource cut) : IProgress<RerateProgress>
    {
        private int _seen;

        public void Report(RerateProgress value)
        {
            if (++_seen > blocks)
            {
                cut.Cancel();
            }
        }
    }
}
